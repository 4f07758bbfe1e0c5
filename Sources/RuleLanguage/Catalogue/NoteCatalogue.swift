import Diagnostics

/// Mistakes in notes: TN0600–TN0699.
extension DiagnosticCode {
  static let detailIsPath = DiagnosticCode(600)
  static let badExposure = DiagnosticCode(601)
  static let unknownCode = DiagnosticCode(602)
}

extension Diagnostic {
  static func detailIsPath(_ path: PathSyntax) -> Diagnostic {
    Diagnostic(
      .detailIsPath, .error, "a value of a violation has a plain name, and not `\(path.text)`", at: path.span,
      help: "`{ \(path.parts.last?.text ?? "x"): … }`")
  }

  static func badExposure(_ span: SourceSpan, _ type: ValueType) -> Diagnostic {
    Diagnostic(.badExposure, .error, "an exposure is a number, and this is \(type.described)", at: span)
  }

  static func unknownCode(_ code: Word) -> Diagnostic {
    Diagnostic(.unknownCode, .error, "no diagnostic has the code `\(code.text)`", at: code.span)
  }

  static func allowedError(_ code: Word) -> Diagnostic {
    Diagnostic(.unknownCode, .error, "`\(code.text)` is an error, and only warnings can be allowed", at: code.span)
  }
}

enum NoteCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .detailIsPath, .error, "a path as the name of a value",
      explanation: "The values in the braces of `violation` are published under plain names.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" { ship.to: o.ship_to.country } }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" { ship_to: o.ship_to.country } }\n"),
    DiagnosticEntry(
      .badExposure, .error, "an exposure that is no number",
      explanation: "The exposure of a violation is how much money is at risk.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" exposure o.currency }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  violation \"large\" exposure o.total }\n"),
    DiagnosticEntry(
      .unknownCode, .error, "`allow` of what is no warning",
      explanation: "`allow CODE \"why\"` silences a warning in its rule. Errors are put right instead.",
      bad: "rule orders.large { on orders.placed as o  when o.total > 1000  allow TN9999 \"known\" }\n",
      good: "rule orders.large { on orders.placed as o  when o.total > 1000  allow TN0701 \"known\" }\n"),
  ]
}
