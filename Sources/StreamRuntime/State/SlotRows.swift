internal import RuleEngine

/// The rows of a slot as its last delta left them, kept so that a range of them can be written as a slice.
///
/// A hash table whose buckets are in the order of the hash: the rows of a range lie together. A row's part is not in its hash, so a bucket
/// holds keys, and each key its parts.
struct SlotRows: Sendable {
  private struct Entry {
    let table: UInt32
    let key: [UInt8]
    /// In order of part.
    var parts: [(part: UInt16, value: [UInt8])]

    /// The bytes of its rows.
    var bytes: Int { parts.reduce(0) { $0 + key.count + $1.value.count } }

    /// Sets a part. Returns by how many rows and bytes it has more.
    mutating func set(_ part: UInt16, to value: [UInt8]?) -> (rows: Int, bytes: Int) {
      var (low, high) = (0, parts.count)
      while low < high {
        let middle = (low + high) / 2
        if parts[middle].part < part { low = middle + 1 } else { high = middle }
      }
      var change = (rows: 0, bytes: 0)
      let isKnown = low < parts.count && parts[low].part == part
      if isKnown { change = (-1, -key.count - parts[low].value.count) }
      guard let value else {
        if isKnown { parts.remove(at: low) }
        return change
      }
      if isKnown { parts[low].value = value } else { parts.insert((part, value), at: low) }
      return (change.rows + 1, change.bytes + key.count + value.count)
    }
  }
  private var buckets: [[Entry]] = [[]]
  private var keys = 0
  /// How many rows there are, and the bytes of their keys and values.
  private(set) var count = 0
  private(set) var bytes = 0

  init() {}

  mutating func apply(_ change: RowChange) {
    let bucket = RowHash.range(of: change.row, among: buckets.count)
    if let entry = buckets[bucket].firstIndex(where: { $0.table == change.row.table && $0.key == change.row.key }) {
      let change = buckets[bucket][entry].set(change.row.part, to: change.value)
      count += change.rows
      bytes += change.bytes
      if buckets[bucket][entry].parts.isEmpty {
        buckets[bucket].remove(at: entry)
        keys -= 1
      }
    } else if let value = change.value {
      buckets[bucket].append(Entry(table: change.row.table, key: change.row.key, parts: [(change.row.part, value)]))
      keys += 1
      count += 1
      bytes += change.row.key.count + value.count
      if keys > buckets.count * 4 { grow() }
    }
  }

  /// Replaces all rows of a range by those of a slice.
  mutating func replace(with slice: SlicePayload) {
    for bucket in buckets(ofRange: slice.range, among: slice.ranges) {
      buckets[bucket].removeAll { entry in
        guard RowHash.range(ofTable: entry.table, key: entry.key, among: slice.ranges) == slice.range else { return false }
        keys -= 1
        count -= entry.parts.count
        bytes -= entry.bytes
        return true
      }
    }
    for change in slice.rows { apply(change) }
  }

  /// The rows of a range, in order of (table, key, part). `ranges`: a power of two.
  func rows(ofRange range: Int, among ranges: Int) -> [RowChange] {
    var found: [RowChange] = []
    for bucket in buckets(ofRange: range, among: ranges) {
      for entry in buckets[bucket]
      where ranges <= buckets.count || RowHash.range(ofTable: entry.table, key: entry.key, among: ranges) == range {
        found += entry.parts.map { part, value in
          RowChange(row: RowKey(table: entry.table, key: entry.key, part: part), value: value)
        }
      }
    }
    return found.sorted { $0.row < $1.row }
  }

  /// All rows, in order.
  var all: [RowChange] { rows(ofRange: 0, among: 1) }

  private func buckets(ofRange range: Int, among ranges: Int) -> Range<Int> {
    if ranges > buckets.count {
      let bucket = range / (ranges / buckets.count)
      return bucket..<bucket + 1
    }
    let width = buckets.count / ranges
    return range * width..<(range + 1) * width
  }

  private mutating func grow() {
    var wider = [[Entry]](repeating: [], count: buckets.count * 2)
    for entry in buckets.joined() { wider[RowHash.range(ofTable: entry.table, key: entry.key, among: wider.count)].append(entry) }
    buckets = wider
  }
}
