internal import RuleEngine

/// The rows of a slot as its last delta left them, kept so that a range of them can be written as a slice.
///
/// A hash table whose buckets are in the order of the hash: the rows of a range lie together.
struct SlotRows: Sendable {
  private struct Entry {
    var row: RowKey
    var value: [UInt8]
  }
  private var buckets: [[Entry]] = [[]]
  /// How many rows there are, and the bytes of their keys and values.
  private(set) var count = 0
  private(set) var bytes = 0

  init() {}

  mutating func apply(_ change: RowChange) {
    let bucket = RowHash.range(of: change.row, among: buckets.count)
    let place = buckets[bucket].firstIndex { $0.row == change.row }
    if let place { bytes -= Self.size(buckets[bucket][place]) }
    switch (place, change.value) {
    case (let place?, let value?):
      buckets[bucket][place].value = value
      bytes += Self.size(buckets[bucket][place])
    case (let place?, nil):
      buckets[bucket].remove(at: place)
      count -= 1
    case (nil, let value?):
      buckets[bucket].append(Entry(row: change.row, value: value))
      bytes += Self.size(buckets[bucket][buckets[bucket].count - 1])
      count += 1
      if count > buckets.count * 8 { grow() }
    case (nil, nil): break
    }
  }

  /// Replaces all rows of a range by those of a slice.
  mutating func replace(with slice: SlicePayload) {
    for bucket in buckets(ofRange: slice.range, among: slice.ranges) {
      buckets[bucket].removeAll { entry in
        guard RowHash.range(of: entry.row, among: slice.ranges) == slice.range else { return false }
        bytes -= Self.size(entry)
        count -= 1
        return true
      }
    }
    for change in slice.rows { apply(change) }
  }

  /// The rows of a range, in order of (table, key, part). `ranges`: a power of two.
  func rows(ofRange range: Int, among ranges: Int) -> [RowChange] {
    var found: [RowChange] = []
    for bucket in buckets(ofRange: range, among: ranges) {
      for entry in buckets[bucket] where ranges <= buckets.count || RowHash.range(of: entry.row, among: ranges) == range {
        found.append(RowChange(row: entry.row, value: entry.value))
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
    for entry in buckets.joined() { wider[RowHash.range(of: entry.row, among: wider.count)].append(entry) }
    buckets = wider
  }

  private static func size(_ entry: Entry) -> Int { entry.row.key.count + entry.value.count }
}
