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
      Option("watch", nil, "runs them again whenever a rule or schema changes, until it is ended"),
      Option("schemas", "DIR", "JSON Schemas", standard: "schemas of tenet.yaml, else Schemas"),
      Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
    ],
    example: "tenet test Rules --schemas Schemas"
  ) { invocation in
    let run = try TestCall(invocation)
    guard invocation.isSet("watch") else { return try run.once() }
    run.watch()
  }
}

/// A call of `tenet test`, read.
private struct TestCall {
  private let invocation: Invocation
  private let paths: [String]
  private let schemas: String
  /// The share of the rules that must be covered.
  private let least: Int?

  private var console: Console { invocation.console }

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    least = try invocation.whole("coverage-min", in: 0...100)
    let settings = try Configuration.loadIfThere(invocation)
    paths = invocation.operands.isEmpty ? [settings.rulesPath] : invocation.operands
    schemas = invocation["schemas"] ?? settings.schemas
  }

  func once() throws -> ExitCode {
    let result = try Rulebook.check(paths, schemas: schemas)
    let colored = isColored(invocation.color, isTerminal: console.errorIsTerminal)
    if !result.diagnostics.isEmpty {
      console.note(TextRenderer(sources: result.sources, isColored: colored).render(result.diagnostics) + "\n")
    }
    guard let program = result.program else { throw InputFault("the rules have mistakes: no test was run") }
    let filter = invocation["filter"] ?? ""
    let tests = program.tests.filter { filter.isEmpty || $0.title.contains(filter) }
    if tests.isEmpty, !program.tests.isEmpty { throw CallMistake("no test's title holds `\(filter)`") }
    if tests.isEmpty { console.note("no test is in \(paths.map { "`\($0)`" }.joined(separator: ", "))\n") }
    let report = TestReport(tests, in: program, sources: result.sources)
    console.print(report.text)
    if let path = invocation["junit"] { try JUnitReport(report.results).write(to: path) }
    guard invocation.isSet("coverage") || least != nil else { return report.failed == 0 ? .good : .input }
    let coverage = CoverageReport(tests, in: program, sources: result.sources)
    console.print(coverage.text)
    return report.failed == 0 && coverage.percent >= least ?? 0 ? .good : .input
  }

  /// Runs the tests at once and after every change. A mistake is told, and the next change awaited.
  func watch() -> Never {
    var files = FileWatch(paths + [schemas])
    while true {
      if console.outIsTerminal { console.print("\u{1B}[2J\u{1B}[H") }
      _ = CommandLineTool.told(console) { try once() }
      console.note("waiting for a change of the rules or schemas; Ctrl-C ends\n")
      files.wait()
    }
  }
}
