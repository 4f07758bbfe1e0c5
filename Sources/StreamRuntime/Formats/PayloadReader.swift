/// Reads LEB128 varints, strings and bytes with a length, as `RowWriter` writes them, from bytes that may be anything.
struct PayloadReader {
  private let bytes: ArraySlice<UInt8>
  private var index: Int
  /// What is being read, for errors.
  private let part: String

  init(_ bytes: ArraySlice<UInt8>, part: String) {
    self.bytes = bytes
    index = bytes.startIndex
    self.part = part
  }

  var isAtEnd: Bool { index == bytes.endIndex }
  var remaining: Int { bytes.endIndex - index }

  mutating func byte() throws(FormatError) -> UInt8 {
    guard index < bytes.endIndex else { throw .truncated(part) }
    defer { index += 1 }
    return bytes[index]
  }

  mutating func unsigned() throws(FormatError) -> UInt64 {
    var (result, shift) = (UInt64(0), UInt64(0))
    while true {
      let next = try byte()
      // The tenth byte holds one bit.
      if shift == 63, next > 1 { throw .malformed(part) }
      result |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return result }
      shift += 7
      if shift > 63 { throw .malformed(part) }
    }
  }

  mutating func signed() throws(FormatError) -> Int64 {
    let value = try unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A number that must fit a smaller type.
  mutating func number<Number: FixedWidthInteger>(as type: Number.Type) throws(FormatError) -> Number {
    guard let number = Number(exactly: try unsigned()) else { throw .malformed(part) }
    return number
  }

  /// How many things follow, each of at least `size` bytes.
  mutating func count(ofAtLeast size: Int) throws(FormatError) -> Int {
    let count = try unsigned()
    guard count <= UInt64(remaining / size) else { throw .truncated(part) }
    return Int(count)
  }

  mutating func raw(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw .truncated(part) }
    defer { index += count }
    return bytes[index..<index + count]
  }

  mutating func byteArray() throws(FormatError) -> [UInt8] { Array(try raw(try count(ofAtLeast: 1))) }
}
