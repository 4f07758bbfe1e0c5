internal import RuleEngine

/// Which records go to the peers: those that the home region published itself (others would go round in circles), but for those of local scope.
struct RelayFilter: Sendable {
  enum Verdict: Equatable, Sendable {
    case copy
    /// Another region published it, or nobody that Tenet knows.
    case foreign
    case local
  }

  private let origin: [UInt8]

  /// - Parameter origin: the home region's `ce_source`.
  init(origin: String) { self.origin = Array(origin.utf8) }

  func verdict(headers: [OutputRecord.Header], value: UnsafeRawBufferPointer?) -> Verdict {
    guard headers.contains(where: { $0.name == "ce_source" && $0.value == origin }) else { return .foreign }
    if let value, hasLocalScope(value) { return .local }
    return .copy
  }
}

/// Whether a JSON object has the member `"scope": "local"` at its top. Reads up to there and makes nothing of the rest; what is no object has none.
func hasLocalScope(_ json: UnsafeRawBufferPointer) -> Bool {
  var scan = TopLevelScan(bytes: json)
  guard scan.take(UInt8(ascii: "{")) else { return false }
  while let name = scan.string(), scan.take(UInt8(ascii: ":")) {
    if name.elementsEqual("scope".utf8) { return scan.string()?.elementsEqual("local".utf8) ?? false }
    scan.skipValue()
    guard scan.take(UInt8(ascii: ",")) else { return false }
  }
  return false
}

private struct TopLevelScan {
  let bytes: UnsafeRawBufferPointer
  var position = 0

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
  }

  /// Takes a byte, if it is the next but for white space.
  mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// The bytes between the quotes, escapes as they stand; nil where there is no string.
  mutating func string() -> Slice<UnsafeRawBufferPointer>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1 }
    guard position < bytes.count else { return nil }
    position += 1
    return bytes[start..<position - 1]
  }

  /// Passes over a value, to the comma or brace behind it.
  mutating func skipValue() {
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        _ = string()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
      case UInt8(ascii: ","): if depth == 0 { return }
      default: break
      }
      position += 1
    }
  }
}
