internal import EventModel
internal import RuleLanguage

/// `over tumbling D when e`, `over calendar U in ZONE when e`, resolved.
final class WindowLimitPlan: Sendable {
  let rule: RulePlan
  let window: WindowPlan
  let grid: WindowGrid
  let condition: CheckedExpression
  /// The condition only becomes truer with more events, so it is said at once (language.md 8.3).
  let isEarly: Bool

  init(_ plan: RulePlan, _ window: Window) {
    guard let condition = plan.rule.when else { preconditionFailure("a limit has a condition") }
    guard let grid = WindowGrid(window) else { preconditionFailure("its windows end") }
    rule = plan
    self.window = WindowPlan(plan)
    self.grid = grid
    self.condition = condition
    isEarly = condition.onlyBecomesTruer(plan.rule.aggregates) && plan.rule.tables.isEmpty
  }
}

/// A limit over windows that end: those in breach that follow one another are one violation (language.md 16.4).
final class WindowLimitMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<WindowLimitState>
  private let limit: WindowLimitPlan
  /// For windows that keep no totals of their own.
  private let spare: WindowTotals
  /// The window that held the last event: it holds most of the next, too.
  private var held: WindowSpan?

  init(_ plan: RulePlan, _ window: Window, program: CheckedProgram) {
    self.plan = plan
    limit = WindowLimitPlan(plan, window)
    spare = WindowTotals(limit.window)
    slots = SlotTables(limit, identity: StateIdentity(plan, program: program, kept: []), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  func admitsTooLate(_ seen: SeenEvent) -> Bool { false }

  func take(_ seen: SeenEvent, into table: KeyedTable<WindowLimitState>, _ step: Step) -> Int? {
    let element = limit.window.element(seen, step, plan)
    let time = seen.ref.time.microseconds
    let span = held.flatMap { $0.contains(time) ? $0 : nil } ?? limit.grid.spans(holding: time)[0]
    held = span
    let entry = table.entry(of: seen.key, seen.hash)
    table.update(entry) { $0.insert(element, into: span, limit) }
    return entry
  }

  func doubt(_ state: inout WindowLimitState, from instant: Int64, _ clock: RuleClock) { state.doubt(from: instant) }

  func look(at state: inout WindowLimitState, _ moment: Moment) { state.look(moment, limit, spare) }
}
