internal import EventModel
internal import RuleLanguage

/// A matcher that brings events together by key: what is the same for all such forms. Each event is put into the state of its key; then
/// every key that was touched, or for which something has fallen due, is looked at once at the clock.
protocol KeyedMatcher: Matcher {
  /// The patterns whose events it takes.
  var patterns: [Int] { get }
  /// Whether an event that comes too late counts all the same, for what is kept already (language.md 5.7).
  func admitsTooLate(_ seen: SeenEvent) -> Bool
  /// Puts an event that counts into the state of its key. Returns the entry that changed; nil: none did.
  func take(_ seen: SeenEvent, into table: KeyedTable<State>, _ step: Step) -> Int?
  /// Says what is to be said of a key, and drops what is not needed any more.
  func look(at state: inout State, _ moment: Moment)
}

/// An event of the batch under one key.
struct SeenEvent {
  /// Index into `EventBatch.events`.
  var event: Int
  var ref: EventRef
  var key: [UInt8]
  /// The patterns that it matches, as bits.
  var matched: UInt16
  /// The patterns whose `where` ended in an error for it.
  var unsure: UInt16
  var isTooLate: Bool
}

/// A key that is looked at: at which clock, and where what is said of it goes.
struct Moment {
  let key: [UInt8]
  let slot: Int
  let clock: RuleClock
  let effects: PendingEffects
}

extension KeyedMatcher {
  func apply(_ step: Step, to effects: PendingEffects) {
    let clock = RuleClock(step, lateness: plan.lateness)
    var touched: [(table: KeyedTable<State>, slot: Int, entry: Int)] = []
    for (_, table) in slots.loaded { table.beginStep() }
    RuleEvents.forEach(patterns, plan, step, effects) { seen in
      if seen.isTooLate {
        if seen.matched & plan.onBits != 0 { effects.miss(seen.event, rule: plan.rule.name) }
        guard admitsTooLate(seen) else { return }
      }
      let slot = placement(ofKey: seen.key, among: plan.slots)
      guard let table = slots[slot] else { return }
      guard table.admit(seen.ref, step.batch.idHash(of: seen.event), under: seen.key) else {
        effects.counters.rules[plan.rule.name, default: .init()].duplicates += 1
        return
      }
      if let entry = take(seen, into: table, step), table.touch(entry) { touched.append((table, slot, entry)) }
    }
    for (table, slot, entry) in touched { look(at: entry, of: table, slot, clock, effects) }
    for (slot, table) in slots.loaded {
      table.forEachDue(at: clock.now, while: { !effects.isFull }) { entry in
        if !table.isTouched(entry) { look(at: entry, of: table, slot, clock, effects) }
      }
      table.forgetIDs(before: clock.now - plan.lateness)
    }
  }

  private func look(at entry: Int, of table: KeyedTable<State>, _ slot: Int, _ clock: RuleClock, _ effects: PendingEffects) {
    let moment = Moment(key: Array(table.key(of: entry)), slot: slot, clock: clock, effects: effects)
    table.update(entry) { look(at: &$0, moment) }
    table.schedule(entry, after: clock.now, isCut: effects.isFull)
  }
}
