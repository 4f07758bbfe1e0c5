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
      + notes.flatMap(\.expressions) + deadlines
  }

  private var deadlines: [ExpressionSyntax] {
    let steps =
      switch form {
      case nil, .over, .joins: [StepSyntax]()
      case .expect(let step): [step]
      case .forbid(let steps, let last): steps + [last]
      }
    return steps.compactMap { step in if case .due(let deadline, _) = step.reach.kind { deadline } else { nil } }
  }
}

extension LifecycleSyntax {
  var expressions: [ExpressionSyntax] {
    by.expressions + states.compactMap(\.pattern.condition) + notes.flatMap(\.expressions)
  }
}

extension KPISyntax {
  var expressions: [ExpressionSyntax] {
    (by?.expressions ?? []) + on.patterns.compactMap(\.condition) + [measure] + (when.map { [$0.condition] } ?? [])
      + notes.flatMap(\.expressions)
      + items.compactMap { item in if case .target(_, let bound) = item.content { bound } else { nil } }
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
