internal import Diagnostics
internal import Foundation
internal import RuleLanguage
internal import Settings

extension Verb {
  /// The `test` blocks of rule files.
  static let test = Verb(
    name: "test", summary: "Runs the tests in rule files, on the engine and in virtual time.", operands: "[PATH…]",
    options: [
      Option("filter", "TEXT", "only tests whose title holds the text"),
      Option("coverage", nil, "says which clauses took part in no test, and which conditions were never true, or never false"),
      Option("coverage-min", "PERCENT", "the exit code is 1 if less of the rules is covered"),
      Option("junit", "FILE", "writes the results as JUnit XML, too"),
      Option("schemas", "DIR", "JSON Schemas", standard: "schemas of tenet.yaml, else Schemas"),
      Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
    ],
    example: "tenet test Rules --schemas Schemas"
  ) { invocation in
    let least = try invocation.whole("coverage-min", in: 0...100)
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
    if let path = invocation["junit"] { try JUnitReport(report.results).write(to: path) }
    guard invocation.isSet("coverage") || least != nil else { return report.failed == 0 ? .good : .input }
    let covered = CoverageReport(tests, in: program, sources: result.sources)
    invocation.console.print(covered.text)
    return report.failed == 0 && covered.percent >= least ?? 0 ? .good : .input
  }
}
