package import Diagnostics

/// The kinds of mistake that a configuration can hold. Their codes are stable.
package enum SettingsCode: Int, CaseIterable, Sendable {
  case notYAML = 901
  case unknown = 902
  case wrongValue = 903
  case missing = 904
  case twice = 905
  case unsetVariable = 906
  case unreadableSecret = 907
  case onlyInFile = 908
  case unusedYAML = 909
  case contradiction = 910
  case notSupported = 911

  package var code: DiagnosticCode { DiagnosticCode(rawValue) }

  func diagnostic(_ message: String, at span: SourceSpan, notes: [Diagnostic.Note] = [], help: String? = nil) -> Diagnostic {
    Diagnostic(code, .error, message, at: span, notes: notes, help: help)
  }
}
