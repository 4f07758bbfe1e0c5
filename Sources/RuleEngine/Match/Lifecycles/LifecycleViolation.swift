internal import EventModel
internal import RuleLanguage

/// Words the violations of a lifecycle.
struct LifecycleViolation {
  let plan: LifecyclePlan
  let key: [Value]
  let ledger: Ledger
  let clock: RuleClock

  func illegalTransition(to step: LifecycleStep, from position: LifecyclePosition) -> StandingViolation {
    let evidence = Evidence(events: [(.on, step.ref), (.from, position.entry)])
    let (from, to) = (plan.states[position.state].name, plan.states[step.state].name)
    return violation(
      .illegalTransition, of: step.ref, at: step.time, settles: step.time + plan.lateness + 1, evidence, from: from, to: to)
  }

  /// `late`: what left the state after the deadline.
  func overdue(_ stay: LifecyclePosition, _ deadline: Int64, leftBy late: LifecycleStep?) -> StandingViolation {
    let evidence = Evidence(events: [(.on, stay.entry)] + (late.map { [(.to, $0.ref)] } ?? []))
    return violation(
      .overdue, of: stay.entry, at: deadline, settles: deadline + plan.widening(stay.entry, into: stay.state) + plan.lateness + 1,
      isLate: late != nil, evidence, from: plan.states[stay.state].name, to: nil)
  }

  private func violation(
    _ published: PublishedRule, of anchor: EventRef, at: Int64, settles: Int64, isLate: Bool = false, _ evidence: Evidence,
    from: String, to: String?
  ) -> StandingViolation {
    let id = plan.rule.violationID(published, key: key) { $0.writeAnchor(anchor, plan.rule.stream(of: anchor)) }
    let (state, reason) = isLate ? (ViolationState.resolved, ViolationReason.late) : (.open, nil)
    // Rows of tables that were looked up may be gone when it is settled.
    if plan.looksUp, clock.now >= settles, let said = ledger.standing(id), said.state == state { return said }
    let time = anchor.time.microseconds
    let named = [(name: "from", value: Value.string(from))] + (to.map { [(name: "to", value: Value.string($0))] } ?? [])
    let values = TransitionActivation(
      base: KeptActivation(
        fields: plan.kept.paths.map { _ in nil }, paths: plan.kept.paths, key: key, plan: plan.rule, instant: time),
      from: from, to: to)
    let content = ViolationContent(plan.rule, published, key: key, evidence: evidence, named: named, from: values)
    return StandingViolation(
      published, id: id, anchored: time, at: at, settles: settles, state: state, reason: reason, content: content)
  }
}

/// What messages of a lifecycle read: the key, and the states.
private struct TransitionActivation: Activation {
  let base: KeptActivation
  let from: String
  /// nil: the state was stayed in.
  let to: String?

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? { try base.field(pattern, path) }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { try base.keyPart(index) }
  var wholeKey: String { base.wholeKey }
  func param(_ index: Int) -> Value { base.param(index) }
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { try base.row(table: table, key: key) }

  func transition(isTarget: Bool) throws(EvaluationError) -> Value {
    guard let state = isTarget ? to : from else { throw EvaluationError(.noValue, "a stay leads to no state") }
    return .string(state)
  }
}
