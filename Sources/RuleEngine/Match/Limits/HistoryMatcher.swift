internal import EventModel
internal import RuleLanguage

/// `on A over all from P retain D when e`: a violation from when the condition becomes true of a key's history until it is false again.
final class HistoryMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<HistoryState>
  private let limit: LimitPlan

  init(_ plan: RulePlan, opening: Int, isOnce: Bool, retain: SpanLength, program: CheckedProgram) {
    self.plan = plan
    limit = LimitPlan(plan, retain, opening: (opening, isOnce))
    slots = SlotTables(limit, identity: StateIdentity(plan, program: program, kept: []), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  func admitsTooLate(_ seen: SeenEvent) -> Bool { false }

  func take(_ seen: SeenEvent, into table: KeyedTable<HistoryState>, _ step: Step) -> Int? {
    let element = limit.window.element(seen, step, plan)
    let entry = table.entry(of: seen.key, seen.hash)
    table.update(entry) { $0.insert(element, limit) }
    return entry
  }

  func doubt(_ state: inout HistoryState, from instant: Int64, _ clock: RuleClock) { state.doubt(from: instant, clock, limit) }

  func look(at state: inout HistoryState, _ moment: Moment) {
    state.look(moment, limit)
    state.runs.tell(moment.clock, plan)
    state.forget(moment.clock, limit)
    state.runs.ledger.publish(plan, moment)
  }
}
