import Diagnostics

/// Patterns of events, keys, spans and windows.
extension Parser {
  /// After `by`.
  mutating func key(_ keyword: Word) throws(ParseFailure) -> KeySyntax {
    let parts = try list { parser throws(ParseFailure) in try parser.keyPart() }
    if isAtForgottenPart { throw fail(expected: "`,` or the next clause", help: "the parts of a key have commas between them: `by a, b`") }
    return KeySyntax(parts: parts, span: span(from: keyword.span.range.lowerBound))
  }

  private mutating func keyPart() throws(ParseFailure) -> KeySyntax.Part {
    let name = try name("a part of the key")
    if isAt(.dot) {
      let field = peekedFieldName
      // A name so short is an alias.
      let help = name.text.utf8.count > 2 ? "give a nested field a name: `by \(field) = o.\(name.text).\(field)`" : "write `by \(field)`"
      throw fail(expected: "a name", help: help)
    }
    var expressions: [ExpressionSyntax] = []
    if take(.assign) {
      repeat { expressions.append(try expression()) } while take(.bar)
    }
    return KeySyntax.Part(name: name, expressions: expressions, span: span(from: name.span.range.lowerBound))
  }

  /// A word on the line of a key that begins no clause, and is not like one that does.
  private var isAtForgottenPart: Bool {
    guard let word, !token.beginsLine, !itemWords.contains(word), nearestName(to: word, among: itemWords) == nil else { return false }
    return peek().kind != .punctuation(.arrow)
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
    if isAt(.assign), !token.beginsLine, names[0].parts.count == 1 {
      throw fail(expected: "the next clause", help: "an alias follows its event: `orders.placed as \(names[0].text)`")
    }
    while takeWord("or") != nil { names.append(try dotted("a kind of event")) }
    var alias = takeWord("as") == nil ? nil : try name("an alias")
    if alias == nil { alias = takeBareAlias() }
    let condition = takeWord("where") == nil ? nil : try expression()
    return PatternSyntax(names: names, alias: alias, condition: condition, span: span(from: start))
  }

  /// A name of one or two letters directly behind a kind of event: an alias, as SQL writes it.
  private mutating func takeBareAlias() -> Word? {
    guard let word, !token.beginsLine, word.utf8.count <= 2, !itemWords.contains(word), !Self.smallWords.contains(word),
      peek().kind != .punctuation(.arrow)
    else { return nil }
    let alias = Word(word, span: takeSpan())
    understand(.aliasWithoutAs(alias))
    return alias
  }

  /// Words that are no alias but another mistake.
  private static let smallWords: Set<String> = ["as", "at", "by", "do", "if", "in", "is", "no", "of", "on", "or", "to"]

  /// `within 30m`, `within 4h counting desk`, `within 30d before`, `due e at most 60d`
  mutating func reach() throws(ParseFailure) -> SpanSyntax {
    let start = token.range.lowerBound
    if takeWord("due") != nil {
      let deadline = try expression()
      _ = try expectWord("at")
      _ = try expectWord("most")
      return SpanSyntax(kind: .due(deadline, atMost: try length()), span: span(from: start))
    }
    guard takeWord("within") != nil else { throw fail(expected: "`within` and a duration, or `due`", help: reachHelp) }
    let within = try length()
    let counting = takeWord("counting") == nil ? nil : try name("the name of hours")
    let direction = takeWord("before", "after", "around")
    return SpanSyntax(kind: .within(within, counting: counting, direction: direction), span: span(from: start))
  }

  private var reachHelp: String {
    if case .duration = token.kind { return "the time stands behind the kind of event: `payments.captured within 30m`" }
    if taken.last?.kind == .word("no") { return "what must not come is said with `forbid`: `forbid payments.captured within 30m`" }
    return "as in `within 30m`"
  }

  /// For what is no kind of window.
  private var windowHelp: String? {
    switch token.kind {
    case .duration: "`sliding \(text(of: token))` moves with each event, `tumbling \(text(of: token))` begins anew when it ends"
    case .word("daily"), .word("day"): "write `calendar day in \"Europe/Dublin\"`, or `tumbling 24h`"
    case .word("hourly"), .word("hour"): "write `tumbling 1h`"
    case .word("weekly"), .word("week"): "write `calendar week in \"Europe/Dublin\"`"
    case .word("monthly"), .word("month"): "write `calendar month in \"Europe/Dublin\"`"
    case .word("last"), .word("past"), .word("rolling"), .word("moving"): "write `sliding` and a duration: `sliding 10m`"
    default: nil
    }
  }

  /// After `over`.
  mutating func window(_ keyword: Word) throws(ParseFailure) -> WindowSyntax {
    let kind: WindowSyntax.Kind
    switch try expectWord("sliding", "tumbling", "hopping", "session", "calendar", "all", help: windowHelp).text {
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
      _ = try expectWord("in", help: "say by whose clock: `in \"Europe/Dublin\"`")
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
