package import Diagnostics

/// `stream orders { topic "orders.v1" … }`
package struct StreamSyntax: Sendable {
  package var name: Word
  package var items: [Item]

  /// One line of it; a mistake in a stream's order or number of items is the checker's.
  package struct Item: Sendable {
    package var keyword: Word
    package var content: Content
    package var span: SourceSpan
  }

  package enum Content: Sendable {
    case topic(Spanned<String>)
    case schema(Spanned<String>)
    case kind(PathSyntax)
    case kinds([KindName])
    case key([PathSyntax])
    case time(PathSyntax)
    case id(PathSyntax, within: Spanned<Duration>)
    case partitioner(Word)
    case disorder(Spanned<Duration>)
    case delay(Spanned<Duration>)
    case skew(Spanned<Duration>)
    case lateness(Spanned<Duration>)
  }

  /// `placed: "com.shop.order.placed.v1"`
  package struct KindName: Sendable {
    package var name: Word
    package var value: Spanned<String>
  }
}

/// `table prices { topic "prices.v1" … }`
package struct TableSyntax: Sendable {
  package var name: Word
  package var items: [Item]

  package struct Item: Sendable {
    package var keyword: Word
    package var content: Content
    package var span: SourceSpan
  }

  package enum Content: Sendable {
    case topic(Spanned<String>)
    case schema(Spanned<String>)
    case key([PathSyntax])
    case time(PathSyntax)
    case disorder(Spanned<Duration>)
    case delay(Spanned<Duration>)
    case lateness(Spanned<Duration>)
    case keep(Spanned<Duration>)
    case maxRows(Spanned<Int64>)
  }
}
