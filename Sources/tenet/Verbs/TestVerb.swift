internal import Diagnostics
internal import Foundation
internal import RuleLanguage
internal import RuleTesting
internal import Settings
internal import Synchronization

extension Verb {
  /// The `test` blocks of rule files.
  static let test = Verb(
    name: "test", summary: "Runs the tests in rule files, on the engine and in virtual time.", operands: "[PATH…]",
    options: [
      Option("filter", "TEXT", "only tests whose title holds the text"),
      Option("schemas", "DIR", "JSON Schemas", standard: "schemas of tenet.yaml, else Schemas"),
      Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
    ],
    example: "tenet test Rules --schemas Schemas"
  ) { invocation in
    let settings = try Configuration.loadIfThere(invocation)
    let paths = invocation.operands.isEmpty ? [settings.rulesPath] : invocation.operands
    let result = try Rulebook.check(paths, schemas: invocation["schemas"] ?? settings.schemas)
    let colored = isColored(invocation.color, isTerminal: invocation.console.errorIsTerminal)
    if !result.diagnostics.isEmpty {
      invocation.console.note(TextRenderer(sources: result.sources, isColored: colored).render(result.diagnostics) + "\n")
    }
    guard let program = result.program else { throw InputFault("the rules have mistakes: no test was run") }
    let filter = invocation["filter"] ?? ""
    let tests = program.tests.filter { filter.isEmpty || $0.title.contains(filter) }
    if tests.isEmpty, !program.tests.isEmpty { throw CallMistake("no test's title holds `\(filter)`") }
    if tests.isEmpty { invocation.console.note("no test is in \(paths.map { "`\($0)`" }.joined(separator: ", "))\n") }
    let report = TestReport(tests, in: program, sources: result.sources)
    invocation.console.print(report.text)
    return report.failed == 0 ? .good : .input
  }
}

/// Runs tests, all at once, and says how they ended, in the order of the files.
struct TestReport {
  private let sources: SourceTexts
  private let outcomes: [(test: CheckedTest, failures: [TestRun.Failure])]

  init(_ tests: [CheckedTest], in program: CheckedProgram, sources: SourceTexts) {
    self.sources = sources
    let found = Mutex([Int: [TestRun.Failure]]())
    DispatchQueue.concurrentPerform(iterations: tests.count) { index in
      guard tests[index].missing.isEmpty else { return }
      let failures = TestRun.failures(of: tests[index], in: program)
      found.withLock { $0[index] = failures }
    }
    let failures = found.withLock { $0 }
    outcomes = tests.enumerated().map { ($1, failures[$0] ?? []) }
  }

  var failed: Int { outcomes.count { !$0.failures.isEmpty } }
  private var skipped: Int { outcomes.count { !$0.test.missing.isEmpty } }

  /// What failed, then the counts.
  var text: String {
    var text = ""
    for (test, failures) in outcomes where !failures.isEmpty {
      let row = test.row.map { "\($0.name) = \(sources[$0.value.file]?.text($0.value.range) ?? "")" }
      text += "failed: \(test.title)" + (row.isEmpty ? "" : " (\(row.joined(separator: ", ")))") + "\n"
      for failure in failures { text += describe(failure, of: test) }
      text += "\n"
    }
    return text + "\(outcomes.count - failed - skipped) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : "") + "\n"
  }

  /// The place, the line as it is written, what is not so, and what there is instead.
  private func describe(_ failure: TestRun.Failure, of test: CheckedTest) -> String {
    let span = failure.line?.span ?? test.span
    var text = "  --> \(span.file)"
    if let source = sources[span.file] {
      let position = source.position(of: span.range.lowerBound)
      text += ":\(position.line):\(position.column)"
      if failure.line != nil { text += "\n    " + source.text(span.range).split(separator: "\n").joined(separator: " ") }
    }
    text += "\n    \(failure.message)\n"
    for line in failure.found { text += "    - \(line.replacing("\n", with: "\n  "))\n" }
    return text
  }
}
