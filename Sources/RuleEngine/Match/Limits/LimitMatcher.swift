internal import EventModel
internal import RuleLanguage

/// `on A over sliding D when e`: a violation from when the condition becomes true for a key until it is false again (language.md 16.3).
final class LimitMatcher: Matcher {
  let plan: RulePlan
  let identity: StateIdentity
  private let limit: LimitPlan
  private var slots: SlotTables<LimitState>
  private let patterns: [Int]

  init(_ plan: RulePlan, sliding span: SpanLength, program: CheckedProgram) {
    self.plan = plan
    limit = LimitPlan(plan, sliding: span)
    identity = StateIdentity(plan, program: program, kept: [])
    slots = SlotTables(limit, identity: identity, slots: plan.slots)
    patterns = plan.rule.patterns.indices.filter { plan.rule.patterns[$0].role == .on }
  }

  func apply(_ step: Step, to effects: PendingEffects) {
    let clock = WindowClock(step, lateness: plan.lateness)
    var touched = TouchedKeys()
    RuleEvents.forEach(patterns, plan, step, effects) { seen, key in
      if step.isTooLate(seen.event, lateness: plan.lateness) {
        effects.miss(seen.event, rule: plan.rule.name)
        return
      }
      let slot = placement(ofKey: key, among: plan.slots)
      guard let table = slots[slot] else { return }
      let element = limit.window.element(step, seen.event, matched: seen.matched, unsure: seen.unsure, plan)
      let entry = table.entry(of: key)
      let isNew = table.update(entry) { $0.insert(element, limit) { holdsWhenEmpty(KeyPlan.values(key)) } }
      if !isNew { effects.counters.rules[plan.rule.name, default: .init()].duplicates += 1 }
      touched.insert(slot, entry)
    }
    touched.forEach { slot, entry in
      if let table = slots[slot] { settle(entry, slot, table, clock, step.clock, effects) }
    }
    for (slot, table) in slots.loaded {
      for entry in table.takeDue(at: step.clock.microseconds) where !touched.contains(slot, entry) {
        settle(entry, slot, table, clock, step.clock, effects)
      }
    }
  }

  private func holdsWhenEmpty(_ key: [Value]) -> Bool {
    let activation = WindowActivation(plan: plan, key: key, totals: WindowTotals(limit.window)) { _ in }
    return (try? limit.condition.evaluate(activation)) == .bool(true)
  }

  /// Looks at the window of a key and says what changed.
  private func settle(
    _ entry: Int, _ slot: Int, _ table: KeyedTable<LimitState>, _ clock: WindowClock, _ now: EventTime, _ effects: PendingEffects
  ) {
    let key = KeyPlan.values(table.key(of: entry))
    let due = table.update(entry) { state in
      state.look(clock, limit, key: key, holdsWhenEmpty: { holdsWhenEmpty(key) }) { judge($0, $1, clock, effects) }
      let publisher = LimitPublisher(plan: plan, key: key, slot: slot, clock: clock, now: now, effects: effects)
      publisher.publish(&state)
      state.forget(clock, limit)
      return state.due(limit)
    }
    table.schedule(entry, at: due, after: clock.now)
  }

  /// Whether the condition holds; nil: there is no telling, or no value.
  private func judge(_ activation: WindowActivation, _ instant: Int64, _ clock: WindowClock, _ effects: PendingEffects) -> Bool? {
    let holds: Bool
    do {
      guard case .bool(let value) = try limit.condition.evaluate(activation) else { return nil }
      holds = value
    } catch {
      if error.cause != .noValue { effects.counters.undetermined(plan.rule.name, "error") }
      return nil
    }
    // What more events only make truer needs no history; all else is sure only where the whole window is known (language.md 6.2, 6.3).
    if limit.isEarly && holds { return true }
    if instant - limit.length + 1 < clock.since {
      if !limit.isEarly { effects.counters.undetermined(plan.rule.name, "history") }
      return nil
    }
    return holds
  }

  func load(slot: Int, _ rows: SlotRows) { slots.load(slot: slot, rows) { [limit] in $0.due(limit) } }
  func unload(slot: Int) { slots.unload(slot: slot) }
  func drain(slot: Int, into rows: inout [RowChange]) { slots.drain(slot: slot, into: &rows) }
  func hasChanges(slot: Int) -> Bool { slots[slot]?.hasChanges ?? false }
  var earliest: Int64 { slots.earliest }
  var footprint: (keys: Int, bytes: Int) { slots.footprint }
}
