package import EventModel

extension Value {
  /// The value as an expression that gives it, as far as there is one: `[1, 2.0, "a", b"\x00"]`.
  package var celText: String {
    switch self {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .uint(let number): return "\(number)u"
    case .double(let number):
      guard number.isFinite else { return number.shortestText }
      let text = number.shortestText
      return text.utf8.contains { $0 == 0x2E || $0 == 0x65 } ? text : text + ".0"
    case .decimal(let decimal): return decimal.description
    case .string: return (try? FunctionTable.quote(self))?.messageText ?? ""
    case .bytes(let bytes): return "b\"" + bytes.map(Self.byteText).joined() + "\""
    case .list(let elements): return "[" + elements.map(\.celText).joined(separator: ", ") + "]"
    case .map(let members):
      let sorted = members.sorted { Value.precedesAsKey($0.key, $1.key) }
      return "{" + sorted.map { "\($0.key.celText): \($0.value.celText)" }.joined(separator: ", ") + "}"
    case .timestamp(let time): return "timestamp(\"\(time.rfc3339)\")"
    case .duration(let duration): return duration.ruleText
    case .type(let name): return name
    case .optional(nil): return "optional.none()"
    case .optional(let inner?): return "optional.of(\(inner.celText))"
    case .address(let address): return "\(address.prefixLength == nil ? "ip" : "cidr")(\"\(address.text)\")"
    }
  }

  private static func byteText(_ byte: UInt8) -> String {
    switch byte {
    case 0x22, 0x5C: return "\\" + String(UnicodeScalar(byte))
    case 0x20...0x7E: return String(UnicodeScalar(byte))
    default: return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
