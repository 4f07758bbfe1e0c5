// The forms of a rule's values in what Tenet writes: in records, in keys and ids, in messages.

extension JSONWriter {
  /// A value of a record: a decimal as a string with its own scale; integers beyond 2^53 as strings; times as RFC 3339; durations as
  /// rules write them; bytes as base64; what is absent as null. Members of maps stand in the order of their keys.
  package mutating func write(_ value: Value) {
    switch value {
    case .null: null()
    case .bool(let flag): write(flag)
    case .int(let integer):
      if integer.magnitude > JSONWriter.largestExact { write(String(integer)) } else { write(integer) }
    case .uint(let integer):
      if integer > JSONWriter.largestExact { write(String(integer)) } else { write(integer) }
    case .double(let number): write(number)
    case .decimal(let decimal): write(decimal.description)
    case .string(let text), .type(let text): write(text)
    case .bytes(let bytes): write(Base64.encode(bytes))
    case .list(let elements): array { for element in elements { $0.write(element) } }
    case .map(let members):
      object {
        for (key, value) in members.sorted(by: { Value.precedesAsKey($0.key, $1.key) }) {
          $0.key(key.messageText)
          $0.write(value)
        }
      }
    case .timestamp(let time): write(time.rfc3339)
    case .duration(let duration): write(duration.ruleText)
    case .optional(let inner):
      if let inner { write(inner) } else { null() }
    case .address(let address): write(address.text)
    }
  }

  /// A part of a key, of ids and of record keys: integers with all digits, decimals as strings without trailing zeros, the rest as in
  /// records.
  package mutating func writeKeyPart(_ value: Value) {
    switch value {
    case .int(let integer): write(integer)
    case .uint(let integer): write(integer)
    case .decimal(let decimal): write(decimal.normalized.description)
    default: write(value)
    }
  }

  /// Every integer up to this is a double, too.
  private static let largestExact: UInt64 = 1 << 53
}

extension Value {
  /// The value as a message has it (language.md 1.4).
  package var messageText: String {
    switch self {
    case .null: return "–"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let integer): return String(integer)
    case .uint(let integer): return String(integer)
    case .double(let number): return number.shortestText
    case .decimal(let decimal): return decimal.description
    case .string(let text), .type(let text): return text
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .timestamp(let time): return time.rfc3339
    case .duration(let duration): return duration.ruleText
    case .optional(let inner): return inner?.messageText ?? "–"
    case .address(let address): return address.text
    case .list, .map:
      var writer = JSONWriter()
      writer.write(self)
      return writer.text
    }
  }

  /// The value as a part of a key: as in a message, but a decimal without trailing zeros.
  package var keyText: String {
    if case .decimal(let decimal) = self { return decimal.normalized.description }
    return messageText
  }
}
