internal import EventModel
internal import RuleLanguage

/// An obligation whose `where`s ask for rows of tables: its events are kept, and judged together when the clock is past the span.
struct LookupObligationForm: AnchoredForm {
  let plan: RulePlan
  let kept: KeptPlan
  let onResidual: CheckedExpression?
  let reachBefore: Int64
  let reachAfter: Int64?
  private let obligation: ObligationPlan

  var on: Int { obligation.on }
  var looksUp: Bool { true }

  init(_ obligation: ObligationPlan, onResidual: CheckedExpression?) {
    self.obligation = obligation
    self.onResidual = onResidual
    plan = obligation.rule
    reachBefore = obligation.widest + (obligation.direction == .after ? 0 : obligation.length)
    let ahead = max(obligation.widest, obligation.direction == .before ? 0 : obligation.remember)
    reachAfter = obligation.direction == .before ? ahead : obligation.deadline.longest.map { $0 + ahead }
    kept = KeptPlan(
      obligation.rule,
      for: Array(obligation.residuals.values) + [onResidual, obligation.due].compactMap { $0 } + obligation.rule.rule.notes.allExpressions)
  }

  func end(_ anchor: KeptEvent) -> Int64 {
    let time = anchor.ref.time.microseconds
    guard case .success(let deadline) = deadline(anchor, []) else { return time }
    return deadline + obligation.remember + obligation.widest
  }

  private func deadline(_ anchor: KeptEvent, _ key: [Value]) -> Result<Int64, UndeterminedReason> {
    let time = anchor.ref.time.microseconds
    if obligation.direction == .before { return .success(time) }
    return obligation.deadline.instant(after: time, activation([(on, anchor)], key))
  }

  func judge(_ anchor: KeptAnchor, _ others: PagedLog<KeptEvent>, _ ledger: Ledger, _ key: [Value], _ clock: RuleClock) -> Judgement {
    let deadline: Int64
    switch self.deadline(anchor.event, key) {
    case .success(let instant): deadline = instant
    case .failure(let reason): return Judgement(undetermined: reason)
    }
    var state = Anchor(ref: anchor.ref, deadline: deadline, fields: [])
    let end = obligation.end(state)
    guard clock.now > end else { return Judgement(next: end + 1) }
    others.forEach(in: self.others(of: anchor), kept) { event in
      guard anchor.isConcerned(by: event) else { return }
      for step in ObligationPlan.Step.allCases {
        guard let isUnsure = answers(event, step, anchor.event, key) else { continue }
        _ = state.take(event.ref, step, isUnsure: isUnsure, obligation)
      }
    }
    if state.isMet { return .nothing }
    if state.isUnsure { return Judgement(undetermined: .error) }
    guard obligation.begin(anchor.ref) >= clock.since else { return Judgement(undetermined: .history) }
    let late = state.late.flatMap { $0.event.time.microseconds < clock.now ? $0 : nil }
    let next = late == nil ? state.late.map { $0.event.time.microseconds + 1 } ?? TimerWheel.never : TimerWheel.never
    return Judgement(standing: [violation(state, late, anchor.event, key)], next: next)
  }

  /// Whether the event is a B or C of A, with whether that is in doubt; nil: it is none.
  private func answers(_ event: KeptEvent, _ step: ObligationPlan.Step, _ anchor: KeptEvent, _ key: [Value]) -> Bool? {
    guard let pattern = obligation.patterns[step], event.matches(pattern) || event.isUnsure(pattern) else { return nil }
    guard let residual = obligation.residuals[step] else { return event.isUnsure(pattern) }
    switch try? residual.evaluate(activation([(on, anchor), (pattern, event)], key)) {
    case .bool(false)?: return nil
    case .bool(true)?: return event.isUnsure(pattern)
    default: return true
    }
  }

  private func violation(
    _ state: Anchor, _ late: (event: EventRef, step: ObligationPlan.Step)?, _ anchor: KeptEvent, _ key: [Value]
  ) -> StandingViolation {
    obligation.violation(state, late, key, activation([(on, anchor)], key))
  }
}
