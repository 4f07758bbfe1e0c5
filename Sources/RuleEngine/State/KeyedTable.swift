internal import EventModel

/// What a rule remembers of one key.
protocol KeyState {
  /// What does not change from key to key: the rule, resolved.
  associatedtype Context
  /// Nothing is remembered any more: the key is forgotten.
  var isEmpty: Bool { get }
  /// The parts that changed since the last call.
  mutating func drain(_ context: Context, _ body: (PartChange) -> Void)
  /// From the parts of its rows, in order of part.
  init(parts: [(part: UInt32, bytes: [UInt8])], _ context: Context)
  init(_ context: Context)
  /// The first clock at which there is something to say or to forget; `TimerWheel.never`: nothing changes by time alone.
  func due(_ context: Context) -> Int64
  /// What it takes in memory, in bytes, beyond its own stride.
  var size: Int { get }
  /// It is changed soon: what it has beyond itself is brought near, and then what that holds. It mutates nothing: but a copy would be
  /// counted in the very memory that is asked for.
  mutating func prefetch(_ distance: Prefetch)
}

/// How many steps from a state the memory lies that is asked for: each step finds what the one before asked for.
enum Prefetch { case near, far }

extension KeyState {
  mutating func prefetch(_ distance: Prefetch) {}
}

/// A table, whatever it keeps of its keys.
protocol KeyTable: AnyObject {
  func key(of entry: Int) -> ArraySlice<UInt8>
}

/// The state of one rule in one slot: by key, with the timers of the keys and the ids of the events that counted.
final class KeyedTable<State: KeyState>: KeyTable {
  /// The number under which its rows stand.
  private let number: UInt32
  private let context: State.Context
  private var index = KeyIndex()
  private struct Entry {
    /// nil: it is free.
    var state: State?
    /// It changed since the last drain.
    var isChanged = false
    /// The number of the last step that touched it.
    var lastStep: UInt64 = 0
  }
  private var entries: [Entry] = []
  private var timers = TimerWheel()
  private var ids: KeyedIDs
  /// Entries that changed since the last drain, in order of the first change.
  private var changed: [Int] = []
  /// The number of the step that runs.
  private var step: UInt64 = 0
  /// Entries that were due and are still to be shown, the first one last.
  private var fired: [(due: Int64, entry: Int)] = []
  private var isCut = false

  init(_ context: State.Context, number: UInt32, _ kinds: RefKinds) {
    self.context = context
    self.number = number
    ids = KeyedIDs(kinds)
  }

  var count: Int { index.count }
  /// No key is due before this instant.
  var earliest: Int64 { min(timers.earliest, fired.last?.due ?? TimerWheel.never) }
  /// Something that was due at the last clock was not done, for want of room.
  var isBehind: Bool { isCut || !fired.isEmpty }
  /// What the table takes in memory, in bytes.
  var size: Int {
    entries.reduce(index.size + timers.size + ids.size + entries.capacity * MemoryLayout<Entry>.stride) { $0 + ($1.state?.size ?? 0) }
  }

  func key(of entry: Int) -> ArraySlice<UInt8> { index.key(of: entry) }

  /// All entries, in order of key.
  var entriesByKey: [Int] {
    entries.indices.filter { entries[$0].state != nil }.sorted { index.key(of: $0).lexicographicallyPrecedes(index.key(of: $1)) }
  }

  /// The entry of a key; a new key has an empty state.
  func entry(of key: [UInt8], _ hash: KeyHash) -> Int {
    let (entry, isNew) = index.insert(key, hash)
    if isNew {
      if entry == entries.count { entries.append(Entry()) }
      entries[entry].state = State(context)
    }
    return entry
  }

  /// The entry of a key that is remembered.
  func existing(_ key: [UInt8], _ hash: KeyHash) -> Int? { index.find(key, hash) }

  /// Begins to note which entries are touched.
  func beginStep() { step += 1 }

  /// True: it was not touched before in this step.
  func touch(_ entry: Int) -> Bool {
    defer { entries[entry].lastStep = step }
    return entries[entry].lastStep != step
  }

  func isTouched(_ entry: Int) -> Bool { entries[entry].lastStep == step }

  // Memory that is read soon is asked for step by step, each of which finds what the one before asked for. They only hasten.

  /// `admit` and `entry` are asked for an event soon.
  func prefetch(stream: UInt8, _ id: IDHash?, under key: KeyHash) {
    index.prefetch(key)
    ids.prefetch(stream: stream, id, under: key)
  }

  /// Then: what stands by the number of the key's entry.
  func prefetchEntry(of key: KeyHash) {
    guard let entry = index.guess(key) else { return }
    timers.prefetch(entry)
    prefetch(entry)
  }

