/// Writes JSON without white space, byte by byte, in the order of the calls. Strings and numbers as RFC 8785 has them.
///
///     var json = JSONWriter()
///     json.object {
///       $0.member("id", "o-1")
///       $0.member("amount", .decimal(total))
///     }
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    open(0x7B)
    members(&self)
    close(0x7D)
  }

  package mutating func array(_ elements: (inout JSONWriter) -> Void) {
    open(0x5B)
    elements(&self)
    close(0x5D)
  }

  /// The name of a member: its value is what is written next.
  package mutating func key(_ name: String) {
    comma()
    appendString(name)
    bytes.append(0x3A)
    needsComma = false
  }

  package mutating func null() { literal("null") }
  package mutating func write(_ flag: Bool) { literal(flag ? "true" : "false") }
  package mutating func write(_ text: String) {
    comma()
    appendString(text)
  }
  /// With all digits, whatever their number.
  package mutating func write(_ integer: some BinaryInteger) { literal(String(integer)) }
  /// The shortest text that reads back; what is not finite is a string.
  package mutating func write(_ number: Double) {
    if number.isFinite { literal(number.shortestText) } else { write(number.shortestText) }
  }

  package mutating func member(_ name: String, _ text: String) {
    key(name)
    write(text)
  }
  package mutating func member(_ name: String, _ flag: Bool) {
    key(name)
    write(flag)
  }
  package mutating func member(_ name: String, _ integer: some BinaryInteger) {
    key(name)
    write(integer)
  }
  package mutating func member(_ name: String, _ texts: [String]) {
    key(name)
    array { for text in texts { $0.write(text) } }
  }
  package mutating func member(_ name: String, _ value: Value) {
    key(name)
    write(value)
  }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let flag): write(flag)
    case .number(let digits): literal(digits)
    case .string(let text): write(text)
    case .array(let elements): array { for element in elements { $0.write(element) } }
    case .object(let members):
      object {
        for (name, value) in members {
          $0.key(name)
          $0.write(value)
        }
      }
    }
  }

  /// Text that is JSON already, as one value.
  package mutating func raw(_ json: [UInt8]) {
    comma()
    bytes.append(contentsOf: json)
  }

  private mutating func literal(_ text: String) {
    comma()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func open(_ bracket: UInt8) {
    comma()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func comma() {
    if needsComma { bytes.append(0x2C) }
    needsComma = true
  }

  private mutating func appendString(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22: bytes += [0x5C, 0x22]
      case 0x5C: bytes += [0x5C, 0x5C]
      case 0x08: bytes += [0x5C, 0x62]
      case 0x09: bytes += [0x5C, 0x74]
      case 0x0A: bytes += [0x5C, 0x6E]
      case 0x0C: bytes += [0x5C, 0x66]
      case 0x0D: bytes += [0x5C, 0x72]
      case 0..<0x20: bytes += [0x5C, 0x75, 0x30, 0x30, byte < 0x10 ? 0x30 : 0x31, JSONWriter.hexDigits[Int(byte & 0xF)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}
