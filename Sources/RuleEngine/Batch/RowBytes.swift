/// Writes the payload of a row: LEB128 varints (zigzag if signed), strings and bytes with a length (protocol.md 4).
package struct RowWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// With room for so many bytes.
  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// Writes behind what is there.
  init(behind bytes: consuming [UInt8]) { self.bytes = bytes }

  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  package mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  package mutating func signed(_ value: Int64) { unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

  package mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { bytes($0) }
  }

  package mutating func bytes(_ value: some Collection<UInt8>) {
    unsigned(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Bytes without a length, whose end the reader knows.
  package mutating func raw(_ value: some Collection<UInt8>) { bytes.append(contentsOf: value) }

  package mutating func raw(_ value: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: value) }

  /// As `bytes(_:)` of an array of them.
  mutating func bytes(_ value: UnsafeBufferPointer<UInt8>) {
    unsigned(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// What `body` writes, with its length in front.
  mutating func prefixed(_ body: (inout RowWriter) -> Void) {
    let start = bytes.count
    bytes.append(0)
    body(&self)
    let count = bytes.count - start - 1
    // The length of most takes the byte that is there.
    guard count >= 0x80 else {
      bytes[start] = UInt8(count)
      return
    }
    var length = RowWriter()
    length.unsigned(UInt64(count))
    bytes.replaceSubrange(start...start, with: length.bytes)
  }

  // Most bytes are an array's: these two are compiled for it, in other modules too.
  package mutating func bytes(_ value: [UInt8]) {
    unsigned(UInt64(value.count))
    bytes.append(contentsOf: value)
  }
  package mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

  /// Eight bytes, the most significant one first.
  mutating func word(_ value: UInt64) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}

/// Reads what `RowWriter` wrote. Rows are our own, checked when they were read from the state topic, so a malformed one is a bug.
struct RowReader {
  private let bytes: ArraySlice<UInt8>
  private var index: Int

  init(_ bytes: some Collection<UInt8>) {
    self.bytes = Array(bytes)[...]
    index = self.bytes.startIndex
  }

  var isAtEnd: Bool { index == bytes.endIndex }
  /// How many bytes were read.
  var offset: Int { index - bytes.startIndex }
  /// What is not read yet.
  var rest: ArraySlice<UInt8> { bytes[index...] }

  mutating func byte() -> UInt8 {
    precondition(index < bytes.endIndex, "a row holds the fields of its kind")
    defer { index += 1 }
    return bytes[index]
  }

  mutating func unsigned() -> UInt64 {
    var (result, shift) = (UInt64(0), UInt64(0))
    while true {
      let next = byte()
      result |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return result }
      shift += 7
      precondition(shift < 64, "a varint of a row has at most 64 bits")
    }
  }

  mutating func signed() -> Int64 {
    let value = unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// What `RowWriter.word` wrote.
  mutating func word() -> UInt64 { raw(8).reduce(0) { $0 << 8 | UInt64($1) } }

  mutating func string() -> String { String(decoding: raw(Int(unsigned())), as: UTF8.self) }

  mutating func byteArray() -> [UInt8] { Array(raw(Int(unsigned()))) }

  /// So many bytes as they are.
  mutating func raw(_ count: Int) -> ArraySlice<UInt8> {
    precondition(count >= 0 && count <= bytes.endIndex - index, "a row holds the fields of its kind")
    defer { index += count }
    return bytes[index..<index + count]
  }
}
