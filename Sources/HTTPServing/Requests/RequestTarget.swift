/// The path and query of a request line, decoded strictly: what is no percent-encoded UTF-8 is refused, not repaired.
struct RequestTarget: Equatable {
  var path: String
  var segments: [String]
  var query: Query

  /// nil: malformed.
  init?(_ raw: String) {
    let end = raw.firstIndex { $0 == "?" || $0 == "#" } ?? raw.endIndex
    path = String(raw[..<end])
    guard path.hasPrefix("/") else { return nil }
    segments = []
    for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let decoded = percentDecoded(segment, plusIsSpace: false) else { return nil }
      segments.append(decoded)
    }
    query = Query()
    guard end < raw.endIndex, raw[end] == "?" else { return }
    let text = raw[raw.index(after: end)...].prefix { $0 != "#" }
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = percentDecoded(parts[0], plusIsSpace: true),
        let value = parts.count > 1 ? percentDecoded(parts[1], plusIsSpace: true) : ""
      else { return nil }
      query.pairs.append((name: name, value: value))
    }
  }

  static func == (a: RequestTarget, b: RequestTarget) -> Bool {
    a.path == b.path && a.segments == b.segments && a.query.pairs.elementsEqual(b.query.pairs, by: ==)
  }
}

/// Names and values of a query, in the order in which they were sent.
package struct Query: Sendable {
  package var pairs: [(name: String, value: String)]

  package init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

  package func first(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// All values of a name: it may be repeated, and each may hold several, separated by commas.
  package func list(_ name: String) -> [String] {
    pairs.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
  }

  /// Refuses parameters that the route does not have, and says which it has.
  package func allow(_ names: [String]) throws(Problem) {
    for pair in pairs where !names.contains(pair.name) {
      let known = names.isEmpty ? "there are none" : "there are " + names.map { "`\($0)`" }.joined(separator: ", ")
      throw Problem(400, "`\(pair.name)` is not a parameter here: \(known)")
    }
  }

  /// A whole number from a range.
  package func number(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(Problem) -> Int {
    guard let text = first(name) else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw Problem(400, "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound), not `\(text)`")
    }
    return number
  }
}

/// nil: a broken escape, a NUL, or no UTF-8.
private func percentDecoded(_ text: Substring, plusIsSpace: Bool) -> String? {
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "%"):
      guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else { return nil }
      bytes.append(high << 4 | low)
    case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
    default: bytes.append(byte)
    }
  }
  if bytes.contains(0) { return nil }
  return String(validating: bytes, as: UTF8.self)
}

private func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x37
  case 0x61...0x66: byte - 0x57
  default: nil
  }
}
