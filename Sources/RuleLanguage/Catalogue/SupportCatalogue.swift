import Diagnostics
import EventModel

/// What the language has and this version does not evaluate: TN0800–TN0899.
extension DiagnosticCode {
  static let notSupported = DiagnosticCode(801)
  static let testsNotRun = DiagnosticCode(802)
}

extension Diagnostic {
  static func notSupported(_ what: String, at span: SourceSpan, notes: [(String, SourceSpan)] = []) -> Diagnostic {
    Diagnostic(.notSupported, .error, "\(what) is not supported yet", at: span, notes: notes.map { Note($0.0, at: $0.1) })
  }

  static func protected(_ path: FieldPath, _ protection: Protection, at span: SourceSpan) -> Diagnostic {
    let what =
      switch protection {
      case .personal: "`\(path)` is personal, and masking it"
      case .residency(let zone): "`\(path)` may not leave the zone `\(zone)`, and seeing to that"
      }
    return Diagnostic(
      .notSupported, .error, what + " is not supported yet", at: span, help: "read it in `where` and `when` alone: those let no value out")
  }

  static func testsNotRun(_ first: DeclarationSyntax, count: Int) -> Diagnostic {
    let keyword = if case .fixture = first.kind { "fixture" } else { "test" }
    let span = SourceSpan(
      file: first.span.file, range: first.span.range.lowerBound..<(first.span.range.lowerBound + keyword.utf8.count))
    return Diagnostic(
      .testsNotRun, .warning,
      count == 1 ? "this \(keyword) is not evaluated yet" : "the \(count) tests and fixtures of this file are not evaluated yet",
      at: span)
  }
}

enum SupportCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .notSupported, .error, "a part of the language that is not supported yet",
      explanation: "The rule is well formed, and this version cannot evaluate it.",
      bad: "rule orders.once { by order_id  on orders.placed  forbid orders.placed within 1h }\n",
      good: "rule orders.once { by order_id  on orders.placed  over sliding 1h  when count() > 1 }\n"),
    DiagnosticEntry(
      .testsNotRun, .warning, "tests that are not evaluated",
      explanation: "Tests and fixtures are read, and what they claim is not checked.",
      bad: "test \"nothing\" { at 10:00 time passes }\n", good: "// a test\n"),
  ]
}
