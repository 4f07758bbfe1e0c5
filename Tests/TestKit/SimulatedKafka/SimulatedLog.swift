internal import EventModel
internal import RuleEngine

/// The log of one partition: records and transaction markers, each with an offset.
struct SimulatedLog {
  enum Outcome { case open, committed, aborted }

  struct Entry {
    var timestamp: EventTime
    /// nil: a marker, which readers do not see.
    var record: Record?
    /// nil: not of a transaction.
    var transaction: Int?
  }

  struct Record {
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [OutputRecord.Header]
  }

  /// The offset of the first entry that is left.
  private(set) var low: Int64 = 0
  private var entries: [Entry] = []
  /// How each transaction that wrote here ended, as far as its marker is here.
  private var outcomes: [Int: Outcome] = [:]

  var end: Int64 { low + Int64(entries.count) }

  /// Where the records of each open transaction begin.
  private var open: [Int: Int64] = [:]

  /// Where committed readers stop: the first record of an open transaction, else the end.
  var lastStable: Int64 { max(low, open.values.min() ?? end) }

  /// Returns the record's offset.
  mutating func append(_ record: Record, at time: EventTime, transaction: Int?) -> Int64 {
    if let transaction, outcomes[transaction] == nil {
      outcomes[transaction] = .open
      open[transaction] = end
    }
    entries.append(Entry(timestamp: time, record: record, transaction: transaction))
    return end - 1
  }

  mutating func mark(_ transaction: Int, _ outcome: Outcome, at time: EventTime) {
    guard outcomes[transaction] == .open else { return }
    outcomes[transaction] = outcome
    open[transaction] = nil
    entries.append(Entry(timestamp: time, record: nil, transaction: nil))
  }

  /// The next record that a reader of committed (or, else, of all) records sees at or after an offset; nil: none before its end.
  func next(from offset: Int64, committed: Bool) -> (offset: Int64, entry: Entry, record: Record)? {
    var index = offset - low
    let stop = committed ? lastStable : end
    while index >= 0, low + index < stop {
      let entry = entries[Int(index)]
      if let record = entry.record {
        let isVisible = entry.transaction.map { outcomes[$0] == .committed } ?? true
        if isVisible || !committed { return (low + index, entry, record) }
      }
      index += 1
    }
    return nil
  }

  func unaborted(from offset: Int64) -> [(offset: Int64, value: [UInt8]?)] {
    let first = max(0, Int(offset - low))
    guard first < entries.count else { return [] }
    return entries[first...].enumerated().compactMap { index, entry in
      let isAborted = entry.transaction.map { outcomes[$0] == .aborted } ?? false
      return isAborted ? nil : entry.record.map { (low + Int64(first + index), $0.value) }
    }
  }

  func records(of transaction: Int) -> [(offset: Int64, value: [UInt8]?)] {
    entries.enumerated().compactMap { index, entry in
      entry.transaction == transaction ? entry.record.map { (low + Int64(index), $0.value) } : nil
    }
  }

  /// The first offset whose record is not older.
  func offset(at time: EventTime) -> Int64 {
    entries.firstIndex { $0.record != nil && $0.timestamp >= time }.map { low + Int64($0) } ?? end
  }

  mutating func delete(before offset: Int64) {
    guard offset > low else { return }
    let count = min(Int(offset - low), entries.count)
    entries.removeFirst(count)
    low += Int64(count)
  }

  func record(at offset: Int64) -> Record? { offset >= low && offset < end ? entries[Int(offset - low)].record : nil }

  /// Puts a record in the place of another; nil: there is none. Nothing happens where the place is gone.
  mutating func set(_ record: Record?, at offset: Int64) {
    if offset >= low, offset < end { entries[Int(offset - low)].record = record }
  }

  /// A byte of a record's value is another: what a bad disk does.
  mutating func damage(at offset: Int64, byte: Int) {
    guard var value = entries[Int(offset - low)].record?.value, !value.isEmpty else { return }
    value[byte % value.count] ^= 0x10
    entries[Int(offset - low)].record?.value = value
  }
}
