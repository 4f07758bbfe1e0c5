internal import EventModel

/// The tables of one rule, by slot; those of slots that are loaded.
struct SlotTables<State: KeyState> {
  let identity: StateIdentity
  private let context: State.Context
  private let kinds: RefKinds
  private var tables: [KeyedTable<State>?]
  /// In order of slot.
  private(set) var loaded: [(slot: Int, table: KeyedTable<State>)] = []

  init(_ context: State.Context, identity: StateIdentity, plan: RulePlan) {
    self.context = context
    self.identity = identity
    kinds = plan.kinds
    tables = Array(repeating: nil, count: plan.slots)
  }

  subscript(slot: Int) -> KeyedTable<State>? { tables[slot] }

  mutating func load(slot: Int, _ rows: SlotRows) {
    let (number, rows) = rows.table(of: identity)
    let table = KeyedTable<State>(context, number: number, kinds)
    table.load(rows)
    tables[slot] = table
    loaded = tables.enumerated().compactMap { slot, table in table.map { (slot, $0) } }
  }

  mutating func unload(slot: Int) {
    tables[slot] = nil
    loaded.removeAll { $0.slot == slot }
  }

  var earliest: Int64 { loaded.reduce(TimerWheel.never) { min($0, $1.table.earliest) } }

  var footprint: (keys: Int, bytes: Int) { loaded.reduce((0, 0)) { ($0.0 + $1.table.count, $0.1 + $1.table.size) } }
}
