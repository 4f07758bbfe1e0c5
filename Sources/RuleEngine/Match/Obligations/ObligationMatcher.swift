internal import EventModel
internal import RuleLanguage

/// `on A expect B within D unless C`: an A that nothing met or excused when the clock is past its span is violated (language.md 13).
final class ObligationMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<ObligationState>
  private let obligation: ObligationPlan

  init(_ plan: RulePlan, _ obligation: Obligation, program: CheckedProgram, residual: (_ pattern: Int) -> CheckedExpression?) {
    self.plan = plan
    self.obligation = ObligationPlan(plan, obligation, residual: residual)
    slots = SlotTables(
      self.obligation, identity: StateIdentity(plan, program: program, kept: self.obligation.kept), plan: plan)
    patterns = Array(plan.rule.patterns.indices)
  }

  /// As B or C it counts for the A that are kept.
  func admitsTooLate(_ seen: SeenEvent) -> Bool { (seen.matched | seen.unsure) & ~plan.onBits != 0 }

  func take(_ seen: SeenEvent, into table: KeyedTable<ObligationState>, _ step: Step) -> Int? {
    let isAnchor = seen.matched & plan.onBits != 0 && !seen.isTooLate
    let answer = answer(seen, step)
    guard isAnchor || answer != nil else { return nil }
    // What comes too late concerns only what is there already.
    guard let entry = seen.isTooLate ? table.existing(seen.key, seen.hash) : table.entry(of: seen.key, seen.hash) else { return nil }
    let pairing = Pairing(plan: obligation, key: obligation.residuals.isEmpty ? [] : KeyPlan.values(seen.key))
    table.update(entry) { state in
      if isAnchor { state.insert(Anchor(ref: seen.ref, fields: fields(seen, obligation.on, step)), obligation, pairing) }
      if let answer { state.insert(answer, isKept: !seen.isTooLate, obligation, pairing) }
    }
    return entry
  }

  /// The event as B and C; nil: it is neither.
  private func answer(_ seen: SeenEvent, _ step: Step) -> Answer? {
    var (matched, unsure) = (UInt8(0), UInt8(0))
    for (which, pattern) in obligation.patterns {
      if seen.matched & (1 << UInt16(pattern)) != 0 { matched |= 1 << UInt8(which.rawValue) }
      if seen.unsure & (1 << UInt16(pattern)) != 0 { unsure |= 1 << UInt8(which.rawValue) }
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
    state.decide(moment.clock.now, obligation) { moment.effects.isFull ? .kept : decide(&$0, key, moment) }
    state.forget(moment.clock.now, obligation)
  }

  private func decide(_ anchor: inout Anchor, _ key: [Value], _ moment: Moment) -> PagedLog<Anchor>.Fate {
    let clock = moment.clock.now
    guard let said = anchor.publication else {
      if anchor.isMet { return .removed }
      if anchor.isUnsure {
        moment.effects.counters.undetermined(plan.rule.name, "error")
        return .removed
      }
      guard obligation.begin(anchor.ref) >= moment.clock.since else {
        moment.effects.counters.undetermined(plan.rule.name, "history")
        return .removed
      }
      return say(&anchor, anchor.verdict(clock, obligation), key, moment)
    }
    let verdict = anchor.verdict(clock, obligation)
    if verdict != said.verdict || anchor.isReworded { return say(&anchor, verdict, key, moment) }
    return verdict.state == .withdrawn || clock >= anchor.forgotten(obligation) ? .removed : .kept
  }

  private func say(_ anchor: inout Anchor, _ verdict: Verdict, _ key: [Value], _ moment: Moment) -> PagedLog<Anchor>.Fate {
    let publication = Publication(revision: (anchor.publication?.revision ?? 0) + 1, verdict: verdict)
    anchor.publication = publication
    anchor.isReworded = false
    moment.effects.counters.said(plan.rule.name, verdict.state)
    if let topic = plan.topic(.violations) {
      var evidence = Evidence(events: [(.on, anchor.ref)])
      if verdict.state == .resolved, let late = anchor.late {
        evidence.events.append((late.step == .expect ? .expect : .unless, late.event))
      }
      var fields: [[FieldValue]?] = obligation.kept.map { _ in nil }
      fields[obligation.on] = anchor.fields
      let activation = KeptActivation(fields: fields, paths: obligation.kept, key: key, plan: plan)
      let record = ViolationRecord(
        id: plan.violationID(key: key) { $0.writeAnchor(anchor.ref, plan.stream(of: anchor.ref)) }, publication: publication, key: key,
        at: EventTime(microseconds: obligation.deadline(anchor.ref)),
        content: ViolationContent(plan, evidence: evidence, from: activation), clock: moment.clock.time)
      moment.effects.publish(record.output(plan, topic: topic), slot: moment.slot)
    }
    let isOver = (verdict.state == .withdrawn && verdict.settled) || moment.clock.now >= anchor.forgotten(obligation)
    return isOver ? .removed : .changed
  }
}
