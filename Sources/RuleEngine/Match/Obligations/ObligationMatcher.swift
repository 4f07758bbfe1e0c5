internal import EventModel
internal import RuleLanguage

/// `on A expect B within D unless C`: an A that nothing met or excused when the clock is past its span is violated (language.md 13).
final class ObligationMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<ObligationState>
  private let obligation: ObligationPlan

  init(_ obligation: ObligationPlan, program: CheckedProgram) {
    plan = obligation.rule
    self.obligation = obligation
    slots = SlotTables(obligation, identity: StateIdentity(plan, program: program, kept: obligation.kept), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  /// As B or C it counts for the A that are kept.
  func admitsTooLate(_ seen: SeenEvent) -> Bool { (seen.matched | seen.unsure) & ~plan.onBits != 0 }

  func take(_ seen: SeenEvent, into table: KeyedTable<ObligationState>, _ step: Step) -> Int? {
    let isAnchor = seen.matched & plan.onBits != 0 && !seen.isTooLate
    if seen.unsure & plan.onBits != 0, !seen.isTooLate {
      step.effects.undetermined(plan, .error, key: seen.key, at: seen.ref.time.microseconds)
    }
    let answer = answer(seen, step)
    guard isAnchor || answer != nil else { return nil }
    // What comes too late concerns only what is there already.
    guard let entry = seen.isTooLate ? table.existing(seen.key, seen.hash) : table.entry(of: seen.key, seen.hash) else { return nil }
    let pairing = Pairing(plan: obligation, key: obligation.residuals.isEmpty ? [] : KeyPlan.values(seen.key))
    let anchor = isAnchor ? anchor(seen, step) : nil
    table.update(entry) { state in
      if let anchor { state.insert(anchor, obligation, pairing) }
      if let answer { state.insert(answer, isKept: !seen.isTooLate, obligation, pairing) }
    }
    return entry
  }

  /// The event as A; nil: it has no deadline.
  private func anchor(_ seen: SeenEvent, _ step: Step) -> Anchor? {
    let time = seen.ref.time.microseconds
    let fields = fields(seen, obligation.on, step)
    if obligation.isFixed { return Anchor(ref: seen.ref, deadline: obligation.fixedDeadline(time), fields: fields) }
    let activation = BatchActivation(
      batch: step.batch, event: seen.event, plan: plan, pattern: obligation.on, key: KeyPlan.values(seen.key))
    switch obligation.deadline.instant(after: time, activation) {
    case .success(let deadline): return Anchor(ref: seen.ref, deadline: deadline, fields: fields)
    case .failure(let reason):
      step.effects.undetermined(plan, reason, key: seen.key, at: time)
      return nil
    }
  }

  /// The event as B and C; nil: it is neither.
  private func answer(_ seen: SeenEvent, _ step: Step) -> Answer? {
    var (matched, unsure) = (UInt8(0), UInt8(0))
    for (which, pattern) in obligation.patterns {
      if seen.matched & (1 << PatternBits(pattern)) != 0 { matched |= 1 << UInt8(which.rawValue) }
      if seen.unsure & (1 << PatternBits(pattern)) != 0 { unsure |= 1 << UInt8(which.rawValue) }
    }
    guard matched | unsure != 0 else { return nil }
    let fields = ObligationPlan.Step.allCases.map { which -> [FieldValue] in
      guard obligation.residuals[which] != nil, let pattern = obligation.patterns[which] else { return [] }
      guard (matched | unsure) & (1 << UInt8(which.rawValue)) != 0 else { return obligation.kept[pattern].map { _ in .absent } }
      return self.fields(seen, pattern, step)
    }
    return Answer(ref: seen.ref, matched: matched, unsure: unsure, fields: fields)
  }

  /// The fields of an event that are kept of its pattern.
  private func fields(_ seen: SeenEvent, _ pattern: Int, _ step: Step) -> [FieldValue] {
    obligation.kept[pattern].map { path in
      guard let index = plan.fields[pattern][path] else { preconditionFailure("a field that notes read is one of its pattern's") }
      return step.batch.field(seen.event, rule: plan.index, pattern: pattern, field: index)
    }
  }

  func look(at state: inout ObligationState, _ moment: Moment) {
    let key = KeyPlan.values(moment.key.bytes)
    state.decide(moment.clock.now, obligation) { moment.effects.isFull ? .kept : decide(&$0, &$1, key, moment) }
    state.ledger.publish(plan, moment)
    state.forget(moment.clock.now, obligation)
  }

  /// What is to be said of an A whose span is over.
  private func decide(_ anchor: inout Anchor, _ ledger: inout Ledger, _ key: [Value], _ moment: Moment) -> PagedLog<Anchor>.Fate {
    let owner = LedgerOwner(anchor.ref)
    if anchor.isMet || anchor.isUnsure {
      if anchor.isViolated { ledger.replace(owner, with: [], plan) }
      if !anchor.isMet { moment.effects.undetermined(plan, .error, key: moment.key.bytes, at: anchor.deadline) }
      return .removed
    }
    guard anchor.isViolated || obligation.begin(anchor.ref) >= moment.clock.since else {
      moment.effects.undetermined(plan, .history, key: moment.key.bytes, at: anchor.deadline)
      return .removed
    }
    let late = anchor.late.flatMap { $0.event.time.microseconds < moment.clock.now ? $0 : nil }
    (anchor.isViolated, anchor.isResolved, anchor.isStale) = (true, late != nil, false)
    ledger.replace(owner, with: [violation(anchor, late, key)], plan)
    guard moment.clock.now >= obligation.forgotten(anchor) else { return .changed }
    ledger.release(owner)
    return .removed
  }

  private func violation(_ anchor: Anchor, _ late: (event: EventRef, step: ObligationPlan.Step)?, _ key: [Value]) -> StandingViolation {
    var fields: [[FieldValue]?] = obligation.kept.map { _ in nil }
    fields[obligation.on] = anchor.fields
    let activation = KeptActivation(
      fields: fields, paths: obligation.kept, key: key, plan: plan, instant: anchor.ref.time.microseconds)
    return obligation.violation(anchor, late, key, activation)
  }

  /// What a violation says may rest on rows of tables.
  func doubt(_ state: inout ObligationState, from instant: Int64, _ clock: RuleClock) { state.doubt(from: instant, clock, obligation) }
}

extension ObligationPlan {
  /// A violation of A; `late`: what came after its span.
  func violation(
    _ anchor: Anchor, _ late: (event: EventRef, step: Step)?, _ key: [Value], _ activation: KeptActivation
  ) -> StandingViolation {
    var evidence = Evidence(events: [(.on, anchor.ref)])
    if let late { evidence.events.append((late.step == .expect ? .expect : .unless, late.event)) }
    let id = rule.violationID(key: key) { $0.writeAnchor(anchor.ref, rule.stream(of: anchor.ref)) }
    return StandingViolation(
      id: id, anchored: anchor.ref.time.microseconds, at: anchor.deadline, settles: end(anchor) + rule.lateness + 1,
      state: late == nil ? .open : .resolved, reason: late.map { $0.step == .expect ? .late : .excused },
      content: ViolationContent(rule, key: key, evidence: evidence, from: activation))
  }
}
