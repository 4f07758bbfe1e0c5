import Testing

@testable import StreamRuntime

@Suite struct EnvelopeTests {
  static let checksums: [([UInt8], UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
    ((0..<32).map { UInt8($0) }, 0x46dd_794e), ((0..<32).reversed().map { UInt8($0) }, 0x113f_db5c),
    (Array("123456789".utf8), 0xe306_9283), ([], 0),
  ]

  @Test("the check sum is CRC-32C, by the processor and by tables", arguments: checksums, [Checksum.hasHardware, false])
  func vectors(sample: ([UInt8], UInt32), isHardware: Bool) {
    let (bytes, expected) = sample
    var whole = Checksum(isHardware: isHardware)
    bytes.withUnsafeBytes { whole.add($0) }
    #expect(whole.value == expected)
    var pieces = Checksum(isHardware: isHardware)
    for start in stride(from: 0, to: bytes.count, by: 5) {
      bytes[start..<min(start + 5, bytes.count)].withUnsafeBytes { pieces.add($0) }
    }
    #expect(pieces.value == expected)
  }

  static let sample = Envelope(
    kind: .slice, slot: 513, number: 0x0102_0304_0506_0708, term: 77, part: 1, parts: 3, writer: "host-1.0",
    payload: (0..<50).map { UInt8($0) }[...])

  @Test func `an envelope reads back as it was written`() throws {
    let bytes = Self.sample.encoded()
    #expect(try decode(bytes) == Self.sample)
    #expect(Array(bytes[..<14]) == [0x54, 0x4e, 2, 1, 1, 2, 8, 7, 6, 5, 4, 3, 2, 1])
  }

  @Test func `every byte flipped and every cut is a typed error`() {
    let bytes = Self.sample.encoded()
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        #expect(throws: FormatError.self) { try decode(flipped) }
      }
      #expect(throws: FormatError.self) { try decode(Array(bytes[..<index])) }
    }
  }

  @Test func `a record of another program or of a later format says so`() {
    #expect(throws: FormatError.foreign) { try decode(Array("{\"a\": 1}".utf8)) }
    var later = Self.sample.encoded()
    later[3] = 2
    #expect(throws: FormatError.unknownFormat(2)) { try decode(later) }
  }

  @Test(arguments: [0, 1, 9, 10, 11, 25]) func `a payload is put together again from its pieces`(size: Int) throws {
    let payload = (0..<size).map { UInt8($0) }
    let pieces = Envelope.pieces(.delta, slot: 3, number: 9, term: 2, writer: "w.0", payload: payload, limit: 10)
    #expect(pieces.count == max(1, (size + 9) / 10))
    var assembler = PieceAssembler()
    var whole: PieceAssembler.Whole?
    for (index, piece) in pieces.enumerated() {
      #expect(whole == nil)
      // Records of another writer lie between.
      let other = Envelope(
        kind: .delta, slot: 3, number: 1, term: 1, part: UInt16(index), parts: 100, writer: "other.0", payload: [0xee])
      #expect(try assembler.add(other, at: 100) == nil)
      whole = try assembler.add(decodeEnvelope(piece.encoded()), at: Int64(index) + 5)
    }
    #expect(whole?.payload == payload[...])
    #expect(whole?.offset == 5)
  }

  @Test func `a piece that is missing is noticed`() throws {
    let pieces = Envelope.pieces(.delta, slot: 3, number: 9, term: 2, writer: "w.0", payload: (0..<40).map { UInt8($0) }, limit: 10)
    for missing in 0..<4 {
      var assembler = PieceAssembler()
      #expect(throws: RestoreError.self) {
        for piece in pieces where piece.part != missing { _ = try assembler.add(piece, at: 0) }
        // The last piece never came: the next payload of the writer shows it.
        _ = try assembler.add(pieces[0], at: 9)
      }
    }
  }

  private func decodeEnvelope(_ bytes: [UInt8]) throws -> Envelope { try decode(bytes) }
}

func decode(_ bytes: [UInt8]) throws(FormatError) -> Envelope {
  let result: Result<Envelope, FormatError> = bytes.withUnsafeBytes { bytes in
    do throws(FormatError) { return .success(try Envelope(decoding: bytes)) } catch { return .failure(error) }
  }
  return try result.get()
}
