/// The frame of every record of the state topic (protocol.md 4), around one piece of a payload.
struct Envelope: Equatable, Sendable {
  enum Kind: UInt8, Sendable {
    case delta = 1
    case slice = 2
    case block = 3
  }
  /// The format that is written and read.
  static let format: UInt8 = 1
  /// Payloads above this many bytes are cut into pieces.
  static let pieceLimit = 512 << 10

  var kind: Kind
  var slot: UInt16
  /// A delta's number; of a slice the number of the delta it was taken after.
  var number: UInt64
  var term: UInt32
  /// Which piece this is, from 0, and of how many.
  var part: UInt16
  var parts: UInt16
  /// Instance and shard, printable ASCII, at most 255 characters.
  var writer: String
  var payload: ArraySlice<UInt8>

  func encoded() -> [UInt8] {
    let name = Array(writer.utf8)
    precondition(name.count <= 255 && name.allSatisfy { 0x21...0x7e ~= $0 }, "a writer's name is ASCII and short")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27 + name.count + payload.count)
    bytes += [0x54, 0x4e, kind.rawValue, Self.format]
    bytes.append(littleEndian: slot)
    bytes.append(littleEndian: number)
    bytes.append(littleEndian: term)
    bytes.append(littleEndian: part)
    bytes.append(littleEndian: parts)
    bytes.append(UInt8(name.count))
    bytes += name
    var checksum = Checksum()
    bytes.withUnsafeBytes { checksum.add($0) }
    payload.withUnsafeBytes { checksum.add($0) }
    bytes.append(littleEndian: checksum.value)
    bytes += payload
    return bytes
  }

  /// Reads a record; the bytes are hostile until the check sum fits.
  init(decoding bytes: UnsafeRawBufferPointer) throws(FormatError) {
    guard bytes.count >= 2 else { throw .truncated("envelope") }
    guard bytes[0] == 0x54, bytes[1] == 0x4e else { throw .foreign }
    guard bytes.count >= 27 else { throw .truncated("envelope") }
    guard bytes[3] == Self.format else { throw .unknownFormat(bytes[3]) }
    guard let kind = Kind(rawValue: bytes[2]) else { throw .unknownKind(bytes[2]) }
    let head = 23 + Int(bytes[22])
    guard bytes.count >= head + 4 else { throw .truncated("envelope") }
    var checksum = Checksum()
    checksum.add(UnsafeRawBufferPointer(rebasing: bytes[..<head]))
    checksum.add(UnsafeRawBufferPointer(rebasing: bytes[(head + 4)...]))
    guard checksum.value == bytes.littleEndian(at: head, as: UInt32.self) else { throw .checksum }
    self.kind = kind
    slot = bytes.littleEndian(at: 4, as: UInt16.self)
    number = bytes.littleEndian(at: 6, as: UInt64.self)
    term = bytes.littleEndian(at: 14, as: UInt32.self)
    part = bytes.littleEndian(at: 18, as: UInt16.self)
    parts = bytes.littleEndian(at: 20, as: UInt16.self)
    guard part < parts else { throw .malformed("pieces") }
    let name = bytes[23..<head]
    guard name.allSatisfy({ 0x21...0x7e ~= $0 }) else { throw .malformed("writer") }
    writer = String(decoding: name, as: UTF8.self)
    payload = Array(bytes[(head + 4)...])[...]
  }

  /// One envelope for each piece of a payload; an empty payload is one empty piece.
  static func pieces(
    _ kind: Kind, slot: Int, number: UInt64, term: UInt32, writer: String, payload: [UInt8], limit: Int = pieceLimit
  ) -> [Envelope] {
    let count = max(1, (payload.count + limit - 1) / limit)
    precondition(count <= Int(UInt16.max), "a payload has at most 65,535 pieces")
    return (0..<count).map { part in
      Envelope(
        kind: kind, slot: UInt16(slot), number: number, term: term, part: UInt16(part), parts: UInt16(count), writer: writer,
        payload: payload[part * limit..<min(payload.count, (part + 1) * limit)])
    }
  }

  init(
    kind: Kind, slot: UInt16, number: UInt64, term: UInt32, part: UInt16, parts: UInt16, writer: String, payload: ArraySlice<UInt8>
  ) {
    self.kind = kind
    self.slot = slot
    self.number = number
    self.term = term
    self.part = part
    self.parts = parts
    self.writer = writer
    self.payload = payload
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func littleEndian<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
