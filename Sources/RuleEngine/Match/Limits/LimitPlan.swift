internal import EventModel
internal import RuleLanguage

/// `over sliding D when e` or `over all from P retain D when e`, resolved.
final class LimitPlan: Sendable {
  let rule: RulePlan
  let window: WindowPlan
  let condition: CheckedExpression
  /// D, in microseconds: the window at t holds (t − D, t]; of `all`, a history ends so long after its last event.
  let length: Int64
  /// Of `all`: the pattern of the event that opens a history, and whether it does not recur.
  let opening: (pattern: Int, isOnce: Bool)?
  let remember: Int64
  /// The condition only becomes truer with more events, so it is said at once (language.md 8.3).
  let isEarly: Bool
  /// The condition is `count(…) >= N`, as that of most limits is: the function's index, and N.
  private let threshold: (function: Int, least: Int64)?
  /// Whether the condition is true of an empty window; nil: that depends on the key.
  private let emptyTruth: Bool?

  init(_ plan: RulePlan, _ span: SpanLength, opening: (pattern: Int, isOnce: Bool)? = nil) {
    guard let condition = plan.rule.when else { preconditionFailure("a limit has a condition") }
    rule = plan
    window = WindowPlan(plan)
    self.condition = condition
    length = plan.microseconds(span)
    self.opening = opening
    remember = plan.microseconds(plan.rule.notes.remember)
    threshold = condition.countThreshold(plan.rule.aggregates)
    isEarly = condition.onlyBecomesTruer(plan.rule.aggregates) && plan.rule.tables.isEmpty
    emptyTruth = condition.readsKey || condition.looksUp ? nil : Self.holds(condition, window, plan, key: .bytes([]))
  }

  var lateness: Int64 { rule.lateness }

  /// The condition is true of a key's empty window.
  func holdsWhenEmpty(_ key: KeySource) -> Bool { emptyTruth ?? Self.holds(condition, window, rule, key: key) }

  /// Whether the condition is true of a key's window; nil: there is no telling, which is counted, or it has no value.
  func truth(_ activation: WindowActivation, _ instant: Int64, _ moment: Moment) -> Bool? {
    do throws(EvaluationError) {
      return try holds(activation)
    } catch {
      if error.cause != .noValue { moment.effects.undetermined(rule, UndeterminedReason(error), key: moment.key.bytes, at: instant) }
      return nil
    }
  }

  /// Whether the condition is true of a window; throws as its evaluation does.
  private func holds(_ activation: WindowActivation) throws(EvaluationError) -> Bool {
    if let threshold {
      guard case .int(let count) = try activation.aggregate(threshold.function) else { return false }
      return count >= threshold.least
    }
    return try condition.evaluate(activation) == .bool(true)
  }

  private static func holds(_ condition: CheckedExpression, _ window: WindowPlan, _ rule: RulePlan, key: KeySource) -> Bool {
    let activation = WindowActivation(plan: rule, keySource: key, totals: WindowTotals(window), events: nil, instant: RuleClock.past)
    return (try? condition.evaluate(activation)) == .bool(true)
  }
}

extension CheckedExpression {
  fileprivate func countThreshold(_ functions: [WindowFunction]) -> (function: Int, least: Int64)? {
    guard case .call(let function, let arguments) = kind, arguments.count == 2, function.name == "_>=_" || function.name == "_>_",
      case .aggregate(let index) = arguments[0].kind, functions[index].name == .count,
      case .literal(.int(let number)) = arguments[1].kind, number < .max
    else { return nil }
    return (index, function.name == "_>_" ? number + 1 : number)
  }
}
