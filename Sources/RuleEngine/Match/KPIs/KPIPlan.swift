internal import EventModel
internal import RuleLanguage

/// `over W measure e when f emit every E fill D`, resolved. Spans are in microseconds.
struct KPIPlan: Sendable {
  /// Where the windows are.
  enum Shape: Sendable {
    case grid(WindowGrid)
    /// A session ends `gap` after its last event, and at the latest `longest` after its first.
    case sessions(gap: Int64, longest: Int64)
  }

  let rule: RulePlan
  let window: WindowPlan
  let measure: CheckedExpression
  let shape: Shape
  /// Provisional values come at most each so often of the clock; nil: there are none.
  let emitEvery: Int64?
  /// So long after its last event a key has windows; nil: only those with events.
  let fill: Int64?
  /// Without key, with `fill`: the windows never end.
  let isEndless: Bool
  /// The functions that have rows of their own: indexes into `WindowPlan.functions`.
  let sketches: [Int]
  let target: KPITarget?
  /// How long an open violation is kept for a key that has no windows any more.
  let remember: Int64

  init(_ plan: RulePlan, _ measure: Measure) {
    rule = plan
    window = WindowPlan(plan)
    self.measure = measure.expression
    if let grid = WindowGrid(measure.window) {
      shape = .grid(grid)
    } else if case .session(let gap, let longest) = measure.window {
      shape = .sessions(gap: gap.microseconds, longest: longest.microseconds)
    } else {
      preconditionFailure("the checker refuses KPIs over windows without end")
    }
    emitEvery = measure.emitEvery?.microseconds
    fill = measure.fill?.microseconds
    sketches = plan.rule.aggregates.indices.filter { plan.rule.aggregates[$0].name == .distinct }
    isEndless = fill != nil && plan.rule.key.isEmpty
    target = KPITarget(measure, plan, shape)
    remember = plan.microseconds(plan.rule.notes.remember)
  }

  var lateness: Int64 { rule.lateness }

  /// An open violation waits so long after its last window for one that joins it: such a window begins within what is remembered.
  var patience: Int64 {
    if case .sessions = shape { return remember }
    return remember + KPITarget.longest(shape)
  }

  /// So many parts a sketch of a window has at most.
  var partsOfSketch: UInt32 { target == nil ? 1 << 6 : 1 << 14 }

  func totals() -> WindowTotals { WindowTotals(window, keepsEvents: false, isJudged: target != nil) }

  /// The first instant after the clock at which provisional values may come.
  func tick(after clock: Int64) -> Int64 {
    guard let emitEvery else { return TimerWheel.never }
    return clock == RuleClock.past ? clock + 1 : clock - clock.floorDivided(by: emitEvery).remainder + emitEvery
  }

  /// The first clock at which a window without events is there.
  func begin(_ span: WindowSpan) -> Int64 { emitEvery == nil ? span.end + lateness + 1 : span.start }
}
