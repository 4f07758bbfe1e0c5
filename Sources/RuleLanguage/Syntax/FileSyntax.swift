package import Diagnostics

/// One file of rules as it is written.
package struct FileSyntax: Sendable {
  package var source: SourceText
  /// Those that could be read. One with a mistake in it is `isBroken`: its name counts, its content is not checked.
  package var declarations: [DeclarationSyntax]
  /// All tokens in order, without the end; the comments stand in them.
  package var tokens: [Token]
  /// The comments after the last token.
  package var trailingComments: [Comment]
}

/// A declaration, with what every declaration has.
package struct DeclarationSyntax: Sendable {
  package var kind: Kind
  /// The `///` lines before it, without their slashes, joined by spaces.
  package var documentation: String?
  /// From the keyword to the closing brace.
  package var span: SourceSpan
  /// A mistake was found in it.
  package var isBroken: Bool

  package enum Kind: Sendable {
    case stream(StreamSyntax)
    case table(TableSyntax)
    case hours(HoursSyntax)
    case `let`(LetSyntax)
    case param(ParamSyntax)
    case fixture(FixtureSyntax)
    case rule(RuleSyntax)
    case lifecycle(LifecycleSyntax)
    case kpi(KPISyntax)
    case test(TestSyntax)
    /// Only its name could be read: it counts as declared.
    case unreadable(keyword: Word, name: DottedName)
  }
}

/// A value at a place of the text.
package struct Spanned<Value: Hashable & Sendable>: Hashable, Sendable {
  package var value: Value
  package var span: SourceSpan
  package init(_ value: Value, span: SourceSpan) {
    self.value = value
    self.span = span
  }
}

/// A name with dots: of a rule, of an event's kind (`orders.placed`), of a parameter in a rule.
package struct DottedName: Hashable, Sendable {
  /// At least one.
  package var parts: [Word]
  package var span: SourceSpan
  package var text: String { parts.map(\.text).joined(separator: ".") }
}

/// The path of a field: `ship_to.country`.
package struct PathSyntax: Hashable, Sendable {
  /// At least one.
  package var parts: [Word]
  package var span: SourceSpan
  package var text: String { parts.map(\.text).joined(separator: ".") }
}

/// How long: a duration, or the name of a parameter that is one.
package enum LengthSyntax: Hashable, Sendable {
  case duration(Spanned<Duration>)
  case param(Word)

  package var span: SourceSpan {
    switch self {
    case .duration(let duration): duration.span
    case .param(let name): name.span
    }
  }
}

/// `{ name: value, … }`
package struct InitializersSyntax: Hashable, Sendable {
  package var members: [Member]
  package var span: SourceSpan

  package struct Member: Hashable, Sendable {
    package var path: PathSyntax
    package var value: ExpressionSyntax
  }
}
