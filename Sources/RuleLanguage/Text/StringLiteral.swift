import Diagnostics

/// Strings and bytes: `"…"`, `'…'`, `"""…"""`, `'''…'''`, raw with `r`, bytes with `b`.
extension Lexer {
  /// A string, if one begins here; else nil, and nothing has moved.
  mutating func scanString() -> (Token.Kind, Diagnostic?)? {
    let start = position
    var (isRaw, isBytes) = (false, false)
    loop: for ahead in 0..<2 {
      switch peek(ahead) | 0x20 {
      case UInt8(ascii: "r") where !isRaw: isRaw = true
      case UInt8(ascii: "b") where !isBytes: isBytes = true
      default: break loop
      }
    }
    let prefix = (isRaw ? 1 : 0) + (isBytes ? 1 : 0)
    let quote = peek(prefix)
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    let isTriple = peek(prefix + 1) == quote && peek(prefix + 2) == quote
    advance(prefix + (isTriple ? 3 : 1))

    var content = StringContent(isBytes: isBytes)
    while true {
      let byte = peek()
      if isAtEnd || (!isTriple && (byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"))) {
        let problem = Diagnostic.unclosedString(at: span(start..<(start + prefix + (isTriple ? 3 : 1))), isTriple: isTriple)
        return (isBytes ? .bytes(content.bytes) : .string(content.string), problem)
      }
      if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
        advance(isTriple ? 3 : 1)
        break
      }
      if byte == UInt8(ascii: "\\"), !isRaw {
        scanEscape(into: &content)
      } else if byte == UInt8(ascii: "\r") {
        // A line end is one character, however the file was saved.
        content.bytes.append(UInt8(ascii: "\n"))
        advance(peek(1) == UInt8(ascii: "\n") ? 2 : 1)
      } else {
        content.bytes.append(byte)
        advance()
      }
    }
    let problem = content.badEscape.map { Diagnostic.badEscape(text($0), at: span($0), inBytes: isBytes) }
    return (isBytes ? .bytes(content.bytes) : .string(content.string), problem)
  }

  /// Reads the escape that begins here, adds what it stands for, and goes on after it.
  mutating func scanEscape(into content: inout StringContent) {
    let start = position
    let letter = peek(1)
    advance(2)
    switch letter {
    case UInt8(ascii: "a"): content.bytes.append(0x07)
    case UInt8(ascii: "b"): content.bytes.append(0x08)
    case UInt8(ascii: "f"): content.bytes.append(0x0C)
    case UInt8(ascii: "n"): content.bytes.append(0x0A)
    case UInt8(ascii: "r"): content.bytes.append(0x0D)
    case UInt8(ascii: "t"): content.bytes.append(0x09)
    case UInt8(ascii: "v"): content.bytes.append(0x0B)
    case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): content.bytes.append(letter)
    case UInt8(ascii: "x"), UInt8(ascii: "X"): scanCode(digits: 2, radix: 16, from: start, into: &content)
    case UInt8(ascii: "u") where !content.isBytes: scanCode(digits: 4, radix: 16, from: start, into: &content)
    case UInt8(ascii: "U") where !content.isBytes: scanCode(digits: 8, radix: 16, from: start, into: &content)
    case UInt8(ascii: "0")...UInt8(ascii: "3"):
      position -= 1
      scanCode(digits: 3, radix: 8, from: start, into: &content)
    default:
      // The end of the text or line is no part of the escape.
      if position > limit || letter == UInt8(ascii: "\n") || letter == UInt8(ascii: "\r") { position = start + 1 }
      while position < limit, bytes[position] & 0xC0 == 0x80 { advance() }
      content.reject(start..<position)
    }
  }

  private mutating func scanCode(digits: Int, radix: UInt32, from start: Int, into content: inout StringContent) {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = peek().hexValue, digit < radix else { return content.reject(start..<position) }
      value = value &* radix &+ UInt32(digit)
      advance()
    }
    if content.isBytes {
      // Three octal digits of which the first is at most 3, or two of hexadecimal: a byte.
      content.bytes.append(UInt8(truncatingIfNeeded: value))
    } else if let scalar = Unicode.Scalar(value) {
      content.bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
    } else {
      content.reject(start..<position)
    }
  }
}

/// What a string holds, as far as it has been read.
struct StringContent {
  var isBytes: Bool
  var bytes: [UInt8] = []
  /// The first escape that does not exist.
  private(set) var badEscape: Range<Int>?

  init(isBytes: Bool) { self.isBytes = isBytes }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  mutating func reject(_ escape: Range<Int>) { badEscape = badEscape ?? escape }
}
