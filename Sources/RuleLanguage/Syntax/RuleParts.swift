/// The expressions that stand in a rule or KPI.
extension RuleSyntax {
  var expressions: [ExpressionSyntax] {
    let patterns =
      switch form {
      case nil, .over: [PatternSyntax]()
      case .joins(let joins): joins.map(\.pattern)
      case .expect(let step): step.patterns
      case .forbid(let steps, let last): (steps + [last]).flatMap(\.patterns)
      }
    return (by?.expressions ?? []) + (on.patterns + patterns).compactMap(\.condition) + (when.map { [$0.condition] } ?? [])
      + notes.flatMap(\.expressions)
  }
}

extension KPISyntax {
  var expressions: [ExpressionSyntax] {
    (by?.expressions ?? []) + on.patterns.compactMap(\.condition) + [measure] + (when.map { [$0.condition] } ?? [])
      + notes.flatMap(\.expressions)
  }
}

extension KeySyntax {
  fileprivate var expressions: [ExpressionSyntax] { parts.flatMap(\.expressions) }
}

extension StepSyntax {
  fileprivate var patterns: [PatternSyntax] { [pattern] + (unless.map { [$0] } ?? []) }
}

extension NoteSyntax {
  fileprivate var expressions: [ExpressionSyntax] {
    switch content {
    case .severity(let severity): severity.cases.map(\.condition)
    case .violation(let violation):
      violation.message.parts.compactMap { part in if case .expression(let expression) = part { expression } else { nil } }
        + (violation.exposure.map { [$0] } ?? []) + (violation.details?.members.map(\.value) ?? [])
    case .correct(_, let fields, let when): fields.members.map(\.value) + (when.map { [$0.condition] } ?? [])
    default: []
    }
  }
}
