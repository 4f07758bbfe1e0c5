internal import EventModel
internal import RuleLanguage

/// Evaluates one rule over the batches, by the state that it keeps in the slots.
protocol Matcher: AnyObject {
  associatedtype State: KeyState
  var plan: RulePlan { get }
  var slots: SlotTables<State> { get set }
  /// Takes the events of a batch that the rule sees, then moves the rule's clock: what falls due is said.
  func apply(_ step: Step, to effects: PendingEffects)

  // All forms do these alike. They are asked of a matcher of any form, by batch, so that each form has its own compiled.

  /// The state of the slot that was handed over; empty at its first start.
  func load(slot: Int, _ rows: SlotRows)
  func unload(slot: Int)
  /// Appends the rows of the slot that changed since the last call.
  func drain(slot: Int, into rows: inout RowBatch)
  /// The first clock of the rule that would decide something; `TimerWheel.never`: none.
  var earliest: Int64 { get }
  /// Some of what was due did not fit into the effects: it is done first, at the same clock.
  var isBehind: Bool { get }
  /// Keys remembered in all slots, and what they take in memory, in bytes.
  var footprint: (keys: Int, bytes: Int) { get }
}

extension Matcher {
  var identity: StateIdentity { slots.identity }

  func load(slot: Int, _ rows: SlotRows) { slots.load(slot: slot, rows) }

  func unload(slot: Int) { slots.unload(slot: slot) }

  func drain(slot: Int, into rows: inout RowBatch) { slots[slot]?.drain(into: &rows) }

  var earliest: Int64 { slots.earliest }

  var isBehind: Bool { slots.loaded.contains { $0.table.isBehind } }

  var footprint: (keys: Int, bytes: Int) { slots.footprint }
}

/// One call of `Engine.apply`, as one rule sees it.
struct Step {
  var batch: EventBatch
  /// By source number: its partition.
  var partitions: [Int32]
  /// The rule's clock before the batch: what is further behind it than the lateness counts as too late (language.md 5.7).
  let before: EventTime
  /// The rule's clock now.
  var clock: EventTime
  /// K: from when the rule knows all its sources; nil: not yet (language.md 6.1).
  let since: EventTime?
  let effects: PendingEffects
  /// The earliest instant before the rule's clock for which the batch brought another row of a table that the rule reads: what is not settled
  /// is judged again from there on (language.md 19.2). nil: there is none.
  var tablesChangedFrom: Int64?
  /// The events are violations of other rules.
  var isOfVerdicts = false

  /// The event is too late for a rule of this lateness.
  func isTooLate(_ event: Int, lateness: Int64) -> Bool {
    let header = batch.events[event]
    return header.behind > lateness || header.time < before.advanced(byMicroseconds: -lateness)
  }
}

/// The rows of a slot, by table.
struct SlotRows {
  private(set) var directory: TableDirectory
  private let tables: [UInt32: [RowChange]]
  /// Rules whose state was dropped, since they have another identity now.
  private(set) var replaced: Set<Int> = []
  /// Rules whose span is longer than that for which the state was kept, with that span, in microseconds.
  private(set) var grown: [(rule: Int, known: Int64)] = []

  init(_ rows: [RowChange], for matchers: [any Matcher]) throws(RowFormatError) {
    directory = try TableDirectory(rows, identities: Set(matchers.map(\.identity)))
    tables = Dictionary(grouping: rows.filter { $0.value != nil }) { $0.row.table }
    giveTables(to: matchers)
  }

  /// Of a slot that has no rows.
  init(for matchers: [any Matcher]) {
    directory = TableDirectory()
    tables = [:]
    giveTables(to: matchers)
  }

  /// Every rule has a table: a new one if the slot has none of its identity.
  private mutating func giveTables(to matchers: [any Matcher]) {
    for matcher in matchers {
      let name = matcher.plan.rule.stableName
      if let known = directory.grown[matcher.identity] { grown.append((matcher.plan.index, known)) }
      if directory.isReplaced(matcher.identity, rule: name) { replaced.insert(matcher.plan.index) }
      if directory.number(of: matcher.identity) == nil { directory.add(matcher.identity, rule: name) }
    }
  }

  /// The table of an identity, and its rows.
  func table(of identity: StateIdentity) -> (number: UInt32, rows: [RowChange]) {
    guard let number = directory.number(of: identity) else { preconditionFailure("every rule has a table") }
    return (number, tables[number] ?? [])
  }
}
