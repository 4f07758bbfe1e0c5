internal import RuleEngine

/// All rows of a slot whose hash lies in one range, as they are after the delta of the same transaction.
struct SlicePayload: Equatable, Sendable {
  /// Which cycle over all ranges this belongs to.
  var cycle: UInt64
  /// This range, from 0, and how many there are: a power of two of at most 65,536, the same for a whole cycle.
  var range: Int
  var ranges: Int
  /// Rows that are there: none of them is gone.
  var rows: [RowChange]

  init(cycle: UInt64, range: Int, ranges: Int, rows: [RowChange]) {
    self.cycle = cycle
    self.range = range
    self.ranges = ranges
    self.rows = rows
  }

  func encoded() -> [UInt8] {
    var writer = RowWriter()
    writer.unsigned(cycle)
    writer.unsigned(UInt64(range))
    writer.unsigned(UInt64(ranges))
    RowGroups.write(RowBatch(rows), to: &writer)
    return writer.bytes
  }

  init(decoding bytes: ArraySlice<UInt8>) throws(FormatError) {
    var reader = PayloadReader(bytes, part: "slice")
    cycle = try reader.unsigned()
    range = Int(try reader.number(as: UInt32.self))
    ranges = Int(try reader.number(as: UInt32.self))
    guard (1...65_536).contains(ranges), ranges & (ranges - 1) == 0, range < ranges else { throw .malformed("slice") }
    rows = try RowGroups.read(from: &reader)
    guard rows.allSatisfy({ $0.value != nil && RowHash.range(of: $0.row, among: ranges) == range }) else { throw .malformed("slice") }
  }
}

/// Where a row lies among the ranges of slices: by the top bits of murmur2 of its table (4 bytes, little-endian) and key.
enum RowHash {
  static func hash(ofTable table: UInt32, key: [UInt8]) -> UInt32 { key.withUnsafeBytes { hash(ofTable: table, key: $0) } }

  static func hash(ofTable table: UInt32, key: UnsafeRawBufferPointer) -> UInt32 {
    withUnsafeTemporaryAllocation(byteCount: 4 + key.count, alignment: 4) { bytes in
      bytes.storeBytes(of: table.littleEndian, as: UInt32.self)
      UnsafeMutableRawBufferPointer(rebasing: bytes[4...]).copyMemory(from: key)
      return murmur2(UnsafeRawBufferPointer(bytes))
    }
  }

  /// `ranges`: a power of two.
  static func range(of row: RowKey, among ranges: Int) -> Int { range(ofTable: row.table, key: row.key, among: ranges) }

  static func range(ofTable table: UInt32, key: [UInt8], among ranges: Int) -> Int {
    range(of: hash(ofTable: table, key: key), among: ranges)
  }

  static func range(of row: RowView, among ranges: Int) -> Int { range(of: hash(ofTable: row.table, key: row.key), among: ranges) }

  private static func range(of hash: UInt32, among ranges: Int) -> Int {
    // The parentheses matter: in Swift a shift binds tighter than a product.
    Int((UInt64(hash) &* UInt64(ranges)) >> 32)
  }
}
