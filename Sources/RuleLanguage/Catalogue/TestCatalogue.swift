import Diagnostics

/// Mistakes in tests and fixtures: TN0650–TN0699.
extension DiagnosticCode {
  static let timeGoesBack = DiagnosticCode(650)
  static let caseWidth = DiagnosticCode(651)
  static let unknownClaim = DiagnosticCode(652)
  static let unknownClaimField = DiagnosticCode(653)
  static let eventOfManyKinds = DiagnosticCode(654)
  static let badClaim = DiagnosticCode(655)
  static let badFixture = DiagnosticCode(656)
  static let testTooLarge = DiagnosticCode(657)
}

extension Diagnostic {
  static func fieldWithoutQuotes(_ key: ExpressionSyntax, of label: String) -> Diagnostic {
    var mistake = Diagnostic.badClaim("the fields of \(label) are named by texts", at: key.span, help: "as in `{\"sku\": \"A\"}`")
    if case .name(let name, hasLeadingDot: false) = key.kind {
      mistake.help = "write `\"\(name.text)\": …`"
      mistake.edit = Edit(replace: key.span, with: "\"\(name.text)\"")
    }
    return mistake
  }

  static func timeGoesBack(_ span: SourceSpan, isEvent: Bool) -> Diagnostic {
    Diagnostic(
      .timeGoesBack, .error, "this is before the line above it", at: span,
      help: isEvent ? "an event that is read later than it is dated `arrives late`, `arrives at 10:45` or `arrives after 5m`" : nil)
  }

  static func caseWidth(_ row: TestSyntax.Row, names: [Word]) -> Diagnostic {
    Diagnostic(
      .caseWidth, .error, "this row has \(row.values.count) value\(row.values.count == 1 ? "" : "s") for \(names.map(\.text).quoted)",
      at: row.span)
  }

  static func unknownParamOfTest(_ name: DottedName, params: [String]) -> Diagnostic {
    let nearest = nearestName(to: name.text, among: params)
    return Diagnostic(
      .unknownParam, .error, "there is no param `\(name.text)`", at: name.span, help: nearest.map { "did you mean `\($0)`?" },
      edit: nearest.map { Edit(replace: name.span, with: $0) })
  }

  static func unknownEvent(_ name: DottedName, known: [String]) -> Diagnostic {
    let nearest = nearestName(to: name.parts[0].text, among: known)
    return Diagnostic(
      .unknownStream, .error, "there is no stream or fixture `\(name.parts[0].text)`", at: name.parts[0].span,
      help: nearest.map { "did you mean `\($0)`?" }, edit: nearest.map { Edit(replace: name.parts[0].span, with: $0) })
  }

  static func unknownClaim(_ name: DottedName, known: [String]) -> Diagnostic {
    let nearest = nearestName(to: name.text, among: known)
    return Diagnostic(
      .unknownClaim, .error, "there is no rule or KPI `\(name.text)`", at: name.span,
      help: nearest.map { "did you mean `\($0)`?" }
        ?? (name.text == "nothing" ? "say it of each rule: `expect no orders.large`" : Self.siblings(of: name, among: known)),
      edit: nearest.map { Edit(replace: name.span, with: $0) })
  }

  /// The rules of the same first name.
  private static func siblings(of name: DottedName, among known: [String]) -> String? {
    let near = known.filter { $0.hasPrefix(name.parts[0].text + ".") }.sorted()
    return near.isEmpty
      ? nil : "there " + (near.count == 1 ? "is " : "are ") + near.prefix(8).map(\.self).quoted + (near.count > 8 ? " …" : "")
  }

  static func unknownClaimField(_ path: PathSyntax, of owner: String, known: [String]) -> Diagnostic {
    let nearest = nearestName(to: path.text, among: known)
    return Diagnostic(
      .unknownClaimField, .error, "`\(path.text)` is nothing that can be asked of \(owner)", at: path.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? "what can be asked: \(known.quoted)",
      edit: nearest.map { Edit(replace: path.span, with: $0) })
  }

  static func eventOfManyKinds(_ name: DottedName, kinds: [String]) -> Diagnostic {
    Diagnostic(
      .eventOfManyKinds, .error, "an event is of one kind, and stream `\(name.text)` has several", at: name.span,
      help: kinds.first.map { "as in `\(name.text).\($0)`; kinds are \(kinds.quoted)" })
  }

  static func badClaim(_ message: String, at span: SourceSpan, help: String? = nil) -> Diagnostic {
    Diagnostic(.badClaim, .error, message, at: span, help: help)
  }

