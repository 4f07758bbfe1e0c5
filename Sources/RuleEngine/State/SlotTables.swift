/// The tables of one rule, by slot; those of slots that are loaded.
struct SlotTables<State: KeyState> {
  private var tables: [KeyedTable<State>?]
  private let context: State.Context
  private let identity: StateIdentity

  init(_ context: State.Context, identity: StateIdentity, slots: Int) {
    self.context = context
    self.identity = identity
    tables = Array(repeating: nil, count: slots)
  }

  subscript(slot: Int) -> KeyedTable<State>? { tables[slot] }

  /// In order of slot.
  var loaded: [(slot: Int, table: KeyedTable<State>)] {
    tables.enumerated().compactMap { slot, table in table.map { (slot, $0) } }
  }

  mutating func load(slot: Int, _ rows: SlotRows, due: (State) -> Int64) {
    let (number, rows) = rows.table(of: identity)
    let table = KeyedTable<State>(context, number: number)
    table.load(rows, due: due)
    tables[slot] = table
  }

  mutating func unload(slot: Int) { tables[slot] = nil }

  func drain(slot: Int, into rows: inout [RowChange]) { tables[slot]?.drain(into: &rows) }

  var earliest: Int64 { tables.reduce(TimerWheel.never) { min($0, $1?.earliest ?? TimerWheel.never) } }

  var footprint: (keys: Int, bytes: Int) {
    tables.reduce((0, 0)) { ($0.0 + ($1?.count ?? 0), $0.1 + ($1?.size ?? 0)) }
  }
}
