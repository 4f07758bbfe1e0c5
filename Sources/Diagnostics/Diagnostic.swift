/// A mistake of an author (in a rule, a schema, a configuration, a test), or a warning about one.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Sendable, Comparable {
    case warning, error
    package static func < (a: Severity, b: Severity) -> Bool { a == .warning && b == .error }
  }

  /// Another place that takes part in the mistake, with what it has to do with it.
  package struct Note: Hashable, Sendable {
    package var span: SourceSpan?
    package var message: String
    package init(_ message: String, at span: SourceSpan? = nil) {
      self.span = span
      self.message = message
    }
  }

  /// Text that, put in the place of `span`, follows the help line.
  package struct Edit: Hashable, Sendable {
    package var span: SourceSpan
    package var replacement: String
    package init(replace span: SourceSpan, with replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  package var code: DiagnosticCode
  package var severity: Severity
  /// Lower case, no full stop, the thing in back quotes, present tense.
  package var message: String
  package var span: SourceSpan
  package var notes: [Note]
  /// What to write instead.
  package var help: String?
  package var edit: Edit?

  package init(
    _ code: DiagnosticCode, _ severity: Severity, _ message: String, at span: SourceSpan, notes: [Note] = [],
    help: String? = nil, edit: Edit? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.notes = notes
    self.help = help
    self.edit = edit
  }
}

/// The stable code of a kind of mistake: `TN` and four digits. Every code stands in the catalogue.
package struct DiagnosticCode: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var number: Int
  package init(_ number: Int) { self.number = number }
  package var description: String {
    let digits = String(number)
    return "TN" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
  package static func < (a: DiagnosticCode, b: DiagnosticCode) -> Bool { a.number < b.number }
}
