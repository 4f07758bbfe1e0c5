internal import Diagnostics
internal import Foundation
internal import RuleLanguage
internal import RuleTesting
internal import Synchronization

/// Runs tests, all at once, and says how they ended, in the order of the files.
struct TestReport {
  private let sources: SourceTexts
  private let outcomes: [Outcome]

  private struct Outcome {
    var test: CheckedTest
    var failures: [TestRun.Failure] = []
    var time = Duration.zero
  }

  init(_ tests: [CheckedTest], in program: CheckedProgram, sources: SourceTexts) {
    self.sources = sources
    let found = Mutex(tests.map { Outcome(test: $0) })
    DispatchQueue.concurrentPerform(iterations: tests.count) { index in
      guard tests[index].missing.isEmpty else { return }
      let start = ContinuousClock.now
      let failures = TestRun.failures(of: tests[index], in: program)
      let time = start.duration(to: .now)
      found.withLock { ($0[index].failures, $0[index].time) = (failures, time) }
    }
    outcomes = found.withLock { $0 }
  }

  var failed: Int { outcomes.count { !$0.failures.isEmpty } }
  private var skipped: Int { outcomes.count { !$0.test.missing.isEmpty } }

  /// What failed, then the counts.
  var text: String {
    var text = ""
    for outcome in outcomes where !outcome.failures.isEmpty {
      text += "failed: \(name(of: outcome.test))\n"
      for failure in outcome.failures { text += describe(failure, of: outcome.test) }
      text += "\n"
    }
    return text + "\(outcomes.count - failed - skipped) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : "") + "\n"
  }

  /// Each test by itself, for reports that other programs read.
  var results: [JUnitReport.Result] {
    outcomes.map { outcome in
      let ending: JUnitReport.Ending
      if let first = outcome.failures.first {
        ending = .failed(message: first.message, text: outcome.failures.map { describe($0, of: outcome.test) }.joined())
      } else if outcome.test.missing.isEmpty {
        ending = .passed
      } else {
        ending = .skipped(reason: "needs " + outcome.test.missing.joined(separator: ", "))
      }
      return JUnitReport.Result(file: outcome.test.span.file, name: name(of: outcome.test), time: outcome.time, ending: ending)
    }
  }

  /// Its title, and the row of its cases.
  private func name(of test: CheckedTest) -> String {
    let row = test.row.map { "\($0.name) = \(sources[$0.value.file]?.text($0.value.range) ?? "")" }
    return test.title + (row.isEmpty ? "" : " (\(row.joined(separator: ", ")))")
  }

  /// The place, the line as it is written, what is not so, and what there is instead.
  private func describe(_ failure: TestRun.Failure, of test: CheckedTest) -> String {
    let span = failure.line?.span ?? test.span
    var text = "  --> \(sources.place(of: span))"
    if failure.line != nil, let source = sources[span.file] {
      text += "\n    " + source.text(span.range).split(separator: "\n").joined(separator: " ")
    }
    text += "\n    \(failure.message)\n"
    for line in failure.found { text += "    - \(line.replacing("\n", with: "\n  "))\n" }
    return text
  }
}
