import Diagnostics
import EventModel

extension ExpressionChecker {
  /// What is wrong with a text of `format` that is known, and the values in its places. Throws what the text itself has wrong.
  func formatMistake(_ arguments: [CheckedExpression]) throws(EvaluationError) -> Diagnostic? {
    guard arguments.count == 2, case .literal(.string(let text)) = arguments[0].kind else { return nil }
    let clauses = try FormatPattern(text).clauses
    guard case .list(let values) = arguments[1].kind else { return nil }
    guard clauses.count == values.count else {
      return .formatCount(clauses: clauses.count, values: values.count, at: arguments[1].span)
    }
    for (clause, value) in zip(clauses, values) where !FormatPattern.takes(value.type, as: clause) {
      return .formatType(clause, value.type, at: value.span)
    }
    return nil
  }
}

extension Diagnostic {
  fileprivate static func formatCount(clauses: Int, values: Int, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .noOverload, .error,
      "the text has \(clauses) \(clauses == 1 ? "place" : "places"), and there \(values == 1 ? "is" : "are") \(values) for them",
      at: span, help: "each `%s`, `%d`, `%.2f`, … takes one value; `%%` is a percent sign")
  }

  fileprivate static func formatType(_ clause: String, _ type: ValueType, at span: SourceSpan) -> Diagnostic {
    Diagnostic(.noOverload, .error, "`%\(clause)` does not take \(type.described)", at: span, help: "`%s` takes values of every type")
  }
}
