/// How a line is written. Both end with a line feed and hold no other.
package enum LogFormat: Sendable {
  /// `time=2026-01-05T10:30:00.000Z level=info message="read to the end" topic=orders.v1`
  case logfmt
  /// One JSON object with the same names.
  case json

  func line(time: String, level: LogLevel, message: String, fields: [(name: String, value: LogValue)]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(128)
    let head = [(name: "time", value: LogValue.string(time)), ("level", .string(level.name)), ("message", .string(message))]
    let all = head + fields
    switch self {
    case .logfmt:
      for (index, (name, value)) in all.enumerated() {
        if index > 0 { out.append(UInt8(ascii: " ")) }
        out.append(contentsOf: name.utf8.map { isPlain($0) ? $0 : UInt8(ascii: "_") })
        out.append(UInt8(ascii: "="))
        appendLogfmt(value, to: &out)
      }
    case .json:
      for (index, (name, value)) in all.enumerated() {
        out.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
        out.append(jsonString: name)
        out.append(UInt8(ascii: ":"))
        appendJSON(value, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
    out.append(0x0A)
    return out
  }
}

/// Needs no quotes in logfmt, and may stand in a name.
private func isPlain(_ byte: UInt8) -> Bool {
  byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\\")
}

private func appendLogfmt(_ value: LogValue, to out: inout [UInt8]) {
  switch value {
  case .string(let text):
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { out.append(contentsOf: text.utf8) } else { out.append(jsonString: text) }
  case .int(let number): out.append(contentsOf: String(number).utf8)
  case .double(let number): out.append(contentsOf: String(number).utf8)
  case .bool(let truth): out.append(contentsOf: (truth ? "true" : "false").utf8)
  }
}

private func appendJSON(_ value: LogValue, to out: inout [UInt8]) {
  switch value {
  case .string(let text): out.append(jsonString: text)
  // JSON has no infinities and no NaN.
  case .double(let number) where !number.isFinite: out.append(jsonString: String(number))
  case .int, .double, .bool: appendLogfmt(value, to: &out)
  }
}
