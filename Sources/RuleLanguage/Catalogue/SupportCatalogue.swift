import Diagnostics
import EventModel

/// What the language has and this version does not evaluate: TN0800–TN0899.
extension DiagnosticCode {
  static let notSupported = DiagnosticCode(801)
  static let testSkipped = DiagnosticCode(802)
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

  static func testSkipped(_ span: SourceSpan, _ missing: [String]) -> Diagnostic {
    Diagnostic(
      .testSkipped, .warning, "this test is skipped; not supported yet: \(missing.joined(separator: ", "))", at: span)
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
      .testSkipped, .warning, "a test that is skipped",
      explanation: "The test is well formed, and asks for something that this version cannot evaluate. `tenet test` counts it as skipped.",
      bad:
        "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" }\ntest \"large\" { expect orders.large waiting }\n",
      good:
        "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" }\ntest \"large\" { expect no orders.large }\n"
    ),
  ]
}