  static func fixtureCycle(_ name: Word) -> Diagnostic {
    Diagnostic(.badFixture, .error, "fixture `\(name.text)` is made of itself", at: name.span)
  }

  static func fixtureTooDeep(_ name: Word) -> Diagnostic {
    Diagnostic(.badFixture, .error, "fixture `\(name.text)` goes through more than \(FixtureTable.maximumDepth) others", at: name.span)
  }

  static func caseOfCase(_ span: SourceSpan) -> Diagnostic {
    Diagnostic(.caseWidth, .error, "a value of a row rests on another name of the cases", at: span, help: "write the value itself")
  }

  static func testTooLarge(_ span: SourceSpan, lines: Int, rows: Int) -> Diagnostic {
    Diagnostic(
      .testTooLarge, .error,
      "this test has \(lines) lines\(rows == 1 ? "" : " for each of \(rows) rows"): more than \(ProgramTests.maximumLines) in all",
      at: span,
      help: "make several tests of it")
  }
}

enum TestCatalogue {
  private static let rule = "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" }\n"

  private static func test(_ lines: String) -> String { rule + "test \"orders\" {\n" + lines + "\n}\n" }

  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .timeGoesBack, .error, "a line of a test that goes back in time",
      explanation: "The lines of a test stand in the order in which things are read. What is dated earlier says how it arrives.",
      bad: test("  at 10:00  orders.placed\n  at 09:58  orders.placed"),
      good: test("  at 10:00  orders.placed\n  at 09:58  orders.placed arrives late")),
    DiagnosticEntry(
      .caseWidth, .error, "a row of cases that does not give each name its value",
      explanation: "Each row of `cases` gives each of its names a value, and none rests on another.",
      bad: test(
        "  cases (total, wrong) { (5.00, false) (2000.00) }\n  at 10:00  orders.placed { total: total }\n  expect orders.large when wrong"),
      good: test(
        "  cases (total, wrong) { (5.00, false) (2000.00, true) }\n  at 10:00  orders.placed { total: total }\n  expect orders.large when wrong"
      )),
    DiagnosticEntry(
      .unknownClaim, .error, "an expectation of a rule that does not exist",
      explanation: "What is expected is a violation of a rule, or a value of a KPI, by its name.",
      bad: test("  at 10:00  orders.placed { total: 2000.00 }\n  expect orders.larg"),
      good: test("  at 10:00  orders.placed { total: 2000.00 }\n  expect orders.large")),
    DiagnosticEntry(
      .unknownClaimField, .error, "an expectation of something that a record does not have",
      explanation: "Braces hold parts of the key and what is published of a violation or a KPI's value.",
      bad: test("  at 10:00  orders.placed { total: 2000.00 }\n  expect orders.large { mesage: \"large\" }"),
      good: test("  at 10:00  orders.placed { total: 2000.00 }\n  expect orders.large { message: \"large\" }")),
    DiagnosticEntry(
      .eventOfManyKinds, .error, "an event whose kind is not said",
      explanation: "An event in a test is of one kind, as in `orders.placed`.", bad: test("  at 10:00  orders"),
      good: test("  at 10:00  orders.placed")),
    DiagnosticEntry(
      .badClaim, .error, "an expectation that says too much, or too little",
      explanation: "Of a rule violations are expected, of a KPI a comparison of its value.",
      bad: test("  at 10:00  orders.placed { total: 2000.00 }\n  expect orders.large > 5"),
      good: test("  at 10:00  orders.placed { total: 2000.00 }\n  expect 1 orders.large")),
    DiagnosticEntry(
      .badFixture, .error, "a fixture that is made of itself, or of very many others",
      explanation: "A fixture gives values to some fields of a kind of event, or of another fixture.",
      bad: "fixture a = b { total: 5.00 }\nfixture b = a { total: 6.00 }\n",
      good: "fixture a = orders.placed { total: 5.00 }\nfixture b = a { total: 6.00 }\n"),
    DiagnosticEntry(
      .testTooLarge, .error, "a test that is too large",
      explanation: "A test has at most 20,000 lines, those of each row of its cases counted.",
      bad: "test \"all\" {\n  cases (n) {" + (0..<10_000).map { " (\($0))" }.joined()
        + " }\n  at 10:00  orders.placed\n  after 1s  orders.placed\n}\n",
      good: "test \"some\" {\n  cases (n) { (0) (1) (2) }\n  at 10:00  orders.placed\n  after 1s  orders.placed\n}\n"),
  ]
}
