internal import RuleEngine

/// Rows in a payload: groups of one table each, (table, row count, rows: key, part, length + 1 or 0 for gone, value).
enum RowGroups {
  /// Rows of one table that follow one another share a group.
  static func write(_ rows: RowBatch, to writer: inout RowWriter) {
    var left = 0
    var place = 0
    rows.forEach { row, _ in
      if left == 0 {
        left = rows.rowsOfTable(from: place)
        writer.unsigned(UInt64(row.table))
        writer.unsigned(UInt64(left))
      }
      writer.unsigned(UInt64(row.key.count))
      writer.raw(row.key.bindMemory(to: UInt8.self))
      writer.unsigned(UInt64(row.part))
      writer.unsigned(row.value.map { UInt64($0.count) + 1 } ?? 0)
      if let value = row.value { writer.raw(value.bindMemory(to: UInt8.self)) }
      left -= 1
      place += 1
    }
  }

  /// The rest of the payload.
  static func read(from reader: inout PayloadReader) throws(FormatError) -> [RowChange] {
    var rows: [RowChange] = []
    while !reader.isAtEnd {
      let table = try reader.number(as: UInt32.self)
      for _ in 0..<(try reader.count(ofAtLeast: 3)) {
        let key = try reader.byteArray()
        let part = try reader.number(as: UInt16.self)
        let length = try reader.unsigned()
        var value: [UInt8]?
        if length > 0 {
          guard length - 1 <= UInt64(reader.remaining) else { throw .truncated("rows") }
          value = Array(try reader.raw(Int(length - 1)))
        }
        rows.append(RowChange(row: RowKey(table: table, key: key, part: part), value: value))
      }
    }
    return rows
  }
}
