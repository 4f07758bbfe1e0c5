internal import EventModel
internal import RuleLanguage

/// Follows an entity from state to state, and tells the ledger what stands of each event (language.md 17).
struct LifecycleCourse {
  let plan: LifecyclePlan
  let key: [Value]
  let moment: Moment
  var ledger = Ledger()
  private(set) var position: LifecyclePosition?
  /// The first clock at which something changes, by time alone, of what has ended so far.
  private(set) var due: Int64
  /// The first clock at which the order of the run that is taken is known: what it makes of a move is not said before.
  var closing = RuleClock.past
  /// What is to be noted of events.
  private(set) var marked: [(event: EventRef, mark: LifecycleMarks)] = []

  init(_ plan: LifecyclePlan, _ moment: Moment, from position: LifecyclePosition?, due: Int64) {
    self.plan = plan
    self.moment = moment
    self.position = position
    self.due = due
    key = KeyPlan.values(moment.key.bytes)
  }

  private var clock: RuleClock { moment.clock }

  // MARK: States

  /// The state that a kept event enters; nil: none. Tables are asked as of its time, until the answer is settled.
  mutating func step(of move: inout LifecycleMove) -> (step: LifecycleStep?, fate: PagedLog<LifecycleMove>.Fate) {
    let before = move.marks
    let state = state(of: &move)
    if state == nil { for published in [PublishedRule.illegalTransition, .overdue] { stand([], published, move.ref) } }
    let step = state.map { LifecycleStep(ref: move.ref, state: $0, marks: move.marks) }
    if move.fields.isEmpty { return (step, .kept) }
    let settled = move.ref.time.microseconds + plan.lateness + 1
    guard clock.now >= settled else {
      due = min(due, settled)
      return (step, before == move.marks ? .kept : .changed)
    }
    guard let state else { return (nil, .removed) }
    move.settle(state)
    return (step, .changed)
  }

  private mutating func state(of move: inout LifecycleMove) -> Int? {
    if move.fields.isEmpty { return move.states.trailingZeroBitCount }
    var reason: UndeterminedReason?
    for state in plan.states.indices where move.states & (1 << PatternBits(state)) != 0 {
      guard let residual = plan.states[state].residual else { return state }
      var fields: [[FieldValue]?] = plan.kept.paths.map { _ in nil }
      fields[state] = move.fields[state]
      let values = KeptActivation(
        fields: fields, paths: plan.kept.paths, key: key, plan: plan.rule, instant: move.ref.time.microseconds)
      do throws(EvaluationError) {
        if try residual.evaluate(values) == .bool(true) { return state }
      } catch {
        reason = reason ?? UndeterminedReason(error)
      }
    }
    if let reason, !move.marks.contains(.state) {
      moment.effects.undetermined(
        plan.rule, reason, of: .illegalTransition, key: moment.key.bytes, at: move.ref.time.microseconds)
      move.marks.insert(.state)
    }
    return nil
  }

  // MARK: Moves

  /// An event of that time finds the entity as it is, or forgotten.
  mutating func forget(at time: Int64) {
    guard let now = position, time > now.end(plan) else { return }
    end(now, leftBy: nil)
    position = nil
  }

  mutating func take(_ step: LifecycleStep) {
    forget(at: step.time)
    guard var now = position else {
      if !plan.states[step.state].isInitial, isKnown() {
        count(.noHistory, .illegalTransition, at: step.time, of: step.ref, .move, isCounted: step.marks.contains(.move))
      }
      stand([], .illegalTransition, step.ref)
      position = LifecyclePosition(step, last: step.time, plan)
      return
    }
    now.last = max(now.last, step.time)
    if now.state == step.state, !plan.hasArrow(now.state, step.state) {
      position = now
      for published in [PublishedRule.illegalTransition, .overdue] { stand([], published, step.ref) }
      return
    }
    end(now, leftBy: step)
    if plan.hasArrow(now.state, step.state) { stand([], .illegalTransition, step.ref) } else { judge(step, from: now) }
    position = LifecyclePosition(step, last: now.last, plan)
  }

  /// A move along no arrow.
  private mutating func judge(_ step: LifecycleStep, from now: LifecyclePosition) {
    let form = LifecycleViolation(plan: plan, key: key, ledger: ledger, clock: clock)
    let violation = form.illegalTransition(to: step, from: now)
    if ledger.standing(violation.id) == nil, !isKnown() { return stand([], .illegalTransition, step.ref) }
    guard now.entry.time.microseconds >= clock.since || ledger.standing(violation.id) != nil else {
      count(.history, .illegalTransition, at: step.time, of: step.ref, .move, isCounted: step.marks.contains(.move))
      return stand([], .illegalTransition, step.ref)
    }
    stand([violation], .illegalTransition, step.ref)
  }

  /// The order of the run is known; else it is at a later clock.
  private mutating func isKnown() -> Bool {
    if clock.now < closing { due = min(due, closing) }
    return clock.now >= closing
  }

  // MARK: Stays

  /// No event is left: the stay that goes on is judged. Returns the first clock at which something of it changes.
  mutating func finish() -> Int64 {
    guard let now = position else { return TimerWheel.never }
    let ended = due
    due = TimerWheel.never
    end(now, leftBy: nil)
    defer { due = ended }
    return min(due, now.forgotten(plan))
  }

  /// What stands of a stay that a move has ended; nil: none has.
  private mutating func end(_ stay: LifecyclePosition, leftBy leave: LifecycleStep?) {
    guard !stay.isFinal else { return }
    guard let deadline = stay.deadline else { return stand([], .overdue, stay.entry) }
    if let leave, leave.time <= deadline + plan.skew(stay.entry, into: stay.state, leave.ref, into: leave.state) {
      return stand([], .overdue, stay.entry)
    }
    let known = deadline + plan.widening(stay.entry, into: stay.state) + 1
    guard clock.now >= known else {
      due = min(due, known)
      return stand([], .overdue, stay.entry)
    }
    let late = leave.flatMap { $0.time <= deadline + plan.remember ? $0 : nil }
    let form = LifecycleViolation(plan: plan, key: key, ledger: ledger, clock: clock)
    let violation = form.overdue(stay, deadline, leftBy: late)
    guard stay.entry.time.microseconds >= clock.since || ledger.standing(violation.id) != nil else {
      count(.history, .overdue, at: deadline, of: stay.entry, .stay, isCounted: false)
      return stand([], .overdue, stay.entry)
    }
    stand([violation], .overdue, stay.entry)
    let forgotten = plan.settled(deadline) + 1
    guard clock.now >= forgotten else { return due = min(due, forgotten) }
    ledger.release(LedgerOwner(stay.entry, .overdue))
    marked.append((stay.entry, .stay))
  }

  // MARK: What is said

  private mutating func stand(_ violations: [StandingViolation], _ published: PublishedRule, _ event: EventRef) {
    if ledger.isEmpty, violations.isEmpty { return }
    ledger.replace(LedgerOwner(event, published), with: violations, plan.rule)
  }

  private mutating func count(
    _ reason: UndeterminedReason, _ published: PublishedRule, at: Int64, of event: EventRef, _ mark: LifecycleMarks, isCounted: Bool
  ) {
    guard !isCounted, plan.rule.isEffective(event.time.microseconds) else { return }
    moment.effects.undetermined(plan.rule, reason, of: published, key: moment.key.bytes, at: at)
    marked.append((event, mark))
  }
}