  private func prefetch(_ entry: Int) {
    index.prefetch(place: entry)
    entries.prefetch(entry, lines: MemoryLayout<Entry>.stride / 64 + 1)
  }

  /// Then: the key, and what its state has.
  func prefetchState(of key: KeyHash, _ distance: Prefetch) {
    guard let entry = index.guess(key) else { return }
    if distance == .near { index.prefetch(key: entry) }
    prefetchState(of: entry, distance)
  }

  // In place: a copy would count its arrays.
  private func prefetchState(of entry: Int, _ distance: Prefetch) {
    if entries[entry].state != nil { entries[entry].state!.prefetch(distance) }
  }

  /// Whether an event counts under a key: it is the first of its id that does.
  func admit(_ event: EventRef, _ id: IDHash?, under key: KeyHash) -> Bool { ids.insert(event, id, under: key) }

  /// No event dated before the horizon counts from now on.
  func forgetIDs(before horizon: Int64) { ids.forget(before: horizon) }

  /// Changes the state of an entry in place.
  func update<Result>(_ entry: Int, _ body: (inout State) -> Result) -> Result {
    precondition(entries[entry].state != nil, "an entry that is in use has a state")
    if !entries[entry].isChanged {
      entries[entry].isChanged = true
      changed.append(entry)
    }
    return body(&entries[entry].state!)
  }

  /// Sets when an entry wants to be looked at again, now that it was looked at. `isCut`: not all that was due may have been done.
  func schedule(_ entry: Int, after clock: Int64, isCut: Bool) {
    let instant = entries[entry].state!.due(context)
    if instant <= clock {
      precondition(isCut, "what is due at a clock is done when the clock was looked at")
      self.isCut = true
    }
    timers.set(entry, to: instant)
  }

  /// Shows the entries that are due at the clock, in order of (time, key), while there is room. The others are shown first by the next
  /// call, which is at the same clock.
  func forEachDue(at clock: Int64, while hasRoom: () -> Bool, _ body: (_ entry: Int) -> Void) {
    isCut = false
    repeat {
      while let (_, entry) = fired.last {
        guard hasRoom() else { return }
        fired.removeLast()
        // It may have been looked at since, or be gone.
        if entries[entry].state != nil, timers.due(of: entry) == TimerWheel.never { body(entry) }
      }
      guard timers.earliest <= clock else { return }
      guard hasRoom() else {
        isCut = true
        return
      }
      timers.fire(upTo: clock, into: &fired)
      fired.sort { $0.due != $1.due ? $0.due > $1.due : index.key(of: $1.entry).lexicographicallyPrecedes(index.key(of: $0.entry)) }
    } while !fired.isEmpty
  }

  /// Appends the rows that changed since the last call; keys with nothing left are forgotten.
  func drain(into rows: inout RowBatch) {
    for (place, entry) in changed.enumerated() {
      prefetchChanged(ahead: place)
      entries[entry].isChanged = false
      let key = index.key(of: entry)
      // In place: a copy of the state would share its pages.
      let isGone = Self.drain(&entries[entry].state!, context) { KeyRow.append($0, of: .keys, table: number, key: key, to: &rows) }
      if isGone {
        entries[entry].state = nil
        timers.set(entry, to: TimerWheel.never)
        index.remove(entry)
      }
    }
    changed.removeAll(keepingCapacity: true)
    ids.drain { KeyRow.append($1, of: .ids, table: number, key: $0, to: &rows) }
  }

  /// A few keys ahead, each step in time for the next.
  private func prefetchChanged(ahead place: Int) {
    if place + 24 < changed.count { prefetch(changed[place + 24]) }
    if place + 16 < changed.count { prefetchState(of: changed[place + 16], .near) }
    if place + 8 < changed.count {
      index.prefetch(key: changed[place + 8])
      prefetchState(of: changed[place + 8], .far)
    }
  }

  private static func drain(_ state: inout State, _ context: State.Context, _ body: (PartChange) -> Void) -> Bool {
    state.drain(context, body)
    return state.isEmpty
  }

  /// Takes the rows of a table, in any order.
  func load(_ rows: [RowChange]) {
    var (keys, buckets) = (PartAssembler(), PartAssembler())
    for row in rows {
      guard let bytes = row.value else { continue }
      let place = KeyRow.place(of: row.row)
      switch place.space {
      case .keys: keys.add(place, bytes)
      case .ids: buckets.add(place, bytes)
      }
    }
    buckets.forEach { ids.load(key: $0, parts: $1) }
    keys.forEach { key, parts in
      let state = State(parts: parts, context)
      let entry = entry(of: key, KeyHash(key))
      entries[entry].state = state
      timers.set(entry, to: state.due(context))
    }
  }
}
