internal import EventModel
internal import RuleLanguage

/// A KPI: provisional values while its window goes on, and one final (language.md 18).
final class KPIMatcher: Matcher {
  let plan: RulePlan
  let identity: StateIdentity
  private let kpi: KPIPlan
  private var slots: SlotTables<KPIState>
  private let patterns: [Int]

  init(_ plan: RulePlan, _ measure: Measure, program: CheckedProgram) {
    self.plan = plan
    kpi = KPIPlan(plan, measure)
    identity = StateIdentity(plan, program: program, kept: [])
    slots = SlotTables(kpi, identity: identity, slots: plan.slots)
    patterns = plan.rule.patterns.indices.filter { plan.rule.patterns[$0].role == .on }
  }

  func apply(_ step: Step, to effects: PendingEffects) {
    let clock = max(step.clock.microseconds, WindowClock.past)
    var touched = TouchedKeys()
    RuleEvents.forEach(patterns, plan, step, effects) { seen, key in
      if step.isTooLate(seen.event, lateness: plan.lateness) {
        effects.miss(seen.event, rule: plan.rule.name)
        return
      }
      let slot = placement(ofKey: key, among: plan.slots)
      guard let table = slots[slot] else { return }
      let element = kpi.window.element(step, seen.event, matched: seen.matched, unsure: seen.unsure, plan)
      let start = kpi.start(of: element.ref.time.microseconds)
      let entry = table.entry(of: KPIPlan.windowKey(key, start: start))
      let isNew = table.update(entry) { state in
        if state.isEmpty { state.open(start: start) }
        return state.insert(element, kpi, clock: clock)
      }
      if !isNew { effects.counters.rules[plan.rule.name, default: .init()].duplicates += 1 }
      touched.insert(slot, entry)
    }
    touched.forEach { slot, entry in
      if let table = slots[slot] { settle(entry, slot, table, clock, step, effects) }
    }
    for (slot, table) in slots.loaded {
      for entry in table.takeDue(at: step.clock.microseconds) where !touched.contains(slot, entry) {
        settle(entry, slot, table, clock, step, effects)
      }
    }
  }

  private func settle(
    _ entry: Int, _ slot: Int, _ table: KeyedTable<KPIState>, _ clock: Int64, _ step: Step, _ effects: PendingEffects
  ) {
    let key = KeyPlan.values(KPIPlan.split(table.key(of: entry)).key)
    let due = table.update(entry) { state in
      if let saying = state.say(at: clock, kpi) { say(saying, state, key, slot, step, effects) }
      return state.due(kpi)
    }
    table.schedule(entry, at: due, after: clock)
  }

  private func say(
    _ saying: KPIState.Saying, _ state: KPIState, _ key: [Value], _ slot: Int, _ step: Step, _ effects: PendingEffects
  ) {
    let activation = WindowActivation(plan: plan, key: key, totals: state.totals) { _ in }
    let measured = value(activation)
    if saying == .final, measured.isUndetermined { effects.counters.undetermined(plan.rule.name, "error") }
    effects.counters.rules[plan.rule.name, default: .init()].values += 1
    guard let topic = plan.topic(.kpis) else { return }
    let isPartial = step.since.map { state.start < $0.microseconds } ?? true
    let record = KPIRecord(
      key: key, start: EventTime(microseconds: state.start), end: EventTime(microseconds: state.start + kpi.length),
      revision: state.revision, isFinal: saying == .final, isPartial: isPartial, value: measured.value, events: state.totals.events,
      clock: step.clock)
    effects.publish(record.output(plan, topic: topic), slot: slot)
  }

  /// The measure's value; nil: there is none, be it that nothing is measured or that there is no telling.
  private func value(_ activation: WindowActivation) -> (value: Value?, isUndetermined: Bool) {
    do {
      if let condition = plan.rule.when, try condition.evaluate(activation) != .bool(true) { return (nil, false) }
      switch try kpi.measure.evaluate(activation) {
      case .null, .optional(nil): return (nil, false)
      case .optional(let inner?): return (inner, false)
      case let value: return (value, false)
      }
    } catch {
      return (nil, error.cause != .noValue)
    }
  }

  func load(slot: Int, _ rows: SlotRows) { slots.load(slot: slot, rows) { [kpi] in $0.due(kpi) } }
  func unload(slot: Int) { slots.unload(slot: slot) }
  func drain(slot: Int, into rows: inout [RowChange]) { slots.drain(slot: slot, into: &rows) }
  func hasChanges(slot: Int) -> Bool { slots[slot]?.hasChanges ?? false }
  var earliest: Int64 { slots.earliest }
  var footprint: (keys: Int, bytes: Int) { slots.footprint }
}
