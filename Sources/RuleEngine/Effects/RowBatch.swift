/// Rows that changed, packed one behind the other: a commit has tens of thousands, and none has memory of its own.
package struct RowBatch: Sendable {
  /// Where a row lies.
  private struct Entry: Sendable {
    var table: UInt32
    var part: UInt16
    /// It is gone: it has no value.
    var isGone: Bool
    var start: Int
    var key: Int
    var value: Int
  }
  private var entries: [Entry] = []
  /// Of each row its key, then its value.
  private var bytes: [UInt8] = []

  package init() {}

  package init(_ rows: some Sequence<RowChange>) {
    for row in rows { append(row) }
  }

  package mutating func append(_ change: RowChange) {
    append(table: change.row.table, part: change.row.part, change.value.map { $0[...] }) { $0.raw(change.row.key) }
  }

  /// Adds a row whose key `key` writes; a nil value: it is gone.
  mutating func append(table: UInt32, part: UInt16, _ value: ArraySlice<UInt8>?, key: (inout RowWriter) -> Void) {
    let start = bytes.count
    var writer = RowWriter(behind: takeBytes())
    key(&writer)
    let end = writer.bytes.count
    if let value { value.withUnsafeBufferPointer { writer.raw($0) } }
    bytes = writer.bytes
    entries.append(
      Entry(table: table, part: part, isGone: value == nil, start: start, key: end - start, value: value?.count ?? 0))
  }

  /// To be put back with more behind them: a second owner would have them copied.
  private mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Puts the rows in order of (table, key, part). Most keys differ early: they are told apart by what fits into a register.
  mutating func sort() {
    let ranks = entries.map(rank)
    var order = Array(entries.indices)
    order.sort { a, b in ranks[a] != ranks[b] ? ranks[a] < ranks[b] : precedes(entries[a], entries[b]) }
    entries = order.map { entries[$0] }
  }

  /// The table and the first twelve bytes of the key. A key that is shorter comes not after those that it begins.
  private func rank(_ entry: Entry) -> UInt128 {
    var rank = UInt128(entry.table)
    for place in 0..<12 { rank = rank << 8 | UInt128(place < entry.key ? bytes[entry.start + place] : 0) }
    return rank
  }

  private func precedes(_ a: Entry, _ b: Entry) -> Bool {
    let (x, y) = (bytes[a.start..<a.start + a.key], bytes[b.start..<b.start + b.key])
    return x == y ? a.part < b.part : x.lexicographicallyPrecedes(y)
  }
}

/// A row in place.
package struct RowView {
  package var table: UInt32
  package var part: UInt16
  package var key: UnsafeRawBufferPointer
  /// nil: it is gone.
  package var value: UnsafeRawBufferPointer?
}

extension RowBatch {
  /// Shows the rows in order, each with the one that stands so many places behind it, if there is one.
  package func forEach(ahead distance: Int = 0, _ body: (_ row: RowView, _ ahead: RowView?) -> Void) {
    bytes.withUnsafeBytes { bytes in
      for place in entries.indices {
        let ahead = distance > 0 && place + distance < entries.count ? view(of: entries[place + distance], bytes) : nil
        body(view(of: entries[place], bytes), ahead)
      }
    }
  }

  private func view(of entry: Entry, _ bytes: UnsafeRawBufferPointer) -> RowView {
    let value = entry.start + entry.key
    return RowView(
      table: entry.table, part: entry.part, key: UnsafeRawBufferPointer(rebasing: bytes[entry.start..<value]),
      value: entry.isGone ? nil : UnsafeRawBufferPointer(rebasing: bytes[value..<value + entry.value]))
  }
}

extension RowBatch: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { entries.count }

  /// The row as a copy.
  package subscript(place: Int) -> RowChange {
    bytes.withUnsafeBytes { RowChange(view(of: entries[place], $0)) }
  }

  /// How many of the rows from a place on are of its table, without another between.
  package func rowsOfTable(from place: Int) -> Int {
    entries[place...].prefix { $0.table == entries[place].table }.count
  }
}

extension RowChange {
  package init(_ row: RowView) {
    self.init(row: RowKey(table: row.table, key: Array(row.key), part: row.part), value: row.value.map { Array($0) })
  }

  package func withView<Result>(_ body: (RowView) -> Result) -> Result {
    row.key.withUnsafeBytes { key in
      guard let value else { return body(RowView(table: row.table, part: row.part, key: key, value: nil)) }
      return value.withUnsafeBytes { body(RowView(table: row.table, part: row.part, key: key, value: $0)) }
    }
  }
}
