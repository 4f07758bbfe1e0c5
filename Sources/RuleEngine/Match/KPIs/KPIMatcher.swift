internal import EventModel
internal import RuleLanguage

/// A KPI: provisional values while its window goes on, and one final (language.md 18).
final class KPIMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<KPIState>
  private let kpi: KPIPlan
  /// The windows that held the last event: most hold the next one, too.
  private var held: [WindowSpan] = []

  init(_ plan: RulePlan, _ measure: Measure, program: CheckedProgram) {
    self.plan = plan
    kpi = KPIPlan(plan, measure)
    slots = SlotTables(kpi, identity: StateIdentity(plan, program: program, kept: []), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  func admitsTooLate(_ seen: SeenEvent) -> Bool { false }

  func take(_ seen: SeenEvent, into table: KeyedTable<KPIState>, _ step: Step) -> Int? {
    let element = kpi.window.element(seen, step, plan)
    let entry = table.entry(of: seen.key, seen.hash)
    switch kpi.shape {
    case .grid(let grid):
      let time = seen.ref.time.microseconds
      if held.count != 1 || !held[0].contains(time) { held = grid.spans(holding: time) }
      table.update(entry) { $0.insert(element, into: held, kpi) }
    case .sessions: table.update(entry) { $0.keep(element, kpi) }
    }
    return entry
  }

  func look(at state: inout KPIState, _ moment: Moment) {
    state.look(moment.clock, kpi, isFull: { moment.effects.isFull }) { publish($0, $1, moment) }
  }

  private func publish(_ window: KPIWindow, _ saying: KPIWindow.Saying, _ moment: Moment) {
    let key = moment.key.bytes
    var measured: (value: Value?, isUndetermined: Bool) = (nil, false)
    if window.stage != .vanished {
      measured = value(WindowActivation(plan: plan, keySource: .bytes(key), totals: window.totals, events: nil))
    }
    if saying == .final, measured.isUndetermined { moment.effects.undetermined(plan, .error, key: key, at: window.span.start) }
    moment.effects.counters.rules[plan.rule.name, default: .init()].values += 1
    guard let topic = plan.topic(.kpis) else { return }
    let record = KPIRecord(
      key: KeyPlan.values(key), start: EventTime(microseconds: window.span.start), end: EventTime(microseconds: window.span.end),
      revision: window.revision, isFinal: saying == .final, isPartial: isPartial(window, moment.clock), value: measured.value,
      events: window.totals.events, clock: moment.clock.time)
    moment.effects.publish(record.output(plan, topic: topic), slot: moment.slot)
  }

  /// Events of it may be missing since they are dated before what is known. A session may have begun before, too.
  private func isPartial(_ window: KPIWindow, _ clock: RuleClock) -> Bool {
    switch kpi.shape {
    case .grid: window.span.start < clock.since
    case .sessions(let gap, _): window.stage != .vanished && window.chain - gap + 1 < clock.since
    }
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
