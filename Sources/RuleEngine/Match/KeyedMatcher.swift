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
  /// Rows of tables say something else from an instant on: what is not settled is to be looked at again.
  func doubt(_ state: inout State, from instant: Int64, _ clock: RuleClock)
  /// Every A counts, however late.
  var takesLateAnchors: Bool { get }
  /// Says what is to be said of a key, and drops what is not needed any more.
  func look(at state: inout State, _ moment: Moment)
}

/// The patterns of a rule, by index: a rule has at most sixteen, a lifecycle sixty-four (language.md 25.1).
typealias PatternBits = UInt64

/// An event of the batch under one key.
struct SeenEvent {
  /// Index into `EventBatch.events`.
  var event: Int
  var ref: EventRef
  var key: [UInt8]
  var hash: KeyHash
  var slot: Int
  /// The patterns that it matches, as bits.
  var matched: PatternBits
  /// The patterns whose `where` ended in an error for it.
  var unsure: PatternBits
  var isTooLate: Bool
}

/// Where the bytes of a key are, as `KeyPlan` wrote them: few rules ask for them once an event is in its place.
enum KeySource {
  case bytes([UInt8])
  case entry(any KeyTable, Int)

  var bytes: [UInt8] {
    switch self {
    case .bytes(let bytes): bytes
    case .entry(let table, let entry): Array(table.key(of: entry))
    }
  }
}

/// A key that is looked at: at which clock, and where what is said of it goes.
struct Moment {
  let key: KeySource
  let slot: Int
  let clock: RuleClock
  let effects: PendingEffects
}

extension KeyedMatcher {
  func apply(_ step: Step, to effects: PendingEffects) {
    let clock = RuleClock(step, lateness: plan.lateness)
    // All events go through one stage before the next begins: its code stays at hand, and the memory of the next is on its way.
    let seen = RuleEvents.seen(patterns, plan, step, effects)
    for index in seen.indices {
      let id = step.batch.idHash(of: seen[index].event)
      slots[seen[index].slot]?.prefetch(stream: seen[index].ref.stream, id, under: seen[index].hash)
    }
    var touched: [(table: KeyedTable<State>, slot: Int, entry: Int)] = []
    for (_, table) in slots.loaded { table.beginStep() }
    let admitted = admitted(seen, effects, step)
    for (index, table, _) in admitted { table.prefetchState(of: seen[index].hash, .near) }
    for (index, table, _) in admitted { table.prefetchState(of: seen[index].hash, .far) }
    for (index, table, slot) in admitted {
      if let entry = take(seen[index], into: table, step), table.touch(entry) { touched.append((table, slot, entry)) }
    }
    if let instant = step.tablesChangedFrom { doubt(from: instant, clock, &touched) }
    for (table, slot, entry) in touched { look(at: entry, of: table, slot, clock, effects) }
    for (slot, table) in slots.loaded {
      table.forEachDue(at: clock.now, while: { !effects.isFull }) { entry in
        if !table.isTouched(entry) { look(at: entry, of: table, slot, clock, effects) }
      }
      table.forgetIDs(before: clock.now - plan.lateness)
    }
  }

  var takesLateAnchors: Bool { false }

  func doubt(_ state: inout State, from instant: Int64, _ clock: RuleClock) {}

  private func doubt(from instant: Int64, _ clock: RuleClock, _ touched: inout [(table: KeyedTable<State>, slot: Int, entry: Int)]) {
    for (slot, table) in slots.loaded {
      for entry in table.entriesByKey {
        table.update(entry) { doubt(&$0, from: instant, clock) }
        if table.touch(entry) { touched.append((table, slot, entry)) }
      }
    }
  }

  /// The events that count, each with the table of its key.
  private func admitted(
    _ seen: [SeenEvent], _ effects: PendingEffects, _ step: Step
  ) -> [(index: Int, table: KeyedTable<State>, slot: Int)] {
    var admitted: [(index: Int, table: KeyedTable<State>, slot: Int)] = []
    admitted.reserveCapacity(seen.count)
    // By index: a copy of an event would count its arrays.
    for index in seen.indices {
      if seen[index].isTooLate {
        if seen[index].matched & plan.onBits != 0, !takesLateAnchors {
          effects.miss(seen[index].event, rule: plan.rule.name, hasLetter: !step.isOfVerdicts)
        }
        guard admitsTooLate(seen[index]) else { continue }
      }
      guard let table = slots[seen[index].slot] else { continue }
      guard table.admit(seen[index].ref, step.batch.idHash(of: seen[index].event), under: seen[index].hash) else {
        effects.counters.rules[plan.rule.name, default: .init()].duplicates += 1
        continue
      }
      admitted.append((index, table, seen[index].slot))
      table.prefetchEntry(of: seen[index].hash)
    }
    return admitted
  }

  private func look(at entry: Int, of table: KeyedTable<State>, _ slot: Int, _ clock: RuleClock, _ effects: PendingEffects) {
    let moment = Moment(key: .entry(table, entry), slot: slot, clock: clock, effects: effects)
    table.update(entry) { look(at: &$0, moment) }
    table.schedule(entry, after: clock.now, isCut: effects.isFull)
  }
}
