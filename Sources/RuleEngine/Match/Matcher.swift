internal import EventModel

/// Evaluates one rule over the batches, by the state that it keeps in the slots.
protocol Matcher: AnyObject {
  /// Takes the events of a batch that the rule sees, then moves the rule's clock: what falls due is said.
  func apply(_ step: Step, to effects: PendingEffects)
  /// The state of the slot that was handed over; empty at its first start.
  func load(slot: Int, _ rows: SlotRows)
  func unload(slot: Int)
  /// Appends the rows of the slot that changed since the last call.
  func drain(slot: Int, _ directory: inout TableDirectory, into rows: inout [RowChange])
  /// Whether `drain` would append something.
  func hasChanges(slot: Int) -> Bool
  /// The first clock of the rule that would decide something; `TimerWheel.never`: none.
  var earliest: Int64 { get }
  var identity: StateIdentity { get }
  var plan: RulePlan { get }
  /// Keys remembered in all slots, and what they take in memory, in bytes.
  var footprint: (keys: Int, bytes: Int) { get }
}

/// One call of `Engine.apply`, as one rule sees it.
struct Step {
  let batch: EventBatch
  /// By source number: its partition.
  let partitions: [Int32]
  /// The rule's clock before the batch: what is further behind it than the lateness counts as too late (language.md 5.7).
  let before: EventTime
  /// The rule's clock now.
  let clock: EventTime
  /// K: from when the rule knows all its sources; nil: not yet (language.md 6.1).
  let since: EventTime?

  /// The event is too late for a rule of this lateness.
  func isTooLate(_ event: Int, lateness: Int64) -> Bool {
    let header = batch.events[event]
    return header.behind > lateness || header.time < before.advanced(byMicroseconds: -lateness)
  }
}

/// The rows of a slot, by table.
struct SlotRows {
  let directory: TableDirectory
  private let tables: [UInt32: [RowChange]]

  init(_ rows: [RowChange], identities: Set<StateIdentity>) {
    directory = TableDirectory(rows, identities: identities)
    tables = Dictionary(grouping: rows.filter { $0.value != nil }) { $0.row.table }
  }

  /// The table of an identity, and its rows; nil: it has none.
  func table(of identity: StateIdentity) -> (number: UInt32, rows: [RowChange])? {
    directory.number(of: identity).map { ($0, tables[$0] ?? []) }
  }
}
