internal import EventModel
internal import RuleLanguage

/// `over sliding D when e`, resolved.
struct LimitPlan: Sendable {
  let rule: RulePlan
  let window: WindowPlan
  let condition: CheckedExpression
  /// D, in microseconds: the window at t holds (t − D, t].
  let length: Int64
  let remember: Int64
  /// The condition only becomes truer with more events, so it is said at once (language.md 8.3).
  let isEarly: Bool

  init(_ plan: RulePlan, sliding span: SpanLength) {
    guard let condition = plan.rule.when else { preconditionFailure("a limit has a condition") }
    rule = plan
    window = WindowPlan(plan)
    self.condition = condition
    length = plan.microseconds(span)
    remember = plan.microseconds(plan.rule.notes.remember)
    isEarly = condition.onlyBecomesTruer(plan.rule.aggregates)
  }

  var lateness: Int64 { rule.lateness }
}

/// What expressions read of a key's window at one instant.
struct WindowActivation: Activation {
  let plan: RulePlan
  let key: [Value]
  let totals: WindowTotals
  /// Goes over the events that are in the window.
  let window: ((WindowElement) -> Void) -> Void

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    preconditionFailure("the events of a window are read by window functions only")
  }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { key[index] }
  var wholeKey: String { key.map(\.keyText).joined(separator: "/") }
  func param(_ index: Int) -> Value { plan.params[index] }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { try totals.value(index, in: window) }
}

/// Where a rule's clock stands, as its windows see it.
struct WindowClock {
  /// What stands for the distant past: far enough from both ends that spans can be added.
  static let past: Int64 = -(1 << 61)

  /// The rule's clock: what is dated before it is known.
  let now: Int64
  /// K: what is dated at it or later is known; `-past` while nothing is.
  let since: Int64
  /// No event that comes from now on and counts is dated before or at this instant.
  let horizon: Int64
  /// Nor is one of the batch that moved the clock dated before or at this one.
  let floor: Int64

  init(_ step: Step, lateness: Int64) {
    now = max(step.clock.microseconds, WindowClock.past)
    since = step.since.map { max($0.microseconds, WindowClock.past) } ?? -WindowClock.past
    horizon = now - lateness - 1
    floor = max(step.before.microseconds, WindowClock.past) - lateness - 1
  }
}
