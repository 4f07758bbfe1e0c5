internal import RuleEngine

/// What one batch changed in the rows of a slot: after-images.
struct DeltaPayload: Equatable, Sendable {
  /// The offset in the state partition of the first record that a restore needs, as the commit of this delta says it.
  var from: Int64
  var rows: [RowChange]

  init(from: Int64, rows: [RowChange]) {
    self.from = from
    self.rows = rows
  }

  func encoded() -> [UInt8] { Self.encoded(from: from, rows: RowBatch(rows)) }

  static func encoded(from: Int64, rows: RowBatch) -> [UInt8] {
    var writer = RowWriter()
    writer.unsigned(UInt64(from))
    RowGroups.write(rows, to: &writer)
    return writer.bytes
  }

  init(decoding bytes: ArraySlice<UInt8>) throws(FormatError) {
    var reader = PayloadReader(bytes, part: "delta")
    from = try reader.number(as: Int64.self)
    rows = try RowGroups.read(from: &reader)
  }
}
