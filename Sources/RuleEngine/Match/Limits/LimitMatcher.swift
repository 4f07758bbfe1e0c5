internal import EventModel
internal import RuleLanguage

/// `on A over sliding D when e`: a violation from when the condition becomes true for a key until it is false again (language.md 16.3).
final class LimitMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<LimitState>
  private let limit: LimitPlan
  /// For the windows that keep no totals of their own.
  private let spare: WindowTotals

  init(_ plan: RulePlan, sliding span: SpanLength, program: CheckedProgram) {
    self.plan = plan
    limit = LimitPlan(plan, span)
    spare = WindowTotals(limit.window)
    slots = SlotTables(limit, identity: StateIdentity(plan, program: program, kept: []), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  func admitsTooLate(_ seen: SeenEvent) -> Bool { false }

  func take(_ seen: SeenEvent, into table: KeyedTable<LimitState>, _ step: Step) -> Int? {
    let element = limit.window.element(seen, step, plan)
    let entry = table.entry(of: seen.key, seen.hash)
    table.update(entry) { $0.insert(element, limit) { limit.holdsWhenEmpty(.bytes(seen.key)) } }
    return entry
  }

  func doubt(_ state: inout LimitState, from instant: Int64, _ clock: RuleClock) { state.doubt(from: instant, clock, limit) }

  func look(at state: inout LimitState, _ moment: Moment) {
    state.look(moment, limit, spare) { judge($0, $1, moment) }
    state.runs.tell(moment.clock, plan)
    state.forget(moment.clock, limit)
    state.runs.ledger.publish(plan, moment)
  }

  /// Whether the condition holds; nil: there is no telling, or no value.
  private func judge(_ activation: WindowActivation, _ instant: Int64, _ moment: Moment) -> Bool? {
    guard let holds = limit.truth(activation, instant, moment) else { return nil }
    // What more events only make truer needs no history; all else is sure only where the whole window is known (language.md 6.2, 6.3).
    if limit.isEarly && holds { return true }
    if instant - limit.length + 1 < moment.clock.since {
      if !limit.isEarly { moment.effects.undetermined(plan, .history, key: moment.key.bytes, at: instant) }
      return nil
    }
    return holds
  }
}
