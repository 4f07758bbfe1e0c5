import Diagnostics

/// Mistakes of grammar: TN0120–TN0199.
extension DiagnosticCode {
  static let unexpected = DiagnosticCode(120)
  static let reservedWord = DiagnosticCode(121)
  static let tooDeep = DiagnosticCode(122)
}

extension Diagnostic {
  static func unexpected(_ found: String, expected: String, at span: SourceSpan, help: String?) -> Diagnostic {
    Diagnostic(.unexpected, .error, "expected \(expected), found \(found)", at: span, help: help)
  }

  static func missing(_ expected: String, at span: SourceSpan, help: String?) -> Diagnostic {
    Diagnostic(.unexpected, .error, "expected \(expected) here", at: span, help: help)
  }

  static func reservedWord(_ word: String, as what: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .reservedWord, .error, "`\(word)` is a reserved word, and not \(what)", at: span, help: "after a dot it may be the name of a field")
  }

  static func tooDeep(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .tooDeep, .error, "this expression is nested more than \(ExpressionSyntax.maximumHeight) deep", at: span,
      help: "name parts of it with `let`; many alternatives are a list: `x in [a, b, c]`")
  }
}

enum GrammarCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unexpected, .error, "something else was expected",
      explanation: "The text does not follow the grammar at this place; the message says what may stand there.",
      bad: "let limit = * 2\n", good: "let limit = 2 * 2\n"),
    DiagnosticEntry(
      .reservedWord, .error, "a reserved word as a name",
      explanation: "CEL keeps some words for itself: they are no names of aliases, lets or params, though they may be names of fields.",
      bad: "let package = 1\n", good: "let parcel = 1\n"),
  ]
}
