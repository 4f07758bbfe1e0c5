/// How many numbers above 0 lie in each bucket. A power of two is split into 64 buckets of one width, so the numbers of a bucket differ by
/// less than 1.6 %, and its middle from each of them by less than 0.8 %. Each integer up to 128 has a bucket of its own.
struct QuantileBuckets: Equatable {
  /// Beyond so many buckets, 64 powers of two, those of the least numbers are counted as one: what lies there is told too large.
  static let limit = 4_096
  /// The lower bits of a double, which do not tell buckets apart.
  private static let cut: UInt64 = 52 - 6

  /// The number of the first bucket.
  private var first = 0
  /// From the first that holds something to the last.
  private var counts: [UInt64] = []

  init() {}

  var total: UInt64 { counts.reduce(0, +) }
  /// In memory, in bytes.
  var size: Int { counts.capacity * 8 }

  /// Adds a normal number.
  mutating func add(_ number: Double) {
    let bucket = Int(number.bitPattern >> Self.cut)
    if counts.isEmpty { (first, counts) = (bucket, [0]) }
    let last = first + counts.count - 1
    if bucket > last {
      drop(below: bucket - Self.limit + 1)
      counts.append(contentsOf: repeatElement(0, count: bucket - first - counts.count + 1))
    } else if bucket < first {
      let lowest = max(bucket, last - Self.limit + 1)
      counts.insert(contentsOf: repeatElement(0, count: first - lowest), at: 0)
      first = lowest
    }
    counts[max(bucket - first, 0)] += 1
  }

  /// What lies below that bucket is counted in it.
  private mutating func drop(below lowest: Int) {
    guard lowest > first else { return }
    let below = counts.prefix(lowest - first).reduce(0, +)
    counts = Array(counts.dropFirst(lowest - first))
    if counts.isEmpty { counts = [0] }
    counts[0] += below
    first = lowest
  }

  /// A number near the one at that place, counted from 0, in order.
  func number(at place: UInt64) -> Double {
    var seen: UInt64 = 0
    for (index, count) in counts.enumerated() {
      seen += count
      if place < seen { return Self.middle(first + index) }
    }
    preconditionFailure("the buckets hold so many numbers")
  }

  /// As far, by ratio, from both ends.
  private static func middle(_ bucket: Int) -> Double {
    let low = Double(bitPattern: UInt64(bucket) << cut)
    let high = min(Double(bitPattern: UInt64(bucket + 1) << cut), .greatestFiniteMagnitude)
    let ratio = high / low
    return low * (2 * ratio / (1 + ratio))
  }

  func write(to row: inout RowWriter) {
    row.unsigned(UInt64(first))
    row.unsigned(UInt64(counts.count))
    for count in counts { row.unsigned(count) }
  }

  init(from row: inout RowReader) {
    first = Int(row.unsigned())
    counts = (0..<row.unsigned()).map { _ in row.unsigned() }
  }
}
