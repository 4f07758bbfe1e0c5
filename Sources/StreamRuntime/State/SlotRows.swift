internal import RuleEngine

/// The rows of a slot as its last delta left them, kept so that a range of them can be written as a slice.
///
/// A hash table whose buckets are in the order of the hash: the rows of a range lie together. A row's part is not in its hash, so all of a
/// key is in one bucket.
struct SlotRows: Sendable {
  private var buckets = [PackedRows()]
  /// How many rows there are, and the bytes of their keys and values.
  private(set) var count = 0
  private(set) var bytes = 0
  /// A table has at most so many rows a bucket before it is made wider.
  private static let load = 4

  init() {}

  /// The changes of a commit: thousands, all over the table, so that what the next ones need is asked for while one is made.
  mutating func apply(_ changes: RowBatch) {
    changes.forEach(ahead: 8) { row, ahead in
      if let ahead { buckets[RowHash.range(of: ahead, among: buckets.count)].prefetch() }
      apply(row)
    }
  }

  mutating func apply(_ change: RowChange) { change.withView { apply($0) } }

  private mutating func apply(_ row: RowView) {
    add(row)
    if count > buckets.count * Self.load { grow() }
  }

  private mutating func add(_ row: RowView) {
    let more = buckets[RowHash.range(of: row, among: buckets.count)].apply(row)
    count += more.rows
    bytes += more.bytes
  }

  /// Replaces all rows of a range by those of a slice.
  mutating func replace(with slice: SlicePayload) {
    for row in rows(ofRange: slice.range, among: slice.ranges) { RowChange(row: row.row, value: nil).withView { add($0) } }
    for row in slice.rows { apply(row) }
  }

  /// The rows of a range, in order of (table, key, part). `ranges`: a power of two.
  func rows(ofRange range: Int, among ranges: Int) -> [RowChange] {
    var found: [RowChange] = []
    for bucket in buckets(ofRange: range, among: ranges) {
      found += buckets[bucket].all.filter { ranges <= buckets.count || RowHash.range(of: $0.row, among: ranges) == range }
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
    let narrow = buckets
    buckets = Array(repeating: PackedRows(), count: narrow.count * 4)
    (count, bytes) = (0, 0)
    for bucket in narrow { for row in bucket.all { row.withView { add($0) } } }
  }
}
