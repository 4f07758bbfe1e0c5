package import EventModel
package import RuleEngine
internal import StreamRuntime

/// The simplest thing that a shard can run, and that shows every mistake of the runtime: it counts and sums by key, in the slot of the key,
/// says one output for each record, and one when a key has been quiet for a minute of its sources' clocks.
///
/// A record's value is `KEY AMOUNT`; its `traceparent` goes on with its output. Rows: table 0 holds sources (next offset), table 16 keys (count, sum, deadline).
package final class LedgerProcessor: RecordProcessor {
  private struct Account {
    var count = 0
    var sum = 0
    var deadline: Int64?
  }
  private struct SourceState {
    var source: Source
    var next: Int64?
    var clock = EventTime.distantPast
    var isChanged = false
  }

  package static let quiet: Int64 = 60_000_000
  private let slots: Int
  private var sources: [SourceState] = []
  private var loaded: [Source: Int64] = [:]
  private var accounts: [String: Account] = [:]
  private var changed: Set<String> = []
  private var outputs: [Int: [OutputRecord]] = [:]

  package init(slots: Int) { self.slots = slots }

  package func load(slot: Int, _ rows: [RowChange]) {
    for change in rows {
      guard let value = change.value.map({ String(decoding: $0, as: UTF8.self) }) else { continue }
      let key = String(decoding: change.row.key, as: UTF8.self)
      let numbers = value.split(separator: " ").compactMap { Int64($0) }
      switch change.row.table {
      case 0:
        let place = key.split(separator: " ")
        loaded[Source(topic: String(place[1]), partition: Int32(place[2]) ?? -1)] = numbers[0]
      default:
        accounts[key] = Account(count: Int(numbers[0]), sum: Int(numbers[1]), deadline: numbers[2] < 0 ? nil : numbers[2])
      }
    }
  }

  package func attach(_ source: Source) -> Int {
    sources.append(SourceState(source: source, next: loaded[source]))
    return sources.count - 1
  }

  package func isTable(_ source: Int) -> Bool { false }

  package var isCatchingUp: Bool { false }

  package func position(of source: Int) -> Int64? { sources[source].next }

  package func start(_ source: Int, at offset: Int64) {
    sources[source].next = offset
    sources[source].isChanged = true
  }

  package func clock(of source: Int) -> EventTime { sources[source].clock }

  package func apply(_ records: [SourceRecord], proofs: [EndProof], headers: (any RecordHeaders)?) {
    for record in records {
      guard let next = sources[record.source].next else { preconditionFailure("a source is started before it is read") }
      precondition(record.offset >= next, "no record comes twice")
      sources[record.source].next = record.offset + 1
      sources[record.source].isChanged = true
      sources[record.source].clock = max(sources[record.source].clock, record.timestamp)
      guard let value = record.value else { continue }
      let fields = String(decoding: value, as: UTF8.self).split(separator: " ")
      guard fields.count == 2, let amount = Int(fields[1]) else { continue }
      let key = String(fields[0])
      accounts[key, default: Account()].count += 1
      accounts[key, default: Account()].sum += amount
      accounts[key, default: Account()].deadline = record.timestamp.microseconds + Self.quiet
      changed.insert(key)
      let source = sources[record.source].source
      let trace = record.handle.flatMap { headers?.header("traceparent", of: $0) }
      say("\(key) \(source.topic)/\(source.partition)@\(record.offset)", key, trace.map { [.init("traceparent", bytes: $0)] } ?? [])
    }
    for proof in proofs { sources[proof.source].clock = max(sources[proof.source].clock, proof.at) }
    let clock = sources.map(\.clock).min() ?? .distantPast
    for (key, account) in accounts.sorted(by: { $0.key < $1.key }) {
      guard let deadline = account.deadline, clock.microseconds > deadline else { continue }
      accounts[key]?.deadline = nil
      changed.insert(key)
      say("\(key) quiet \(account.count) \(account.sum)", key)
    }
  }

  private func say(_ text: String, _ key: String, _ headers: [OutputRecord.Header] = []) {
    let output = OutputRecord(topic: .violations, key: Array(key.utf8), value: Array(text.utf8), headers: headers)
    outputs[placement(ofKey: Array(key.utf8), among: slots), default: []].append(output)
  }

  package func drain() -> Effects {
    var rows: [Int: [RowChange]] = [:]
    for index in sources.indices where sources[index].isChanged {
      let source = sources[index].source
      let key = RowKey(table: 0, key: Array("S \(source.topic) \(source.partition)".utf8), part: 0)
      let next = sources[index].next ?? 0
      rows[Int(source.partition) % slots, default: []].append(RowChange(row: key, value: Array("\(next)".utf8)))
      sources[index].isChanged = false
    }
    for key in changed {
      guard let account = accounts[key] else { continue }
      let text = "\(account.count) \(account.sum) \(account.deadline ?? -1)"
      let row = RowKey(table: 16, key: Array(key.utf8), part: 0)
      rows[placement(ofKey: Array(key.utf8), among: slots), default: []].append(RowChange(row: row, value: Array(text.utf8)))
    }
    let touched = Set(rows.keys).union(outputs.keys).sorted()
    let effects = touched.map { slot in
      SlotEffects(slot: slot, outputs: outputs[slot] ?? [], rows: RowBatch((rows[slot] ?? []).sorted { $0.row < $1.row }))
    }
    changed = []
    outputs = [:]
    return Effects(slots: effects)
  }

  package var isBehind: Bool { false }
  package var dropped: [String: Int] { [:] }

  package var pendingBytes: Int {
    outputs.values.reduce(0) { sum, outputs in sum + outputs.reduce(0) { $0 + ($1.value?.count ?? 0) } }
  }
}
