import Diagnostics
import EventModel
import RuleLanguage
import RuleTesting

/// A `test` block, as its lens names it.
struct TestName: Hashable {
  var path: String
  var title: String
}

/// How a test ended, all rows of its cases together.
struct TestOutcome {
  var failures: [(span: SourceSpan, message: String)] = []
  /// What it needs and the engine lacks.
  var missing: [String] = []

  var text: String {
    if let first = failures.first { return "failed: \(first.message)" + (failures.count > 1 ? " (and \(failures.count - 1) more)" : "") }
    return missing.isEmpty ? "passed" : "skipped: needs \(missing.joined(separator: ", "))"
  }
}

/// Lenses on tests, and the command behind them.
extension ServerState {
  mutating func codeLenses(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    let (file, text) = try document(params)
    var lenses: [JSONValue] = []
    for declaration in file.declarations {
      guard case .test(let test) = declaration.kind else { continue }
      let range = text.json(test.title.span.range, client.encoding)
      func lens(_ title: String) -> JSONValue {
        .of([("range", range), ("command", runTest(test.title.value, of: file, title: title))])
      }
      lenses.append(lens("run test"))
      if let outcome = testOutcomes[TestName(path: file.source.file, title: test.title.value)] { lenses.append(lens(outcome.text)) }
    }
    return .array(lenses)
  }

  /// The command that runs a test, as a client shows it.
  func runTest(_ test: String, of file: FileSyntax, title: String) -> JSONValue {
    .of([
      ("title", .string(title)), ("command", .string("tenet.runTest")),
      ("arguments", .strings([workspace.uri(of: file.source.file), test])),
    ])
  }

  mutating func executeCommand(_ params: JSONValue) throws(RequestFailure) -> JSONValue {
    guard params["command"]?.text == "tenet.runTest" else {
      throw RequestFailure(.invalidParams, "there is no command `\(params["command"]?.text ?? "")`")
    }
    guard let arguments = params["arguments"]?.elements, arguments.count == 2, let uri = arguments[0].text, let title = arguments[1].text
    else { throw RequestFailure(.invalidParams, "`tenet.runTest` takes a document and the title of a test") }
    let name = TestName(path: DocumentURI.path(uri), title: title)
    guard let program = workspace.check().program else {
      tell("the rules have mistakes: no test was run", type: 1)
      throw RequestFailure(.requestFailed, "the rules have mistakes: no test was run")
    }
    let tests = program.tests.filter { $0.span.file == name.path && $0.title == title }
    guard !tests.isEmpty else { throw RequestFailure(.requestFailed, "there is no test \"\(title)\" in `\(name.path)`") }
    var outcome = TestOutcome()
    for test in tests {
      guard test.missing.isEmpty else {
        outcome.missing += test.missing.filter { !outcome.missing.contains($0) }
        continue
      }
      for failure in TestRun.failures(of: test, in: program) {
        let found = failure.found.map { "\n- \($0)" }.joined()
        outcome.failures.append((failure.line?.span ?? test.span, failure.message + found))
      }
    }
    testOutcomes[name] = outcome
    if !outcome.failures.isEmpty { tell("\(title): \(outcome.text)", type: 1) }
    if client.refreshesLenses { ask("workspace/codeLens/refresh") }
    isStale = true
    return .of([
      ("title", .string(title)), ("outcome", .string(outcome.failures.isEmpty ? outcome.missing.isEmpty ? "passed" : "skipped" : "failed")),
      ("failures", .strings(outcome.failures.map(\.message))),
    ])
  }

  /// Lines that tests fail at, as diagnostics; by file and title.
  var failedTests: [(path: String, [JSONValue])] {
    testOutcomes.sorted { ($0.key.path, $0.key.title) < ($1.key.path, $1.key.title) }.map { name, outcome in
      (
        name.path,
        outcome.failures.compactMap { failure in
          range(failure.span).map {
            .of([
              ("range", $0), ("severity", .int(1)), ("source", .string("tenet test")), ("message", .string(failure.message)),
            ])
          }
        }
      )
    }
  }
}
