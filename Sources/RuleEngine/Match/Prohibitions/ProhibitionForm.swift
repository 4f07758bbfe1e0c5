internal import EventModel
internal import RuleLanguage

/// `on A then B within D forbid C within E unless F` (language.md 14): the first events that follow step by step, up to the forbidden one.
struct ProhibitionForm: AnchoredForm {
  struct Step: Sendable {
    let pattern: Int
    let span: SpanPlan
    /// The part of `where` that reads events before it.
    let residual: CheckedExpression?
    let excuse: Excuse?
  }

  struct Excuse: Sendable {
    let pattern: Int
    let residual: CheckedExpression?
    /// From what the step begins at, and from the step's event.
    let fromStart: PairTable
    let fromEnd: PairTable
  }

  let plan: RulePlan
  let kept: KeptPlan
  let on: Int
  let onResidual: CheckedExpression?
  let looksUp: Bool
  let steps: [Step]
  let reachBefore: Int64
  let reachAfter: Int64?
  /// The largest widening of any span.
  let widestSkew: Int64

  init(_ plan: RulePlan, _ prohibition: Prohibition, residual: (_ pattern: Int) -> CheckedExpression?) {
    guard let on = plan.rule.patterns.firstIndex(where: { $0.role == .on }) else { preconditionFailure("a prohibition has an event") }
    var (steps, first): ([Step], Int) = ([], on)
    for step in prohibition.steps {
      let excuse = step.excuse.map { pattern in
        Excuse(
          pattern: pattern, residual: residual(pattern), fromStart: PairTable(plan, first, pattern),
          fromEnd: PairTable(plan, step.pattern, pattern))
      }
      steps.append(
        Step(
          pattern: step.pattern, span: SpanPlan(step.reach, plan, from: first, to: step.pattern), residual: residual(step.pattern),
          excuse: excuse))
      first = step.pattern
    }
    self.plan = plan
    self.on = on
    onResidual = residual(on)
    looksUp = !plan.rule.tables.isEmpty
    self.steps = steps
    let widest = steps.flatMap { [$0.excuse?.fromStart.widest ?? 0, $0.excuse?.fromEnd.widest ?? 0] }.max() ?? 0
    widestSkew = widest
    reachBefore = (steps.first?.span.lengthBefore ?? 0) + widest
    reachAfter = steps.reduce(Int64?(widest)) { sum, step in sum.flatMap { sum in step.span.lengthAfter.map { sum + $0 } } }
    let readers =
      (steps.flatMap { [$0.residual, $0.excuse?.residual] } + [onResidual]).compactMap { $0 } + prohibition.steps.compactMap(\.reach.due)
      + plan.rule.notes.allExpressions
    kept = KeptPlan(plan, for: readers)
  }

  func end(_ anchor: KeptEvent) -> Int64 {
    var end = anchor.ref.time.microseconds
    for step in steps where step.span.direction != .before {
      switch step.span.deadline {
      case .within(let length), .due(_, let length): end += length
      case .hours(let hours, let length): end = hours.deadline(end, open: length)
      }
    }
    return end + widestSkew
  }

  func judge(_ anchor: KeptAnchor, _ others: PagedLog<KeptEvent>, _ ledger: Ledger, _ key: [Value], _ clock: RuleClock) -> Judgement {
    var events: [KeptEvent] = []
    others.forEach(in: self.others(of: anchor), kept) { if anchor.isConcerned(by: $0) { events.append($0) } }
    var chain = Chain(form: self, anchor: anchor.event, events: events, key: key)
    switch chain.follow(clock) {
    case .ends: return .nothing
    case .waits(let next): return Judgement(next: next)
    case .undetermined(let reason): return Judgement(undetermined: reason)
    case .violates(let forbidden, let known): return Judgement(standing: [chain.violation(forbidden, known: known)])
    }
  }
}
