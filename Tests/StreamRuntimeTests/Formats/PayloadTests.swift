import RuleEngine
import Testing

@testable import StreamRuntime

@Suite struct PayloadTests {
  static let rows = [
    RowChange(row: RowKey(table: 0, key: [0x53, 1, 2], part: 0), value: [9, 9]),
    RowChange(row: RowKey(table: 0, key: [0x54], part: 0), value: []),
    RowChange(row: RowKey(table: 16, key: [], part: 3), value: nil),
    RowChange(row: RowKey(table: .max, key: Array(repeating: 7, count: 300), part: .max), value: Array(repeating: 1, count: 200)),
  ]

  @Test func `a delta reads back as it was written`() throws {
    for delta in [DeltaPayload(from: 0, rows: []), DeltaPayload(from: .max, rows: Self.rows)] {
      #expect(try DeltaPayload(decoding: delta.encoded()[...]) == delta)
    }
  }

  @Test func `a slice reads back as it was written, and holds rows of its range only`() throws {
    let range = RowHash.range(of: Self.rows[0].row, among: 4)
    let rows = Self.rows.filter { $0.value != nil && RowHash.range(of: $0.row, among: 4) == range }
    let slice = SlicePayload(cycle: 300, range: range, ranges: 4, rows: rows)
    #expect(try SlicePayload(decoding: slice.encoded()[...]) == slice)
    let foreign = SlicePayload(cycle: 300, range: (range + 1) % 4, ranges: 4, rows: rows)
    #expect(throws: FormatError.malformed("slice")) { try SlicePayload(decoding: foreign.encoded()[...]) }
  }

  @Test func `whatever the bytes of a payload are, they are read or refused`() {
    let delta = DeltaPayload(from: 70_000, rows: Self.rows).encoded()
    let slice = SlicePayload(cycle: 1, range: 0, ranges: 1, rows: Self.rows.filter { $0.value != nil }).encoded()
    for bytes in [delta, slice] {
      for index in bytes.indices {
        for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff, bytes[index] ^ 1] {
          var changed = bytes
          changed[index] = value
          _ = try? DeltaPayload(decoding: changed[...])
          _ = try? SlicePayload(decoding: changed[...])
        }
        _ = try? DeltaPayload(decoding: bytes[..<index])
        _ = try? SlicePayload(decoding: bytes[..<index])
      }
    }
  }

  @Test func `numbers read back at the limits of their width`() throws {
    for value: UInt64 in [0, 1, 127, 128, 300, 1 << 63, .max] {
      var writer = RowWriter()
      writer.unsigned(value)
      var reader = PayloadReader(writer.bytes[...], part: "test")
      #expect(try reader.unsigned() == value)
    }
    for value: Int64 in [0, -1, 1, .min, .max] {
      var writer = RowWriter()
      writer.signed(value)
      var reader = PayloadReader(writer.bytes[...], part: "test")
      #expect(try reader.signed() == value)
    }
    var tooWide = PayloadReader([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], part: "test")
    #expect(throws: FormatError.malformed("test")) { try tooWide.unsigned() }
    var endless = PayloadReader(Array(repeating: 0x80, count: 30)[...], part: "test")
    #expect(throws: FormatError.malformed("test")) { try endless.unsigned() }
  }
}

@Suite struct CommittedMarkTests {
  @Test func `a mark reads back as it was written`() throws {
    for mark in [
      CommittedMark(number: 1, from: 0, term: 1, writer: "host.0"), CommittedMark(number: .max, from: .max, term: .max, writer: "w"),
    ] {
      #expect(try CommittedMark(decoding: mark.description) == mark)
    }
    #expect(CommittedMark(number: 12, from: 34, term: 5, writer: "a-b.0").description == "tenet1 12 34 5 a-b.0")
  }

  @Test(arguments: [
    "", "tenet1", "tenet1 1 2 3", "tenet1 1 2 3 w x", "tenet1 -1 2 3 w", "tenet1 +1 2 3 w", "tenet1 1 2 3 ", "tenet2 1 2 3 w",
  ])
  func `other text is refused`(text: String) {
    #expect(throws: FormatError.self) { try CommittedMark(decoding: text) }
  }

  @Test func `a mark cut or changed anywhere is refused or is another mark`() {
    let text = Array("tenet1 120 34 5 host.0".utf8)
    for index in text.indices {
      let cut = String(decoding: text[..<index], as: UTF8.self)
      if let mark = try? CommittedMark(decoding: cut) { #expect(mark.description == cut) }
      for byte: UInt8 in 0x20...0x7e {
        var changed = text
        changed[index] = byte
        let string = String(decoding: changed, as: UTF8.self)
        if let mark = try? CommittedMark(decoding: string) { #expect(mark.number >= 0 && mark.from >= 0) }
      }
    }
  }
}
