internal import Diagnostics
internal import Foundation
internal import RuleLanguage
internal import RuleTesting
internal import Synchronization

/// What tests have seen of the rules, and what they have not.
struct CoverageReport {
  private let coverage: Coverage
  private let sources: SourceTexts

  /// Runs the tests once more, with rules that tell how their conditions come out.
  init(_ tests: [CheckedTest], in program: CheckedProgram, sources: SourceTexts) {
    self.sources = sources
    let whole = Mutex(Coverage(of: program))
    DispatchQueue.concurrentPerform(iterations: tests.count) { index in
      let seen = Coverage(of: program, by: tests[index])
      whole.withLock { $0.add(seen) }
    }
    coverage = whole.withLock { $0 }
  }

  /// From 0 to 100.
  var percent: Int { coverage.percent }

  /// The share, then a line for each gap.
  var text: String {
    var text = "coverage: \(coverage.percent) % (\(coverage.seenCount) of \(coverage.count))\n"
    for (point, missing) in coverage.gaps { text += "  \(sources.place(of: point.span)): \(sentence(point, missing))\n" }
    return text
  }

  private func sentence(_ point: Coverage.Point, _ missing: Coverage.Seen) -> String {
    switch point.kind {
    case .rule(let name): return "no test makes `\(name)` say something"
    case .event(let kind): return "no `\(kind)` takes part in any test"
    case .condition:
      let written = sources[point.span.file]?.text(point.span.range).split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
      let never = missing == [.yes, .no] ? "was never evaluated" : missing == .yes ? "was never true" : "was never false"
      return "`\(written)` \(never)"
    }
  }
}
