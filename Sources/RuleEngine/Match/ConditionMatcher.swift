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
    for event in undetermined {
      effects.undetermined(plan, .error, key: key(step.batch, event) ?? [], at: step.batch.events[event].time.microseconds)
    }
    for event in violating {
      guard let key = key(step.batch, event) else {
        effects.counters.rules[plan.rule.name, default: .init()].withoutKey += 1
        continue
      }
      open(event, key, step, effects)
    }
    settle(step, effects)
  }

  private func key(_ batch: EventBatch, _ event: Int) -> [UInt8]? {
    var row = RowWriter()
    return plan.key.write(batch, event, plan, pattern: 0, to: &row) ? row.bytes : nil
  }

  private func open(_ event: Int, _ key: [UInt8], _ step: Step, _ effects: PendingEffects) {
    let slot = step.batch.events[event].slot
    let ref = plan.ref(step, event)
    let values = KeyPlan.values(key)
    let activation = BatchActivation(batch: step.batch, event: event, plan: plan, pattern: 0, key: values)
    let id = plan.violationID(key: values) { $0.writeAnchor(ref, plan.stream(of: ref)) }
    let at = ref.time.microseconds
    let violation = StandingViolation(
      id: id, anchored: at, at: at, settles: at + plan.lateness + 1,
      content: ViolationContent(plan, key: values, evidence: Evidence(events: [(.on, ref)]), from: activation),
      traceparent: step.batch.traceparent(of: event))
    let place = UnsettledCondition.key(ref)
    guard let table = slots[slot] else { return }
    let entry = table.entry(of: place, KeyHash(place))
    table.update(entry) { state in
      state.key = key
      state.ledger.replace(LedgerOwner(ref), with: [violation], plan)
      state.ledger.release(LedgerOwner(ref))
    }
    say(entry, of: table, slot, RuleClock(step, lateness: plan.lateness), effects)
  }

  private func settle(_ step: Step, _ effects: PendingEffects) {
    let clock = RuleClock(step, lateness: plan.lateness)
    for (slot, table) in slots.loaded {
      table.forEachDue(at: clock.now, while: { !effects.isFull }) { say($0, of: table, slot, clock, effects) }
    }
  }

  private func say(
    _ entry: Int, of table: KeyedTable<UnsettledCondition>, _ slot: Int, _ clock: RuleClock, _ effects: PendingEffects
  ) {
    table.update(entry) { state in
      state.ledger.publish(plan, Moment(key: .bytes(state.key), slot: slot, clock: clock, effects: effects))
    }
    table.schedule(entry, after: clock.now, isCut: effects.isFull)
  }
}

/// A violation of a condition until it is settled. Its key in the table is where the event was read: nothing brings events together.
struct UnsettledCondition: KeyState {
  /// The rule's key, as `KeyPlan` writes it.
  var key: [UInt8] = []
  var ledger = Ledger()

  init(_ plan: RulePlan) {}

  static func key(_ event: EventRef) -> [UInt8] {
    var row = RowWriter()
    row.byte(event.stream)
    row.unsigned(UInt64(event.partition))
    row.unsigned(UInt64(event.offset))
    return row.bytes
  }

  func due(_ plan: RulePlan) -> Int64 { ledger.due(plan) }
  var isEmpty: Bool { ledger.isEmpty }
  var size: Int { ledger.size + key.count }

  private static let keyPart: UInt32 = 1

  mutating func drain(_ plan: RulePlan, _ body: (PartChange) -> Void) {
    let wasWritten = ledger.isWritten
    ledger.drain(body)
    if ledger.isWritten != wasWritten {
      body(PartChange(part: Self.keyPart, bytes: ledger.isWritten ? key : nil, pieces: wasWritten ? PartChange.pieces(of: key.count) : 0))
    }
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: RulePlan) {
    for (part, bytes) in parts {
      if part == Self.keyPart { key = bytes } else { ledger = Ledger(bytes) }
    }
  }
}
