import RuleEngine
import Testing

@testable import StreamRuntime

@Suite struct RestoreReaderTests {
  static let slot = 2
  private static func row(_ key: String, _ value: String?) -> RowChange {
    RowChange(row: RowKey(table: 16, key: Array(key.utf8), part: 0), value: value.map { Array($0.utf8) })
  }

  private static func delta(
    _ number: UInt64, _ rows: [RowChange] = [], term: UInt32 = 1, writer: String = "w.0", slot: Int = slot, limit: Int = 1 << 20
  ) -> [[UInt8]] {
    Envelope.pieces(
      .delta, slot: slot, number: number, term: term, writer: writer, payload: DeltaPayload(from: 0, rows: rows).encoded(), limit: limit
    ).map { $0.encoded() }
  }

  private static func slice(
    _ number: UInt64, _ range: Int, of ranges: Int, _ rows: [RowChange], cycle: UInt64 = 1, term: UInt32 = 1
  ) -> [[UInt8]] {
    let mine = rows.filter { RowHash.range(of: $0.row, among: ranges) == range }
    let payload = SlicePayload(cycle: cycle, range: range, ranges: ranges, rows: mine)
    return Envelope.pieces(.slice, slot: slot, number: number, term: term, writer: "w.0", payload: payload.encoded()).map { $0.encoded() }
  }

  private static func mark(_ number: UInt64, from: Int64 = 0, term: UInt32 = 1) -> CommittedMark {
    CommittedMark(number: number, from: from, term: term, writer: "w.0")
  }

  private static func read(_ log: [[UInt8]], to mark: CommittedMark) throws -> RestoreReader {
    var reader = RestoreReader(slot: slot, mark: mark)
    for (offset, record) in log.enumerated() where offset >= mark.from {
      try record.withUnsafeBytes { try reader.add($0, at: Int64(offset)) }
    }
    return reader
  }

  static let log =
    delta(1, [row("a", "1"), row("b", "1")]) + delta(2, [row("a", nil), row("c", "2")], limit: 5) + delta(3, [row("b", "3")])

  @Test func `deltas are applied in order, to exactly the one that was committed`() throws {
    let second = try Self.read(Self.log, to: Self.mark(2))
    #expect(second.isDone && second.rows.all == [Self.row("b", "1"), Self.row("c", "2")])
    let third = try Self.read(Self.log, to: Self.mark(3))
    #expect(third.isDone && third.rows.all == [Self.row("b", "3"), Self.row("c", "2")])
  }

  @Test func `records that a consumer delivers again, or from before the start, are dropped`() throws {
    var reader = RestoreReader(slot: Self.slot, mark: Self.mark(3))
    for offset in [0, 1, 0, 1, 2] + Array(1..<Self.log.count) {
      try Self.log[offset].withUnsafeBytes { try reader.add($0, at: Int64(offset)) }
    }
    #expect(reader.isDone && reader.rows.all == [Self.row("b", "3"), Self.row("c", "2")])
  }

  @Test func `a reader waits for the committed delta, however late it comes`() throws {
    #expect(!(try Self.read(Array(Self.log.dropLast()), to: Self.mark(3)).isDone))
  }

  @Test func `from slices on, what lies before them is not needed`() throws {
    let rows = [Self.row("b", "1"), Self.row("c", "2"), Self.row("d", "9")]
    let begun = Self.delta(1, [Self.row("a", "0")]) + Self.delta(2, rows)
    var log = begun + Self.slice(2, 0, of: 2, rows) + Self.delta(3, [Self.row("e", "5"), Self.row("b", nil)])
    let now = [Self.row("c", "2"), Self.row("d", "9"), Self.row("e", "5")]
    log += Self.slice(3, 1, of: 2, now) + Self.delta(4, [Self.row("f", "6")])
    let reader = try Self.read(log, to: Self.mark(4, from: 2))
    #expect(reader.isDone && reader.rows.all == now + [Self.row("f", "6")])
    #expect(reader.cycle.from == 2 && !reader.cycle.isRunning && reader.cycle.cycle == 1)
    // A restore in the middle of the cycle knows where it goes on.
    let middle = try Self.read(log, to: Self.mark(3))
    #expect(middle.cycle.isRunning && middle.cycle.next == 1 && middle.cycle.from == 0)
  }

