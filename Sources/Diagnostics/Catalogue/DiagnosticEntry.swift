/// What the catalogue says of one code. The page of a code in the documentation is made from it.
package struct DiagnosticEntry: Sendable {
  package var code: DiagnosticCode
  package var severity: Diagnostic.Severity
  /// In general words, as a message: "a name is declared twice".
  package var title: String
  /// Why it is a mistake, and what to do about it.
  package var explanation: String
  /// A text that has the mistake, and none besides; a rule file, a schema or a configuration, whichever can have it. Empty: the mistake is
  /// no text's.
  package var bad: String
  /// The same text put right.
  package var good: String

  package init(
    _ code: DiagnosticCode, _ severity: Diagnostic.Severity, _ title: String, explanation: String, bad: String, good: String
  ) {
    self.code = code
    self.severity = severity
    self.title = title
    self.explanation = explanation
    self.bad = bad
    self.good = good
  }
}
