internal import EventModel
internal import RuleLanguage

/// `over sliding D when e`, resolved.
final class LimitPlan: Sendable {
  let rule: RulePlan
  let window: WindowPlan
  let condition: CheckedExpression
  /// D, in microseconds: the window at t holds (t − D, t].
  let length: Int64
  let remember: Int64
  /// The condition only becomes truer with more events, so it is said at once (language.md 8.3).
  let isEarly: Bool
  /// Whether the condition is true of an empty window; nil: that depends on the key.
  private let emptyTruth: Bool?

  init(_ plan: RulePlan, sliding span: SpanLength) {
    guard let condition = plan.rule.when else { preconditionFailure("a limit has a condition") }
    rule = plan
    window = WindowPlan(plan)
    self.condition = condition
    length = plan.microseconds(span)
    remember = plan.microseconds(plan.rule.notes.remember)
    isEarly = condition.onlyBecomesTruer(plan.rule.aggregates)
    emptyTruth = condition.readsKey ? nil : Self.holds(condition, window, plan, key: [])
  }

  var lateness: Int64 { rule.lateness }

  /// The condition is true of a key's empty window.
  func holdsWhenEmpty(_ key: [UInt8]) -> Bool { emptyTruth ?? Self.holds(condition, window, rule, key: key) }

  private static func holds(_ condition: CheckedExpression, _ window: WindowPlan, _ rule: RulePlan, key: [UInt8]) -> Bool {
    let activation = WindowActivation(plan: rule, keyBytes: key, totals: WindowTotals(window), events: nil)
    return (try? condition.evaluate(activation)) == .bool(true)
  }
}
