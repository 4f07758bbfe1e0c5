import Diagnostics

/// The notes of rules, lifecycles and KPIs.
extension Parser {
  static let noteWords = [
    "severity", "owner", "runbook", "tags", "mode", "scope", "effective", "suppress", "remember", "start", "was", "allow", "violation",
    "correct",
  ]

  mutating func note(_ keyword: Word) throws(ParseFailure) -> NoteSyntax {
    let content = try noteContent(keyword)
    return NoteSyntax(keyword: keyword, content: content, span: span(from: keyword.span.range.lowerBound))
  }

  private mutating func noteContent(_ keyword: Word) throws(ParseFailure) -> NoteSyntax.Content {
    switch keyword.text {
    case "severity": return .severity(try severity())
    case "owner": return .owner(try string("an owner"))
    case "runbook": return .runbook(try string("a link"))
    case "tags": return .tags(try list { parser throws(ParseFailure) in try parser.name("a tag") })
    case "mode": return .mode(try expectWord("active", "shadow", "quiet", "off", advice: meaning(of: Self.otherModes)))
    case "scope": return .scope(try expectWord("local", "region", "global"))
    case "effective":
      let from = try date()
      _ = try expectWord("to")
      let to = try date()
      _ = try expectWord("in")
      return .effective(from: from, to: to, zone: try string("a time zone"))
    case "suppress": return .suppress(try length())
    case "remember": return .remember(try length())
    case "start": return .start(try start())
    case "was": return .was(try string("the rule's old name"))
    case "allow":
      let code = try code()
      return .allow(code, reason: try string("a reason"))
    case "violation": return .violation(try violation())
    default:
      let name = try dotted("a kind of event")
      let fields = try initializers()
      return .correct(name, fields, when: try optionalWhen())
    }
  }

  /// `high`, `high when exposure > 1000, else medium`
  private mutating func severity() throws(ParseFailure) -> SeveritySyntax {
    var level = try level()
    var cases: [SeveritySyntax.Case] = []
    while takeWord("when") != nil {
      cases.append(SeveritySyntax.Case(level: level, condition: try expression()))
      guard take(.comma) else {
        throw fail(
          expected: "`, else` and a severity",
          help: isAt(word: "else")
            ? "a comma stands before `else`"
            : "the last severity has no condition: `severity high when …, else medium`; the `when` of the rule itself stands before its notes"
        )
      }
      let isLast = takeWord("else") != nil
      level = try self.level()
      if isLast { break }
      guard isAt(word: "when") else { throw fail(expected: "`when`", help: "the last severity follows `else`") }
    }
    return SeveritySyntax(cases: cases, otherwise: level)
  }

  private mutating func level() throws(ParseFailure) -> Word {
    try expectWord("info", "low", "medium", "high", "critical", advice: meaning(of: Self.otherLevels))
  }

  /// For a word that stands for one of ours elsewhere, and for one of ours in quotes.
  private func meaning(of others: [String: String]) -> Advice? {
    if case .string(let text) = token.kind {
      return others.values.contains(text) ? Advice("write `\(text)`, without quotes", writing: text) : nil
    }
    return word.flatMap { others[$0.lowercased()] }.map { Advice("write `\($0)`", writing: $0) }
  }

  private static let otherLevels = [
    "urgent": "critical", "blocker": "critical", "fatal": "critical", "emergency": "critical", "p1": "critical", "severe": "high",
    "major": "high", "error": "high", "p2": "high", "warning": "medium", "warn": "medium", "moderate": "medium", "normal": "medium",
    "p3": "medium", "minor": "low", "p4": "low", "notice": "info", "debug": "info",
  ]

  private static let otherModes = [
    "live": "active", "on": "active", "enabled": "active", "test": "shadow", "dry": "shadow", "log": "shadow", "silent": "quiet",
    "disabled": "off",
  ]

  private mutating func start() throws(ParseFailure) -> StartSyntax {
    if let now = takeWord("now") { return .now(now) }
    if let earliest = takeWord("earliest") { return .earliest(earliest) }
    guard case .duration = token.kind else { throw fail(expected: "a duration, `now` or `earliest`") }
    return .duration(try duration())
  }

  private mutating func code() throws(ParseFailure) -> Word {
    guard let text = word, text.hasPrefix("TN"), text.utf8.count == 6, text.utf8.dropFirst(2).allSatisfy(\.isDigit) else {
      throw fail(expected: "a diagnostic's code", help: "codes are written `TN0701`")
    }
    return Word(text, span: takeSpan())
  }

  /// After `violation`.
  private mutating func violation() throws(ParseFailure) -> ViolationSyntax {
    let message = try message()
    if takeWord("exposure") != nil { return ViolationSyntax(message: message, exposure: try expression(), details: nil) }
    return ViolationSyntax(message: message, exposure: nil, details: isAt(.leftBrace) ? try initializers() : nil)
  }

  /// For a message in other quotes, or in none.
  private var messageHelp: String? {
    if case .string = token.kind { return "`{…}` is read only in a text that stands in `\"`, one on each side" }
    return word == nil || isAtNextItem ? nil : "as in `violation \"order {o.order_id} is large\"`"
  }

  private mutating func message() throws(ParseFailure) -> MessageSyntax {
    guard reread(with: { $0.scanMessageText() }), case .text(let parts) = token.kind else {
      throw fail(expected: "a text in double quotes", help: messageHelp)
    }
    let span = takeSpan()
    var result = MessageSyntax(parts: [], span: span)
    for part in parts {
      switch part {
      case .characters(let text): result.parts.append(.text(text))
      case .expression(let range):
        var inner = parser(of: range, endName: "the end of the braces")
        if let expression = inner.wholeExpression() { result.parts.append(.expression(expression)) }
        take(from: inner)
      }
    }
    return result
  }
}
