internal import EventModel
internal import RuleLanguage

/// `on A over sliding D when e`: a violation from when the condition becomes true for a key until it is false again (language.md 16.3).
final class LimitMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<LimitState>
  private let limit: LimitPlan

  init(_ plan: RulePlan, sliding span: SpanLength, program: CheckedProgram) {
    self.plan = plan
    limit = LimitPlan(plan, sliding: span)
    slots = SlotTables(limit, identity: StateIdentity(plan, program: program, kept: []), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  func admitsTooLate(_ seen: SeenEvent) -> Bool { false }

  func take(_ seen: SeenEvent, into table: KeyedTable<LimitState>, _ step: Step) -> Int? {
    let element = limit.window.element(seen, step, plan)
    let entry = table.entry(of: seen.key)
    table.update(entry) { $0.insert(element, limit) { limit.holdsWhenEmpty(seen.key) } }
    return entry
  }

  func look(at state: inout LimitState, _ moment: Moment) {
    state.look(moment.clock, limit, key: moment.key, holdsWhenEmpty: { limit.holdsWhenEmpty(moment.key) }) { judge($0, $1, moment) }
    LimitPublisher(plan: plan, moment: moment).publish(&state)
    state.forget(moment.clock, limit)
  }

  /// Whether the condition holds; nil: there is no telling, or no value.
  private func judge(_ activation: WindowActivation, _ instant: Int64, _ moment: Moment) -> Bool? {
    let holds: Bool
    do {
      guard case .bool(let value) = try limit.condition.evaluate(activation) else { return nil }
      holds = value
    } catch {
      if error.cause != .noValue { moment.effects.counters.undetermined(plan.rule.name, "error") }
      return nil
    }
    // What more events only make truer needs no history; all else is sure only where the whole window is known (language.md 6.2, 6.3).
    if limit.isEarly && holds { return true }
    if instant - limit.length + 1 < moment.clock.since {
      if !limit.isEarly { moment.effects.counters.undetermined(plan.rule.name, "history") }
      return nil
    }
    return holds
  }
}
