import Diagnostics

/// Checks the fixtures and tests of a program.
struct ProgramTests {
  /// Lines of one test, over all rows of its cases.
  static let maximumLines = 20_000

  private let context: ProgramContext
  private let rules: RulesOfTests
  private let fixtures: FixtureTable
  private(set) var tests: [CheckedTest] = []
  private(set) var diagnostics: [Diagnostic]
  private var mistakes = MistakeCount()
  /// The rows of a test have their mistakes in common.
  private var said: Set<Diagnostic> = []
  /// Tests that need what this version lacks, and what that is.
  private var skipped: [(title: Spanned<String>, missing: [String])] = []

  /// - Parameter fixtures: of several of a name the first.
  init(
    fixtures: [FixtureSyntax], tests: [TestSyntax], rules: [CheckedRule], unevaluated: [UnevaluatedRule], in context: ProgramContext
  ) {
    self.context = context
    self.rules = RulesOfTests(rules, unevaluated)
    self.fixtures = FixtureTable(fixtures)
    diagnostics = self.fixtures.diagnostics
    for fixture in fixtures where !mistakes.isFull(diagnostics) {
      say(TestChecker.mistakes(of: fixture, fixtures: self.fixtures, in: context))
    }
    for test in tests where !mistakes.isFull(diagnostics) { check(test) }
    if let warning = Diagnostic.testsSkipped(skipped, of: tests.count) { diagnostics.append(warning) }
  }

  private mutating func say(_ found: [Diagnostic]) { diagnostics += found.filter { said.insert($0).inserted } }

  private mutating func check(_ test: TestSyntax) {
    guard let cases = test.cases else { return check(test, rows: [nil]) }
    var names: [String: Word] = [:]
    for name in cases.names {
      context.names.checkLocal(name, as: "case", &diagnostics)
      if let first = names[name.text] {
        diagnostics.append(.nameTaken(name.text, at: name.span, as: "case", first: Names.Declared(keyword: "case", span: first.span)))
      }
      names[name.text] = names[name.text] ?? name
    }
    check(test, rows: cases.rows.filter { isRight($0, names: names, cases) })
  }

  private mutating func isRight(_ row: TestSyntax.Row, names: [String: Word], _ cases: TestSyntax.Cases) -> Bool {
    if row.values.count != cases.names.count {
      diagnostics.append(.caseWidth(row, names: cases.names))
      return false
    }
    // Each value stands by itself, so no two of them go round, and none grows beyond what is written.
    guard let value = row.values.first(where: { !$0.namesInIt.isDisjoint(with: names.keys) }) else { return true }
    diagnostics.append(.caseOfCase(value.span))
    return false
  }

  private mutating func check(_ test: TestSyntax, rows: [TestSyntax.Row?]) {
    guard rows.count * (test.lines.count + 1) <= Self.maximumLines else {
      diagnostics.append(.testTooLarge(test.title.span, lines: test.lines.count, rows: rows.count))
      return
    }
    var missing: Set<String> = []
    for row in rows where !mistakes.isFull(diagnostics) {
      var checker = TestChecker(test, row: row, rules: rules, fixtures: fixtures, in: context)
      let checked = checker.check()
      say(checker.diagnostics)
      tests.append(checked)
      missing.formUnion(checked.missing)
    }
    if !missing.isEmpty { skipped.append((test.title, missing.sorted())) }
  }
}

/// The rules of a program by their names, and what this version lacks of those that it does not evaluate.
struct RulesOfTests {
  private var rules: [String: CheckedRule] = [:]
  private var missing: [String: [String]] = [:]

  init() {}

  init(_ rules: [CheckedRule], _ unevaluated: [UnevaluatedRule]) {
    for rule in rules { for name in rule.verdictNames { self.rules[name] = rule } }
    for (rule, lacks) in unevaluated.map({ ($0.rule, $0.missing.map(\.what)) }) {
      for name in rule.verdictNames { (self.rules[name], missing[name]) = (rule, lacks) }
    }
  }

  subscript(name: String) -> (rule: CheckedRule, missing: [String])? { rules[name].map { ($0, missing[name] ?? []) } }
}
