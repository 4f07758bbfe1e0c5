import Diagnostics

/// `stream` and `table`.
extension Parser {
  mutating func stream() throws(ParseFailure) -> StreamSyntax {
    let name = try declaredName("the name of a stream")
    var items: [StreamSyntax.Item] = []
    let words = ["topic", "schema", "kind", "kinds", "key", "time", "id", "partitioner", "disorder", "delay", "skew", "lateness"]
    try body(of: "stream `\(name.text)`", words: words) { parser, keyword throws(ParseFailure) in
      let content = try parser.streamItem(keyword)
      items.append(StreamSyntax.Item(keyword: keyword, content: content, span: parser.span(from: keyword.span.range.lowerBound)))
    }
    return StreamSyntax(name: name, items: items)
  }

  private mutating func streamItem(_ keyword: Word) throws(ParseFailure) -> StreamSyntax.Content {
    switch keyword.text {
    case "topic": return .topic(try string("a topic"))
    case "schema": return .schema(try string("a schema file"))
    case "kind": return .kind(try path())
    case "kinds": return .kinds(try kindNames())
    case "key": return .key(try list { parser throws(ParseFailure) in try parser.path() })
    case "time": return .time(try path())
    case "id":
      let path = try path()
      guard takeWord("within") != nil else {
        throw fail(
          expected: "`within` and a duration",
          help: "of events with one id only the first counts, for that long: `id \(path.text) within 24h`")
      }
      return .id(path, within: try duration())
    case "partitioner": return .partitioner(try expectWord("murmur2", "crc32"))
    case "disorder": return .disorder(try duration())
    case "delay": return .delay(try duration())
    case "skew": return .skew(try duration())
    default: return .lateness(try duration())
    }
  }

  /// `{ placed: "com.shop.order.placed.v1", … }`
  private mutating func kindNames() throws(ParseFailure) -> [StreamSyntax.KindName] {
    try expect(.leftBrace)
    var kinds: [StreamSyntax.KindName] = []
    repeat {
      if isAt(.rightBrace), !kinds.isEmpty { break }
      let name = try name("the name of a kind")
      try expect(.colon)
      kinds.append(StreamSyntax.KindName(name: name, value: try string("the kind's value")))
    } while take(.comma)
    try expect(.rightBrace)
    return kinds
  }

  mutating func table() throws(ParseFailure) -> TableSyntax {
    let name = try declaredName("the name of a table")
    var items: [TableSyntax.Item] = []
    let words = ["topic", "schema", "key", "time", "disorder", "delay", "lateness", "keep", "max_rows"]
    try body(of: "table `\(name.text)`", words: words) { parser, keyword throws(ParseFailure) in
      let content = try parser.tableItem(keyword)
      items.append(TableSyntax.Item(keyword: keyword, content: content, span: parser.span(from: keyword.span.range.lowerBound)))
    }
    return TableSyntax(name: name, items: items)
  }

  private mutating func tableItem(_ keyword: Word) throws(ParseFailure) -> TableSyntax.Content {
    switch keyword.text {
    case "topic": .topic(try string("a topic"))
    case "schema": .schema(try string("a schema file"))
    case "key": .key(try list { parser throws(ParseFailure) in try parser.path() })
    case "time": .time(try path())
    case "disorder": .disorder(try duration())
    case "delay": .delay(try duration())
    case "lateness": .lateness(try duration())
    case "keep": .keep(try duration())
    default: .maxRows(try integer("a number of rows"))
    }
  }
}
