/// A part of a key's state as it is after the batch; nil: it is gone.
struct PartChange {
  var part: UInt16
  var bytes: [UInt8]?
  /// How many rows the part had so far.
  var pieces: UInt16

  /// A row holds at most so many bytes; a larger part takes several (protocol.md 3).
  static let limit = 4_096

  static func pieces(of count: Int) -> UInt16 { UInt16(max(1, (count + limit - 1) / limit)) }
}

/// The rows of a key: the number of the piece (almost always 0), then the key's bytes.
enum KeyRow {
  static func rowKey(_ key: some Collection<UInt8>, piece: UInt16) -> [UInt8] {
    var row = RowWriter()
    row.unsigned(UInt64(piece))
    row.raw(key)
    return row.bytes
  }

  /// The piece and the key that a row's key says.
  static func split(_ rowKey: [UInt8]) -> (piece: UInt16, key: ArraySlice<UInt8>) {
    var reader = RowReader(rowKey)
    let piece = UInt16(reader.unsigned())
    let length = piece < 0x80 ? 1 : piece < 0x4000 ? 2 : 3
    return (piece, rowKey[length...])
  }

  /// The rows in which a part changed.
  static func append(_ change: PartChange, table: UInt32, key: some Collection<UInt8>, to rows: inout [RowChange]) {
    let bytes = change.bytes ?? []
    let count = change.bytes == nil ? 0 : PartChange.pieces(of: bytes.count)
    for piece in 0..<max(count, change.pieces) {
      let row = RowKey(table: table, key: rowKey(key, piece: piece), part: change.part)
      guard piece < count else {
        rows.append(RowChange(row: row, value: nil))
        continue
      }
      let start = Int(piece) * PartChange.limit
      rows.append(RowChange(row: row, value: Array(bytes[start..<min(start + PartChange.limit, bytes.count)])))
    }
  }
}
