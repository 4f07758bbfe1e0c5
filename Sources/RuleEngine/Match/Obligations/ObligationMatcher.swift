internal import EventModel
internal import RuleLanguage

/// `on A expect B within D unless C`: an A that nothing met or excused when the clock is past its span is violated (language.md 13).
final class ObligationMatcher: Matcher {
  let plan: RulePlan
  let identity: StateIdentity
  private let obligation: ObligationPlan
  private var slots: SlotTables<ObligationState>
  private let patterns: [Int]

  init(_ plan: RulePlan, _ obligation: Obligation, program: CheckedProgram, residual: (_ pattern: Int) -> CheckedExpression?) {
    self.plan = plan
    self.obligation = ObligationPlan(plan, obligation, residual: residual)
    identity = StateIdentity(plan, program: program, kept: self.obligation.kept)
    slots = SlotTables(self.obligation, identity: identity, slots: plan.slots)
    patterns = Array(plan.rule.patterns.indices)
  }

  func apply(_ step: Step, to effects: PendingEffects) {
    var touched = TouchedKeys()
    RuleEvents.forEach(patterns, plan, step, effects) { seen, key in
      let slot = placement(ofKey: key, among: plan.slots)
      guard let table = slots[slot], let entry = take(seen, key, table, step, effects) else { return }
      touched.insert(slot, entry)
    }
    touched.forEach { slot, entry in
      if let table = slots[slot] { settle(entry, slot, table, step, effects) }
    }
    for (slot, table) in slots.loaded {
      for entry in table.takeDue(at: step.clock.microseconds) where !touched.contains(slot, entry) {
        settle(entry, slot, table, step, effects)
      }
    }
  }

  /// Puts an event into the state of its key, as A, B and C. Returns the entry; nil: there was nothing to change.
  private func take(
    _ seen: RuleEvents.Seen, _ key: [UInt8], _ table: KeyedTable<ObligationState>, _ step: Step, _ effects: PendingEffects
  ) -> Int? {
    let onBit = UInt16(1) << UInt16(obligation.on)
    let isTooLate = step.isTooLate(seen.event, lateness: plan.lateness)
    if seen.unsure & onBit != 0 { effects.counters.undetermined(plan.rule.name, "error") }
    let isAnchor = seen.matched & onBit != 0
    if isAnchor, isTooLate { effects.miss(seen.event, rule: plan.rule.name) }
    let answer = answer(seen, step)
    guard (isAnchor && !isTooLate) || answer != nil else { return nil }
    // What comes too late concerns only what is there already.
    guard let entry = isTooLate ? table.existing(key) : table.entry(of: key) else { return nil }
    let pairing = Pairing(plan: obligation, key: obligation.residuals.isEmpty ? [] : KeyPlan.values(key))
    let isNew = table.update(entry) { state in
      var isNew = true
      if isAnchor, !isTooLate {
        let anchor = Anchor(ref: plan.ref(step, seen.event), fields: fields(seen.event, obligation.on, step))
        isNew = state.insert(anchor, obligation, pairing)
      }
      if let answer { isNew = state.insert(answer, isKept: !isTooLate, obligation, pairing) && isNew }
      return isNew
    }
    if !isNew { effects.counters.rules[plan.rule.name, default: .init()].duplicates += 1 }
    return entry
  }

  private func answer(_ seen: RuleEvents.Seen, _ step: Step) -> Answer? {
    var (matched, unsure) = (UInt8(0), UInt8(0))
    for (which, pattern) in obligation.patterns {
      if seen.matched & (1 << UInt16(pattern)) != 0 { matched |= 1 << UInt8(which.rawValue) }
      if seen.unsure & (1 << UInt16(pattern)) != 0 { unsure |= 1 << UInt8(which.rawValue) }
    }
    guard matched | unsure != 0 else { return nil }
    let fields = ObligationPlan.Step.allCases.map { which -> [FieldValue] in
      guard obligation.residuals[which] != nil, let pattern = obligation.patterns[which] else { return [] }
      guard (matched | unsure) & (1 << UInt8(which.rawValue)) != 0 else { return obligation.kept[pattern].map { _ in .absent } }
      return self.fields(seen.event, pattern, step)
    }
    return Answer(ref: plan.ref(step, seen.event), matched: matched, unsure: unsure, fields: fields)
  }

  /// The fields of an event that are kept of its pattern.
  private func fields(_ event: Int, _ pattern: Int, _ step: Step) -> [FieldValue] {
    obligation.kept[pattern].map { path in
      guard let index = plan.fields[pattern][path] else { preconditionFailure("a field that notes read is one of its pattern's") }
      return step.batch.field(event, rule: plan.index, pattern: pattern, field: index)
    }
  }

  private func settle(_ entry: Int, _ slot: Int, _ table: KeyedTable<ObligationState>, _ step: Step, _ effects: PendingEffects) {
    let clock = max(step.clock.microseconds, WindowClock.past)
    let key = KeyPlan.values(table.key(of: entry))
    let due = table.update(entry) { state in
      state.decide(clock, obligation) { decide(&$0, key, slot, clock, step, effects) }
      state.forget(clock, obligation)
      return state.due(obligation)
    }
    table.schedule(entry, at: due, after: clock)
  }

  private func decide(
    _ anchor: inout Anchor, _ key: [Value], _ slot: Int, _ clock: Int64, _ step: Step, _ effects: PendingEffects
  ) -> PagedLog<Anchor>.Fate {
    guard let said = anchor.publication else {
      if anchor.isMet { return .removed }
      if anchor.isUnsure {
        effects.counters.undetermined(plan.rule.name, "error")
        return .removed
      }
      guard let since = step.since, obligation.begin(anchor.ref) >= since.microseconds else {
        effects.counters.undetermined(plan.rule.name, "history")
        return .removed
      }
      return say(&anchor, anchor.verdict(clock, obligation), key, slot, step, effects)
    }
    let verdict = anchor.verdict(clock, obligation)
    if verdict != said.verdict || anchor.isReworded { return say(&anchor, verdict, key, slot, step, effects) }
    return verdict.state == .withdrawn || clock >= anchor.forgotten(obligation) ? .removed : .kept
  }

  private func say(
    _ anchor: inout Anchor, _ verdict: Verdict, _ key: [Value], _ slot: Int, _ step: Step, _ effects: PendingEffects
  ) -> PagedLog<Anchor>.Fate {
    let publication = Publication(revision: (anchor.publication?.revision ?? 0) + 1, verdict: verdict)
    anchor.publication = publication
    anchor.isReworded = false
    effects.counters.said(plan.rule.name, verdict.state)
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
        content: ViolationContent(plan, evidence: evidence, from: activation), clock: step.clock)
      effects.publish(record.output(plan, topic: topic), slot: slot)
    }
    let isOver = (verdict.state == .withdrawn && verdict.settled) || step.clock.microseconds >= anchor.forgotten(obligation)
    return isOver ? .removed : .changed
  }

  func load(slot: Int, _ rows: SlotRows) { slots.load(slot: slot, rows) { [obligation] in $0.due(obligation) } }
  func unload(slot: Int) { slots.unload(slot: slot) }
  func drain(slot: Int, into rows: inout [RowChange]) { slots.drain(slot: slot, into: &rows) }
  func hasChanges(slot: Int) -> Bool { slots[slot]?.hasChanges ?? false }
  var earliest: Int64 { slots.earliest }
  var footprint: (keys: Int, bytes: Int) { slots.footprint }
}
