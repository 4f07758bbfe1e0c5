/// Why bytes are no JSON text, and where.
package struct JSONError: Error, Hashable, Sendable {
  package enum Problem: String, Hashable, Sendable {
    case unexpectedEnd = "the text ends in the middle of a value"
    case unexpectedByte = "no value can begin or go on here"
    case invalidNumber = "this is not a number as JSON writes one"
    case invalidEscape = "this is not an escape of JSON"
    case invalidText = "this is not UTF-8"
    case controlCharacter = "a control character stands in a string: it must be escaped"
    case tooDeep = "values are nested too deeply"
    case trailingBytes = "something follows the value"
  }
  package var problem: Problem
  /// Bytes from the beginning of the text.
  package var offset: Int

  package init(problem: Problem, offset: Int) {
    self.problem = problem
    self.offset = offset
  }
}

extension JSONValue {
  /// Reads one JSON text (RFC 8259), strictly: UTF-8, no byte order mark, no lone surrogates. Of an object's members with one name all
  /// are kept, and the last holds.
  package static func parse(_ bytes: [UInt8], depthLimit: Int = 100) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.at == bytes.count else { throw parser.error(.trailingBytes) }
    return value
  }
}

struct JSONParser {
  let bytes: [UInt8]
  let depthLimit: Int
  var at = 0

  func error(_ problem: JSONError.Problem, at offset: Int? = nil) -> JSONError {
    JSONError(problem: at >= bytes.count && problem == .unexpectedByte ? .unexpectedEnd : problem, offset: offset ?? at)
  }

  var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

  mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
  }

  mutating func take(_ byte: UInt8) throws(JSONError) {
    guard at < bytes.count, bytes[at] == byte else { throw error(.unexpectedByte) }
    at += 1
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case 0x7B: return try object(depth: depth + 1)
    case 0x5B: return try array(depth: depth + 1)
    case 0x22: return .string(try string())
    case 0x74: return try word("true", .bool(true))
    case 0x66: return try word("false", .bool(false))
    case 0x6E: return try word("null", .null)
    case 0x2D, 0x30...0x39: return .number(try number())
    default: throw error(.unexpectedByte)
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for byte in word.description.utf8 { try take(byte) }
    return value
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= depthLimit else { throw error(.tooDeep) }
    at += 1
    var members: [(key: String, value: JSONValue)] = []
    skipSpace()
    if next == 0x7D {
      at += 1
      return .object([])
    }
    while true {
      skipSpace()
      guard next == 0x22 else { throw error(.unexpectedByte) }
      let key = try string()
      skipSpace()
      try take(0x3A)
      members.append((key, try value(depth: depth)))
      skipSpace()
      if next == 0x2C {
        at += 1
        continue
      }
      try take(0x7D)
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    guard depth <= depthLimit else { throw error(.tooDeep) }
    at += 1
    var elements: [JSONValue] = []
    skipSpace()
    if next == 0x5D {
      at += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if next == 0x2C {
        at += 1
        continue
      }
      try take(0x5D)
      return .array(elements)
    }
  }

  private mutating func number() throws(JSONError) -> String {
    let start = at
    if next == 0x2D { at += 1 }
    let whole = digits()
    guard whole == 1 || (whole > 1 && bytes[at - whole] != 0x30) else { throw error(.invalidNumber, at: start) }
    if next == 0x2E {
      at += 1
      guard digits() > 0 else { throw error(.invalidNumber, at: start) }
    }
    if next | 0x20 == 0x65 {
      at += 1
      if next == 0x2B || next == 0x2D { at += 1 }
      guard digits() > 0 else { throw error(.invalidNumber, at: start) }
    }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func digits() -> Int {
    let start = at
    while at < bytes.count, bytes[at] &- 0x30 <= 9 { at += 1 }
    return at - start
  }

  mutating func string() throws(JSONError) -> String {
    let start = at
    at += 1
    var out: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case 0x22:
        at += 1
        // Swift's own validation: nil unless it is UTF-8.
        guard let text = String(validating: out, as: UTF8.self) else { throw error(.invalidText, at: start) }
        return text
      case 0x5C:
        try escape(&out)
      case 0..<0x20:
        throw error(.controlCharacter)
      default:
        out.append(byte)
        at += 1
      }
    }
    throw error(.unexpectedEnd)
  }

  private mutating func escape(_ out: inout [UInt8]) throws(JSONError) {
    let start = at
    at += 2
    switch at <= bytes.count ? bytes[at - 1] : 0 {
    case 0x22: out.append(0x22)
    case 0x5C: out.append(0x5C)
    case 0x2F: out.append(0x2F)
    case 0x62: out.append(0x08)
    case 0x66: out.append(0x0C)
    case 0x6E: out.append(0x0A)
    case 0x72: out.append(0x0D)
    case 0x74: out.append(0x09)
    case 0x75:
      var code = try hex(start)
      if 0xD800...0xDBFF ~= code {
        guard at + 1 < bytes.count, bytes[at] == 0x5C, bytes[at + 1] == 0x75 else { throw error(.invalidEscape, at: start) }
        at += 2
        let low = try hex(start)
        guard 0xDC00...0xDFFF ~= low else { throw error(.invalidEscape, at: start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error(.invalidEscape, at: start) }
      out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default: throw error(.invalidEscape, at: start)
    }
  }

  private mutating func hex(_ start: Int) throws(JSONError) -> UInt32 {
    guard at + 4 <= bytes.count else { throw error(.invalidEscape, at: start) }
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[at]
      switch byte {
      case 0x30...0x39: code = code << 4 + UInt32(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: code = code << 4 + UInt32((byte | 0x20) - 0x61 + 10)
      default: throw error(.invalidEscape, at: start)
      }
      at += 1
    }
    return code
  }
}
