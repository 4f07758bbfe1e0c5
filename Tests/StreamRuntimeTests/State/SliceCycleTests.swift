import EventModel
import RuleEngine
import Testing

@testable import StreamRuntime

@Suite struct SliceCycleTests {
  private static func policy(least: Int = 100, range: Int = 50, allowance: Int = 10) -> SliceCycle.Policy {
    var policy = SliceCycle.Policy()
    policy.leastDeltas = least
    policy.rangeBytes = range
    policy.leastAllowance = allowance
    return policy
  }

  private static func rows(_ count: Int) -> SlotRows {
    var rows = SlotRows()
    for number in 0..<count {
      rows.apply(RowChange(row: RowKey(table: 1, key: Array("key-\(number)".utf8), part: 0), value: Array(repeating: 7, count: 10)))
    }
    return rows
  }

  @Test func `a cycle begins when the deltas outweigh the rows and the least`() {
    var cycle = SliceCycle(policy: Self.policy())
    let rows = Self.rows(10)
    #expect(rows.bytes == 150)
    #expect(cycle.plan(deltaBytes: 120, rows: rows) == [])
    #expect(!cycle.isRunning)
    _ = cycle.plan(deltaBytes: 40, rows: rows)
    #expect(cycle.isRunning)
    var few = SliceCycle(policy: Self.policy(least: 1_000))
    #expect(few.plan(deltaBytes: 900, rows: rows) == [])
  }

  @Test func `a day after the last cycle began there is another one, and it ends within 64 transactions, though nothing changes`() {
    var cycle = SliceCycle(policy: Self.policy(least: 1_000_000))
    let rows = Self.rows(400)
    cycle.passed(to: EventTime(microseconds: 0))
    #expect(cycle.plan(deltaBytes: 3, rows: rows) == [])
    cycle.passed(to: EventTime(microseconds: 86_399_000_000))
    #expect(cycle.plan(deltaBytes: 3, rows: rows) == [])
    var slices: [SlicePayload] = []
    var transactions = 0
    repeat {
      cycle.passed(to: EventTime(microseconds: 86_400_000_000 + Int64(transactions) * 480_000_000))
      let planned = cycle.plan(deltaBytes: 3, rows: rows)
      slices += planned
      cycle.committed(firstSlice: planned.contains { $0.range == 0 } ? 1_000 : nil)
      transactions += 1
    } while cycle.isRunning && transactions < 1_000
    #expect(slices.flatMap(\.rows).count == 400 && transactions <= 66)
    #expect(cycle.from == 1_000)
    cycle.passed(to: EventTime(microseconds: 2 * 86_400_000_000 - 1))
    #expect(cycle.plan(deltaBytes: 3, rows: rows) == [])
  }

  @Test func `a cycle writes every row once, range after range, with about as many bytes as the deltas`() {
    var cycle = SliceCycle(policy: Self.policy())
    let rows = Self.rows(40)
    var slices: [SlicePayload] = []
    var transactions = 0
    #expect(cycle.plan(deltaBytes: rows.bytes, rows: rows) == [])
    repeat {
      let planned = cycle.plan(deltaBytes: 30, rows: rows)
      slices += planned
      cycle.committed(firstSlice: planned.contains { $0.range == 0 } ? 1_000 : nil)
      transactions += 1
    } while cycle.isRunning
    #expect(slices.map(\.range) == Array(0..<slices[0].ranges))
    #expect(slices[0].ranges == 16)
    #expect(slices.flatMap(\.rows).sorted { $0.row < $1.row } == rows.all)
    #expect(cycle.from == 1_000)
    #expect(transactions > 8)
  }

  @Test func `the last range makes the first slice the place to read from, once it is committed`() {
    var cycle = SliceCycle(policy: Self.policy(range: 1_000, allowance: 10_000))
    let planned = cycle.plan(deltaBytes: 500, rows: Self.rows(10))
    #expect(planned.count == 1 && cycle.from == 0)
    cycle.committed(firstSlice: 77)
    #expect(cycle.from == 77)
    // The bytes of deltas count anew.
    #expect(cycle.plan(deltaBytes: 140, rows: Self.rows(10)) == [])
  }

  @Test func `rows of a range are together, whatever the number of ranges`() {
    let rows = Self.rows(200)
    for ranges in [1, 2, 16, 1_024] {
      let all = (0..<ranges).flatMap { rows.rows(ofRange: $0, among: ranges) }
      #expect(all.sorted { $0.row < $1.row } == rows.all)
    }
    #expect(rows.count == 200)
  }

  @Test func `a slice replaces all rows of its range and no other`() {
    var rows = Self.rows(100)
    let slice = SlicePayload(cycle: 1, range: 3, ranges: 8, rows: [])
    let others = rows.all.filter { RowHash.range(of: $0.row, among: 8) != 3 }
    rows.replace(with: slice)
    #expect(rows.all == others)
    #expect(rows.count == others.count && rows.bytes == others.reduce(0) { $0 + $1.row.key.count + 10 })
  }

  @Test func `rows that go leave nothing behind`() {
    var rows = Self.rows(100)
    for change in rows.all { rows.apply(RowChange(row: change.row, value: nil)) }
    #expect(rows.count == 0 && rows.bytes == 0 && rows.all.isEmpty)
  }

  @Test(
    "a row lies in a range by the top bits of its hash",
    arguments: [(UInt32(0), "S", 9, 38_692), (1, "order-1", 4, 17_982), (7, "customer-42", 0, 51)])
  func range(table: UInt32, key: String, among16: Int, among65536: Int) {
    let row = RowKey(table: table, key: Array(key.utf8), part: 3)
    #expect(RowHash.range(of: row, among: 16) == among16)
    #expect(RowHash.range(of: row, among: 65_536) == among65536)
    #expect(RowHash.range(of: row, among: 1) == 0)
  }

  @Test func `the ranges of a cycle have about the same number of rows`() {
    let rows = Self.rows(4_000)
    let counts = (0..<16).map { rows.rows(ofRange: $0, among: 16).count }
    #expect(counts.reduce(0, +) == 4_000)
    #expect(counts.allSatisfy { (200...300).contains($0) }, "\(counts)")
  }
}

@Suite struct GarbageCollectionTests {
  @Test func `what lies before a committed start is deleted at most once a minute`() {
    var garbage = GarbageCollection()
    #expect(garbage.take(at: .zero) == [:])
    garbage.committed(slot: 1, from: 40)
    #expect(garbage.take(at: .zero) == [1: 40])
    garbage.committed(slot: 1, from: 40)
    garbage.committed(slot: 2, from: 8)
    garbage.committed(slot: 2, from: 9)
    #expect(garbage.take(at: .seconds(59)) == [:])
    #expect(garbage.take(at: .seconds(60)) == [2: 9])
    #expect(garbage.take(at: .seconds(200)) == [:])
  }
}
