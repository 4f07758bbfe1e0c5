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

  func doubt(_ state: inout KPIState, from instant: Int64, _ clock: RuleClock) { state.doubt(from: instant) }

  func look(at state: inout KPIState, _ moment: Moment) { state.look(KPIMeasuring(kpi: kpi, moment: moment)) }
}