  @Test func `slices that a restore left unread are not part of the cycle, though they stand`() throws {
    let rows = [Self.row("b", "1"), Self.row("c", "2")]
    // Who takes the slot at delta 1 writes range 1 once more; who takes it at delta 2 has not seen that either.
    let log =
      Self.delta(1, rows) + Self.slice(1, 0, of: 2, rows) + Self.delta(2) + Self.slice(2, 1, of: 2, rows)
      + Self.delta(3, term: 2) + Self.slice(3, 1, of: 2, rows, term: 2) + Self.delta(4, term: 3)
    let third = try Self.read(log, to: Self.mark(4, term: 3))
    #expect(third.rows.all == rows)
    #expect(third.cycle.isRunning && third.cycle.next == 1 && third.cycle.from == 0)
    let after = log + Self.slice(4, 1, of: 2, rows, term: 3) + Self.delta(5, term: 3)
    let fourth = try Self.read(after, to: Self.mark(5, term: 3))
    #expect(fourth.rows.all == rows)
    #expect(!fourth.cycle.isRunning && fourth.cycle.from == 1)
  }

  @Test func `a missing range of slices is noticed`() {
    let log = Self.delta(1) + Self.slice(1, 0, of: 4, []) + Self.slice(1, 2, of: 4, []) + Self.delta(2)
    #expect(throws: RestoreError.missingSlice(range: 1, found: 2, offset: 2)) { try Self.read(log, to: Self.mark(2)) }
  }

  @Test func `a cycle whose last slice is missing is noticed, at the last delta or where the next cycle begins`() {
    let rows = [Self.row("b", "1"), Self.row("c", "2")]
    let begun = Self.delta(1, rows) + Self.slice(1, 0, of: 2, rows) + Self.delta(2)
    #expect(throws: RestoreError.endlessCycle(range: 1, of: 2, offset: 2)) { try Self.read(begun, to: Self.mark(2, from: 1)) }
    #expect(throws: RestoreError.missingSlice(range: 1, found: 0, offset: 3)) {
      try Self.read(begun + Self.slice(2, 0, of: 2, rows, cycle: 2) + Self.delta(3), to: Self.mark(3, from: 1))
    }
  }

  @Test func `a missing, doubled or first delta that is not the first is a gap`() {
    #expect(throws: RestoreError.gap(expected: 2, found: 3, offset: 1)) {
      try Self.read(Self.delta(1) + Self.delta(3), to: Self.mark(3))
    }
    #expect(throws: RestoreError.gap(expected: 2, found: 1, offset: 1)) {
      try Self.read(Self.delta(1) + Self.delta(1), to: Self.mark(3))
    }
    #expect(throws: RestoreError.gap(expected: 1, found: 2, offset: 0)) { try Self.read(Self.delta(2), to: Self.mark(3)) }
    #expect(throws: RestoreError.noSlice(from: 1)) { try Self.read(Self.delta(1) + Self.delta(2), to: Self.mark(2, from: 1)) }
  }

  @Test func `a falling term, another slot, an empty record and another's delta are refused`() {
    #expect(throws: RestoreError.fallingTerm(from: 2, to: 1, offset: 1)) {
      try Self.read(Self.delta(1, term: 2) + Self.delta(2), to: Self.mark(3))
    }
    #expect(throws: RestoreError.otherSlot(1, offset: 0)) { try Self.read(Self.delta(1, slot: 1), to: Self.mark(3)) }
    var reader = RestoreReader(slot: Self.slot, mark: Self.mark(1))
    #expect(throws: RestoreError.noValue(offset: 3)) { try reader.add(nil, at: 3) }
    #expect(throws: RestoreError.otherDelta(committed: Self.mark(1, term: 2), term: 1, writer: "w.0")) {
      try Self.read(Self.delta(1), to: Self.mark(1, term: 2))
    }
  }

  @Test func `a log with any byte changed or any record missing is refused, or read as before`() throws {
    let before = try Self.read(Self.log, to: Self.mark(3)).rows.all
    for record in Self.log.indices {
      for byte in Self.log[record].indices {
        var log = Self.log
        log[record][byte] ^= 0x41
        #expect(throws: RestoreError.self) { try Self.read(log, to: Self.mark(3)) }
      }
      var log = Self.log
      log.remove(at: record)
      if let reader = try? Self.read(log, to: Self.mark(3)), reader.isDone { #expect(reader.rows.all == before) }
    }
  }

  @Test func `the last delta of a log stands for a mark that is gone`() throws {
    var scan = LastDeltaScan(slot: Self.slot)
    // The log begins in the middle of the second delta.
    for (offset, record) in (Self.log.dropFirst(2) + Self.slice(3, 0, of: 1, [])).enumerated() {
      try record.withUnsafeBytes { try scan.add($0, at: Int64(offset)) }
    }
    #expect(scan.mark == Self.mark(3))
    #expect(LastDeltaScan(slot: 1).mark == nil)
  }
}
