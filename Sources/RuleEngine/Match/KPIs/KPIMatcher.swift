internal import EventModel
internal import RuleLanguage

/// A KPI: provisional values while its window goes on, and one final (language.md 18).
final class KPIMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<KPIState>
  private let kpi: KPIPlan

  init(_ plan: RulePlan, _ measure: Measure, program: CheckedProgram) {
    self.plan = plan
    kpi = KPIPlan(plan, measure)
    slots = SlotTables(kpi, identity: StateIdentity(plan, program: program, kept: []), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  func admitsTooLate(_ seen: SeenEvent) -> Bool { false }

  func take(_ seen: SeenEvent, into table: KeyedTable<KPIState>, _ step: Step) -> Int? {
    let element = kpi.window.element(seen, step, plan)
    let start = kpi.start(of: seen.ref.time.microseconds)
    let key = KPIPlan.windowKey(seen.key, start: start)
    let entry = table.entry(of: key, KeyHash(key))
    table.update(entry) { state in
      if state.isEmpty { state.open(start: start) }
      state.insert(element)
    }
    return entry
  }

  func look(at state: inout KPIState, _ moment: Moment) {
    guard let saying = state.say(at: moment.clock.now, kpi) else { return }
    let key = Array(KPIPlan.split(moment.key.bytes).key)
    let measured = value(WindowActivation(plan: plan, keySource: .bytes(key), totals: state.totals, events: nil))
    if saying == .final, measured.isUndetermined { moment.effects.undetermined(plan, .error, key: key, at: state.start) }
    moment.effects.counters.rules[plan.rule.name, default: .init()].values += 1
    guard let topic = plan.topic(.kpis) else { return }
    let record = KPIRecord(
      key: KeyPlan.values(key), start: EventTime(microseconds: state.start), end: EventTime(microseconds: state.start + kpi.length),
      revision: state.revision, isFinal: saying == .final, isPartial: state.start < moment.clock.since, value: measured.value,
      events: state.totals.events, clock: moment.clock.time)
    moment.effects.publish(record.output(plan, topic: topic), slot: moment.slot)
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
}
