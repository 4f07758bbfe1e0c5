internal import EventModel
internal import RuleLanguage

/// `on A when e`: each event for which the condition is true is said at once, and once more when it is settled (language.md 12, 8.3, 8.4).
final class ConditionMatcher: Matcher {
  let plan: RulePlan
  var slots: SlotTables<UnsettledCondition>

  init(_ plan: RulePlan, program: CheckedProgram) {
    self.plan = plan
    slots = SlotTables(plan, identity: StateIdentity(plan, program: program, kept: []), plan: plan)
  }

  func apply(_ step: Step, to effects: PendingEffects) {
    let (violating, undetermined) = step.batch.violations(rule: plan.index)
    if !undetermined.isEmpty { effects.counters.undetermined(plan.rule.name, "error", undetermined.count) }
    for event in violating {
      guard let key = key(step.batch, event) else {
        effects.counters.rules[plan.rule.name, default: .init()].withoutKey += 1
        continue
      }
      open(event, key, step, effects)
    }
    settle(step.clock, effects)
  }

  private func key(_ batch: EventBatch, _ event: Int) -> [UInt8]? {
    var row = RowWriter()
    if !plan.rule.key.isEmpty { return plan.key.write(batch, event, plan, pattern: 0, to: &row) ? row.bytes : nil }
    for part in batch.streamKey(of: event) {
      guard case .value(let value) = part else { return nil }
      row.keyPart(value)
    }
    return row.bytes
  }

  private func open(_ event: Int, _ key: [UInt8], _ step: Step, _ effects: PendingEffects) {
    let slot = step.batch.events[event].slot
    let ref = plan.ref(step, event)
    let activation = BatchActivation(batch: step.batch, event: event, plan: plan, pattern: 0, key: KeyPlan.values(key))
    let content = ViolationContent(plan, evidence: Evidence(events: [(.on, ref)]), from: activation)
    var state = UnsettledCondition(plan)
    state.said = .init(event: ref, key: key, content: content, traceparent: step.batch.traceparent(of: event))
    let isSettled = step.clock.microseconds >= state.due(plan)
    publish(state, settled: isSettled, revision: 1, step.clock, slot, effects)
    guard !isSettled, let table = slots[slot] else { return }
    let key = UnsettledCondition.key(ref)
    let entry = table.entry(of: key, KeyHash(key))
    table.update(entry) { $0 = state }
    table.schedule(entry, after: step.clock.microseconds, isCut: false)
  }

  private func settle(_ clock: EventTime, _ effects: PendingEffects) {
    for (slot, table) in slots.loaded {
      table.forEachDue(at: clock.microseconds, while: { !effects.isFull }) { entry in
        table.update(entry) { state in
          publish(state, settled: true, revision: 2, clock, slot, effects)
          state.said = nil
        }
      }
    }
  }

  private func publish(
    _ state: UnsettledCondition, settled: Bool, revision: UInt32, _ clock: EventTime, _ slot: Int, _ effects: PendingEffects
  ) {
    guard let said = state.said else { preconditionFailure("a condition that waits for its settling was said") }
    effects.counters.rules[plan.rule.name, default: .init()].open += 1
    guard let topic = plan.topic(.violations) else { return }
    let key = KeyPlan.values(said.key)
    let record = ViolationRecord(
      id: plan.violationID(key: key) { $0.writeAnchor(said.event, plan.stream(of: said.event)) },
      publication: Publication(revision: revision, verdict: Verdict(state: .open, settled: settled)), key: key, at: said.event.time,
      content: said.content, traceparent: said.traceparent, clock: clock)
    effects.publish(record.output(plan, topic: topic), slot: slot)
  }
}

/// A violation of a condition that was said and waits to be settled. Its key in the table is where the event was read.
struct UnsettledCondition: KeyState {
  struct Said {
    var event: EventRef
    /// The rule's key, as `KeyPlan` writes it.
    var key: [UInt8]
    var content: ViolationContent
    var traceparent: String?
  }

  var said: Said?
  private var pieces: UInt16 = 0

  init(_ plan: RulePlan) {}

  static func key(_ event: EventRef) -> [UInt8] {
    var row = RowWriter()
    row.byte(event.stream)
    row.unsigned(UInt64(event.partition))
    row.unsigned(UInt64(event.offset))
    return row.bytes
  }

  /// The first clock at which it is settled.
  func due(_ plan: RulePlan) -> Int64 {
    said?.event.time.advanced(byMicroseconds: plan.lateness + 1).microseconds ?? TimerWheel.never
  }

  var isEmpty: Bool { said == nil }
  var size: Int { said.map { $0.content.members.count + $0.key.count + ($0.traceparent?.utf8.count ?? 0) + 80 } ?? 0 }

  mutating func drain(_ plan: RulePlan, _ body: (PartChange) -> Void) {
    guard let said else {
      if pieces > 0 { body(PartChange(part: 0, bytes: nil, pieces: pieces)) }
      return
    }
    var row = RowWriter()
    row.signed(said.event.time.microseconds)
    said.event.write(to: &row)
    row.bytes(said.key)
    said.content.write(to: &row)
    if let traceparent = said.traceparent { row.string(traceparent) }
    body(PartChange(part: 0, bytes: row.bytes, pieces: pieces))
    pieces = PartChange.pieces(of: row.bytes.count)
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: RulePlan) {
    var row = RowReader(parts[0].bytes)
    let time = EventTime(microseconds: row.signed())
    let event = EventRef(time: time, from: &row, kinds: plan.kinds)
    let key = row.byteArray()
    let content = ViolationContent(from: &row)
    said = Said(event: event, key: key, content: content, traceparent: row.isAtEnd ? nil : row.string())
    pieces = PartChange.pieces(of: parts[0].bytes.count)
  }
}
