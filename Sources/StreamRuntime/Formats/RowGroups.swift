internal import RuleEngine

/// Rows in a payload: groups of one table each, (table, row count, rows: key, part, length + 1 or 0 for gone, value).
enum RowGroups {
  /// Rows of one table that follow one another share a group.
  static func write(_ rows: some BidirectionalCollection<RowChange>, to writer: inout RowWriter) {
    var start = rows.startIndex
    while start != rows.endIndex {
      let table = rows[start].row.table
      let end = rows[start...].firstIndex { $0.row.table != table } ?? rows.endIndex
      writer.unsigned(UInt64(table))
      writer.unsigned(UInt64(rows.distance(from: start, to: end)))
      for change in rows[start..<end] {
        writer.bytes(change.row.key)
        writer.unsigned(UInt64(change.row.part))
        guard let value = change.value else {
          writer.unsigned(0)
          continue
        }
        writer.unsigned(UInt64(value.count) + 1)
        writer.raw(value)
      }
      start = end
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
