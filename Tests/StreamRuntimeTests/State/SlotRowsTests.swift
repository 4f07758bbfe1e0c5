import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

@Suite struct SlotRowsTests {
  /// The rows by a dictionary.
  private struct Model {
    var rows: [RowKey: [UInt8]] = [:]

    var all: [RowChange] { rows.map { RowChange(row: $0, value: $1) }.sorted { $0.row < $1.row } }
  }

  @Test(arguments: 0..<4) func `the rows are those that were set last and not taken away, in whole and by ranges`(seed: Int) {
    var random = TestRandom(seed: UInt64(seed))
    var rows = SlotRows()
    var model = Model()
    for step in 0..<3_000 {
      let number = random.whole(0...299)
      let key = Array("\(number)\(String(repeating: "k", count: number % 50))".utf8)
      let row = RowKey(table: UInt32(number % 3), key: key, part: UInt16(random.whole(0...3)))
      let value = random.chance(0.3) ? nil : [UInt8](repeating: UInt8(step % 251), count: random.whole(0...199))
      rows.apply(RowChange(row: row, value: value))
      model.rows[row] = value
      guard step % 500 == 499 else { continue }
      #expect(rows.all == model.all)
      #expect(rows.count == model.rows.count)
      #expect(rows.bytes == model.rows.reduce(0) { $0 + $1.key.key.count + $1.value.count })
      for ranges in [1, 4, 64, 4_096] {
        let found = (0..<ranges).map { rows.rows(ofRange: $0, among: ranges) }
        #expect(found.joined().sorted { $0.row < $1.row } == model.all)
        for (range, rows) in found.enumerated() { #expect(rows.allSatisfy { RowHash.range(of: $0.row, among: ranges) == range }) }
      }
    }
  }

  @Test(arguments: [1, 8, 1_024]) func `a slice replaces the rows of its range and no others`(ranges: Int) {
    var rows = SlotRows()
    for number in 0..<500 {
      rows.apply(RowChange(row: RowKey(table: 1, key: Array("key-\(number)".utf8), part: 0), value: [1]))
    }
    let range = RowHash.range(ofTable: 1, key: Array("key-7".utf8), among: ranges)
    let before = rows.all.filter { RowHash.range(of: $0.row, among: ranges) != range }
    let slice = [RowChange(row: RowKey(table: 1, key: Array("key-7".utf8), part: 3), value: [2, 2])]
    rows.replace(with: SlicePayload(cycle: 1, range: range, ranges: ranges, rows: slice))
    #expect(rows.all == (before + slice).sorted { $0.row < $1.row })
    #expect(rows.count == before.count + 1)
  }
}
