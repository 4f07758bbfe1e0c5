/// What a rule remembers of one key.
protocol KeyState {
  associatedtype Context
  /// Nothing is remembered any more: the key is forgotten.
  var isEmpty: Bool { get }
  /// The parts that changed since the last call.
  mutating func drain(_ context: Context, _ body: (PartChange) -> Void)
  /// From the parts of its rows, in order of part.
  init(parts: [(part: UInt16, bytes: [UInt8])], _ context: Context)
  init(_ context: Context)
  /// What it takes in memory, in bytes, beyond its own stride.
  var size: Int { get }
}

/// The state of one rule in one slot: by key, with the timers of the keys.
final class KeyedTable<State: KeyState> {
  /// The number under which its rows stand.
  private let number: UInt32
  private let context: State.Context
  private var index = KeyIndex()
  private var states: [State?] = []
  private var timers = TimerWheel()
  /// Entries that changed since the last drain, in order of the first change.
  private var changed: [Int] = []
  private var isChanged: [Bool] = []
  private var fired: [(due: Int64, entry: Int)] = []

  init(_ context: State.Context, number: UInt32) {
    self.context = context
    self.number = number
  }

  var count: Int { index.count }
  var hasChanges: Bool { !changed.isEmpty }
  /// No key is due before this instant.
  var earliest: Int64 { timers.earliest }
  /// What the table takes in memory, in bytes.
  var size: Int {
    states.reduce(index.size + timers.size + states.capacity * MemoryLayout<State?>.stride) { $0 + ($1?.size ?? 0) }
  }

  func key(of entry: Int) -> ArraySlice<UInt8> { index.key(of: entry) }

  /// The entry of a key; a new key has an empty state.
  func entry(of key: [UInt8]) -> Int {
    let (entry, isNew) = index.insert(key)
    if isNew {
      if entry == states.count {
        states.append(State(context))
        isChanged.append(false)
      } else {
        states[entry] = State(context)
      }
    }
    return entry
  }

  /// The entry of a key that is remembered.
  func existing(_ key: [UInt8]) -> Int? { index.find(key) }

  /// Changes the state of an entry in place.
  func update<Result>(_ entry: Int, _ body: (inout State) -> Result) -> Result {
    precondition(states[entry] != nil, "an entry that is in use has a state")
    if !isChanged[entry] {
      isChanged[entry] = true
      changed.append(entry)
    }
    return body(&states[entry]!)
  }

  /// The first clock at which the entry wants to be looked at again, now that it was looked at.
  func schedule(_ entry: Int, at instant: Int64, after clock: Int64) {
    precondition(instant > clock, "what is due at a clock is done when the clock was looked at")
    timers.set(entry, to: instant)
  }

  /// Entries that are due at the clock, in order of (time, key).
  func takeDue(at clock: Int64) -> [Int] {
    guard timers.earliest <= clock else { return [] }
    fired.removeAll(keepingCapacity: true)
    timers.fire(upTo: clock, into: &fired)
    return
      fired.filter { states[$0.entry] != nil }
      .sorted { $0.due != $1.due ? $0.due < $1.due : index.key(of: $0.entry).lexicographicallyPrecedes(index.key(of: $1.entry)) }
      .map(\.entry)
  }

  /// Appends the rows that changed since the last call; keys with nothing left are forgotten.
  func drain(into rows: inout [RowChange]) {
    for entry in changed {
      isChanged[entry] = false
      let key = index.key(of: entry)
      states[entry]!.drain(context) { KeyRow.append($0, table: number, key: key, to: &rows) }
      if states[entry]!.isEmpty {
        states[entry] = nil
        timers.set(entry, to: TimerWheel.never)
        index.remove(entry)
      }
    }
    changed.removeAll(keepingCapacity: true)
  }

  /// Takes the rows of a table, in any order, and gives the first clock at which each key wants to be looked at.
  func load(_ rows: [RowChange], due: (State) -> Int64) {
    var parts: [[UInt8]: [UInt16: [(piece: UInt16, bytes: [UInt8])]]] = [:]
    for row in rows {
      guard let bytes = row.value else { continue }
      let (piece, key) = KeyRow.split(row.row.key)
      parts[Array(key), default: [:]][row.row.part, default: []].append((piece, bytes))
    }
    for (key, parts) in parts {
      let whole = parts.sorted { $0.key < $1.key }.map { part, pieces in
        (part: part, bytes: pieces.sorted { $0.piece < $1.piece }.flatMap(\.bytes))
      }
      let entry = entry(of: key)
      let state = State(parts: whole, context)
      states[entry] = state
      timers.set(entry, to: due(state))
    }
  }
}
