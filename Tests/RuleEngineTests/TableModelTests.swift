import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

/// The rows of a table against a plain search through all records, in random orders of reading.
@Suite struct TableModelTests {
  /// A record of the topic. `sku` is its key, and the row's.
  struct Record {
    var sku: String
    /// nil: a tombstone.
    var amount: Int64?
    var time: Int64
    var partition: Int32
    var offset: Int64
  }

  static let keep: Int64 = 3_600_000_000

  /// `isKeyed`: all records of a key are in one partition, as keyed producers write them.
  static func records(isKeyed: Bool, _ random: inout TestRandom) -> [[Record]] {
    (0..<2).map { partition in
      (0..<random.whole(0...12)).map { offset in
        Record(
          sku: isKeyed ? ["a", "b"][partition] : random.pick(["a", "a", "b"]),
          amount: random.chance(0.3) ? nil : Int64(random.whole(1...99)),
          time: Int64(random.whole(0...9)) * 60_000_000, partition: Int32(partition), offset: Int64(offset))
      }
    }
  }

  /// The records in an order of reading: each partition in its own.
  static func interleaved(_ partitions: [[Record]], _ random: inout TestRandom) -> [Record] {
    var (left, order) = (partitions, [Record]())
    while let next = left.indices.filter({ !left[$0].isEmpty }).randomElement(using: &random) { order.append(left[next].removeFirst()) }
    return order
  }

  /// What section 19 says held at an instant: an amount, `–` for none, `?` for what is not known any more.
  static func plain(_ records: [Record], _ sku: String, at instant: Int64, floor: Int64) -> String {
    let own = records.filter { $0.sku == sku }
    let cancelled = own.filter { row in
      row.amount != nil
        && own.contains { $0.amount == nil && $0.partition == row.partition && $0.offset > row.offset && $0.time < row.time }
    }
    let left = own.filter { record in !cancelled.contains { $0.partition == record.partition && $0.offset == record.offset } }
    // Without a row there is nothing for tombstones to end, and before the floor nobody knows.
    let sorted = left.sorted { ($0.time, $0.partition, $0.offset) < ($1.time, $1.partition, $1.offset) }
    guard let place = sorted.lastIndex(where: { $0.time <= instant }) else { return instant < floor ? "?" : "–" }
    if place + 1 < sorted.count, sorted[place + 1].time <= floor { return "?" }
    guard let amount = sorted[place].amount else { return instant < floor ? "?" : "–" }
    return String(amount)
  }

  @Test("what held follows from the records, not from the order of reading or from what was forgotten", arguments: 0..<200)
  func orders(seed: Int) {
    var random = TestRandom(seed: UInt64(seed))
    let isKeyed = seed % 2 == 0
    let partitions = Self.records(isKeyed: isKeyed, &random)
    let all = partitions.flatMap { $0 }
    for _ in 0..<4 {
      var rows = TableRows(keep: Self.keep)
      var clock = Int64.min
      let order = Self.interleaved(partitions, &random)
      for (place, record) in order.enumerated() {
        let name = Array(record.sku.utf8)
        var version = RowVersion(time: record.time, partition: record.partition, offset: record.offset, content: .ended)
        if let amount = record.amount {
          version.content = .broken(String(amount))
          rows.insert(version, key: name, name: name)
        } else {
          rows.end(version, name: name)
        }
        if random.chance(0.3) {
          // Exact is what is known if no tombstone is later than `keep`, and nothing that stands in two partitions.
          let limit = order[place...].filter { !isKeyed || $0.amount == nil }.map(\.time).min() ?? Int64.max
          clock = max(clock, Self.keep + min(limit, Int64(random.whole(0...9)) * 60_000_000))
          rows.advance(to: EventTime(microseconds: clock))
        }
      }
      clock = max(clock, Self.keep + 240_000_000)
      rows.advance(to: EventTime(microseconds: clock))
      for sku in ["a", "b"] {
        for instant in stride(from: Int64(-60_000_000), through: 660_000_000, by: 30_000_000) {
          let expected = Self.plain(all, sku, at: instant, floor: clock - Self.keep)
          let found =
            switch rows.answer(Array(sku.utf8), at: instant) {
            case .row(let version): if case .broken(let amount) = version.content { amount } else { "ended" }
            case .none: "–"
            case .forgotten: "?"
            }
          #expect(found == expected, "seed \(seed), \(sku) at \(instant / 60_000_000)")
        }
      }
    }
  }
}
