import Diagnostics

/// `test`: what is given, cases, then events and expectations in order.
extension Parser {
  mutating func test() throws(ParseFailure) -> TestSyntax {
    let title = try string("the title of a test")
    let day = takeWord("on") == nil ? nil : try date()
    var givens: [TestSyntax.Given] = []
    var cases: TestSyntax.Cases?
    var lines: [TestSyntax.Line] = []
    var order = ClauseOrder([["given"], ["cases"], ["at", "after", "expect"]])
    try body(of: "this test", words: ["given", "cases", "at", "after", "expect"]) { parser, keyword throws(ParseFailure) in
      if let mistake = order.take(keyword, isOnce: keyword.text == "cases") { parser.diagnostics.append(mistake) }
      switch keyword.text {
      case "given": givens.append(try parser.given())
      case "cases": cases = try parser.cases(keyword)
      case "expect": lines.append(.expect(try parser.expectLine(keyword)))
      default: lines.append(.event(try parser.eventLine(keyword)))
      }
    }
    return TestSyntax(title: title, day: day, givens: givens, cases: cases, lines: lines)
  }

  private mutating func given() throws(ParseFailure) -> TestSyntax.Given {
    let help = "what happens is said with its time: `at 10:00 new_order`"
    if try expectWord("region", "param", help: help).text == "region" { return .region(try string("a region")) }
    let name = try dotted("the name of a param")
    try expect(.assign)
    return .param(name, try expression())
  }

  private mutating func cases(_ keyword: Word) throws(ParseFailure) -> TestSyntax.Cases {
    try expect(.leftParenthesis)
    let names = try list { parser throws(ParseFailure) in try parser.name("a name") }
    try expect(.rightParenthesis)
    try expect(.leftBrace)
    var rows: [TestSyntax.Row] = []
    repeat {
      let start = token.range.lowerBound
      try expect(.leftParenthesis)
      let values = try list { parser throws(ParseFailure) in try parser.expression() }
      try expect(.rightParenthesis)
      rows.append(TestSyntax.Row(values: values, span: span(from: start)))
    } while !isAt(.rightBrace)
    try expect(.rightBrace)
    return TestSyntax.Cases(names: names, rows: rows, span: span(from: keyword.span.range.lowerBound))
  }

  /// After `at` or `after`.
  private mutating func eventLine(_ keyword: Word) throws(ParseFailure) -> EventLineSyntax {
    let moment: EventLineSyntax.Moment = keyword.text == "at" ? .at(try instant()) : .after(try duration())
    let happening = try happening()
    return EventLineSyntax(moment: moment, happening: happening, span: span(from: keyword.span.range.lowerBound))
  }

  private mutating func happening() throws(ParseFailure) -> EventLineSyntax.Happening {
    if takeWord("time") != nil {
      _ = try expectWord("passes")
      return .timePasses
    }
    if takeWord("rules") != nil {
      _ = try expectWord("start")
      return .rulesStart
    }
    let name = try dotted("an event")
    if takeWord("lags") != nil { return .lags(name) }
    if takeWord("catches") != nil {
      _ = try expectWord("up")
      return .catchesUp(name)
    }
    let fields = isAt(.leftBrace) ? try initializers() : nil
    let isDeleted = takeWord("deleted") != nil
    var arrivals: [EventLineSyntax.Arrival] = []
    while let keyword = takeWord("arrives", "from") { arrivals.append(try arrival(keyword)) }
    return .event(name, fields, isDeleted: isDeleted, arrivals)
  }

  private mutating func arrival(_ keyword: Word) throws(ParseFailure) -> EventLineSyntax.Arrival {
    if keyword.text == "from" {
      if try expectWord("partition", "region").text == "region" { return .fromRegion(try string("a region")) }
      return .fromPartition(try integer("a partition's number"))
    }
    switch try expectWord("late", "at", "after").text {
    case "late": return .late
    case "at": return .at(try instant())
    default: return .after(try duration())
    }
  }

  /// After `expect`.
  private mutating func expectLine(_ keyword: Word) throws(ParseFailure) -> ExpectLineSyntax {
    var isNegated = takeWord("no") != nil
    if !isNegated { isNegated = takeForeignNo() }
    var count: Spanned<Int64>?
    if isAt(word: "exactly"), case .int = peek().kind { understand(.needless(Word("exactly", span: takeSpan()))) }
    if !isNegated, case .int = token.kind {
      count = try integer("a number")
      if isAt(word: "times"), case .word = peek().kind { understand(.needless(Word("times", span: takeSpan()))) }
    }
    let claim = try claim()
    if isAt(word: "once") { understand(.needless(Word("once", span: takeSpan()))) }
    let fields = isAt(.leftBrace) ? try initializers() : nil
    let when = try optionalWhen()
    return ExpectLineSyntax(
      isNegated: isNegated, count: count, claim: claim, fields: fields, when: when, span: span(from: keyword.span.range.lowerBound))
  }

  /// `not` before a rule's name, with none of the words behind it that could make a name of it.
  private mutating func takeForeignNo() -> Bool {
    let next = peek()
    guard isAt(word: "not"), case .word(let name) = next.kind, !next.beginsLine,
      !["resolved", "withdrawn", "undetermined", "waiting", "dated", "when"].contains(name)
    else { return false }
    let span = takeSpan()
    understand(.foreignNo(at: span))
    return true
  }

  private mutating func claim() throws(ParseFailure) -> ExpectLineSyntax.Claim {
    if takeWord("correct") != nil {
      let name = try dotted("a kind of event")
      return .correction(name, isRevoked: takeWord("revoked") != nil)
    }
    let name = try dotted("the name of a rule or KPI")
    if case .punctuation(let punctuation) = token.kind, BinaryOperator(rawValue: punctuation.rawValue) != nil {
      let comparison = try comparison([.less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual])
      let value = try expression()
      return .value(name, comparison, value, from: takeWord("from") == nil ? nil : try instant())
    }
    let state = takeWord("resolved", "withdrawn", "undetermined", "waiting")
    return .violation(name, state: state, dated: takeWord("dated") == nil ? nil : try instant())
  }
}
