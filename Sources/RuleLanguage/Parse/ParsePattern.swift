import Diagnostics

/// Patterns of events, keys, spans and windows.
extension Parser {
  /// After `by`.
  mutating func key(_ keyword: Word) throws(ParseFailure) -> KeySyntax {
    let parts = try list { parser throws(ParseFailure) in try parser.keyPart() }
    return KeySyntax(parts: parts, span: span(from: keyword.span.range.lowerBound))
  }

  private mutating func keyPart() throws(ParseFailure) -> KeySyntax.Part {
    let name = try name("a part of the key")
    if isAt(.dot) {
      _ = fail(expected: "a name", help: "give a nested field a name: `by \(peekedFieldName) = o.\(name.text).\(peekedFieldName)`")
      throw ParseFailure()
    }
    var expressions: [ExpressionSyntax] = []
    if take(.assign) {
      repeat { expressions.append(try expression()) } while take(.bar)
    }
    return KeySyntax.Part(name: name, expressions: expressions, span: span(from: name.span.range.lowerBound))
  }

  private var peekedFieldName: String {
    if case .word(let text) = peek().kind { text } else { "x" }
  }

  /// After `on`.
  mutating func on(_ keyword: Word) throws(ParseFailure) -> OnSyntax {
    let patterns = try list { parser throws(ParseFailure) in try parser.pattern() }
    return OnSyntax(patterns: patterns, span: span(from: keyword.span.range.lowerBound))
  }

  /// `payments.authorized or payments.declined as p where has(p.card)`
  mutating func pattern() throws(ParseFailure) -> PatternSyntax {
    let start = token.range.lowerBound
    var names = [try dotted("a kind of event")]
    while takeWord("or") != nil { names.append(try dotted("a kind of event")) }
    let alias = takeWord("as") == nil ? nil : try name("an alias")
    let condition = takeWord("where") == nil ? nil : try expression()
    return PatternSyntax(names: names, alias: alias, condition: condition, span: span(from: start))
  }

  /// `within 30m`, `within 4h counting desk`, `within 30d before`, `due e at most 60d`
  mutating func reach() throws(ParseFailure) -> SpanSyntax {
    let start = token.range.lowerBound
    if takeWord("due") != nil {
      let deadline = try expression()
      _ = try expectWord("at")
      _ = try expectWord("most")
      return SpanSyntax(kind: .due(deadline, atMost: try length()), span: span(from: start))
    }
    guard takeWord("within") != nil else { throw fail(expected: "`within` and a duration, or `due`") }
    let within = try length()
    let counting = takeWord("counting") == nil ? nil : try name("the name of hours")
    let direction = takeWord("before", "after", "around")
    return SpanSyntax(kind: .within(within, counting: counting, direction: direction), span: span(from: start))
  }

  /// After `over`.
  mutating func window(_ keyword: Word) throws(ParseFailure) -> WindowSyntax {
    let kind: WindowSyntax.Kind
    switch try expectWord("sliding", "tumbling", "hopping", "session", "calendar", "all").text {
    case "sliding": kind = .sliding(try length())
    case "tumbling": kind = .tumbling(try duration())
    case "hopping":
      let size = try duration()
      _ = try expectWord("every")
      kind = .hopping(size, every: try duration())
    case "session":
      _ = try expectWord("gap")
      let gap = try duration()
      kind = .session(gap: gap, max: takeWord("max") == nil ? nil : try duration())
    case "calendar":
      let unit = try expectWord("hour", "day", "week", "month")
      _ = try expectWord("in")
      kind = .calendar(unit: unit, zone: try string("a time zone"))
    default:
      _ = try expectWord("from")
      let opening = try dotted("a kind of event")
      let once = takeWord("once")
      _ = try expectWord("retain")
      kind = .all(from: opening, once: once, retain: try length())
    }
    return WindowSyntax(kind: kind, span: span(from: keyword.span.range.lowerBound))
  }
}
