/// Finds where a schema file tells of a field.
enum SchemaPlace {
  /// Where a path's last name is a key of `properties`: below the names before it, in their order, else the first such place.
  static func range(of path: [Substring], in bytes: [UInt8]) -> Range<Int>? {
    guard let last = path.last else { return nil }
    let keys = propertyKeys(in: bytes)
    var start = 0
    for name in path.dropLast() { start = keys.first { $0.lowerBound >= start && names($0, name, bytes) }?.upperBound ?? start }
    return keys.first { $0.lowerBound >= start && names($0, last, bytes) } ?? keys.first { names($0, last, bytes) }
  }

  private static func names(_ key: Range<Int>, _ name: Substring, _ bytes: [UInt8]) -> Bool {
    bytes[(key.lowerBound + 1)..<(key.upperBound - 1)].elementsEqual(name.utf8)
  }

  /// The keys, with their quotes, of the objects that stand under `properties`. The text may be broken.
  private static func propertyKeys(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    /// Of each object that is open, whether it stands under `properties`; false of a list.
    var open: [Bool] = []
    var key: Range<Int>?
    var at = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "{"):
        open.append(key.map { names($0, "properties", bytes) } ?? false)
        key = nil
      case UInt8(ascii: "["):
        open.append(false)
        key = nil
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: ","): key = nil
      case UInt8(ascii: "\""):
        let end = stringEnd(from: at, in: bytes)
        let next = bytes[end...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        if next == UInt8(ascii: ":") {
          key = at..<end
          if open.last == true { found.append(at..<end) }
        }
        at = end
        continue
      default: break
      }
      at += 1
    }
    return found
  }

  /// Behind the closing quote.
  private static func stringEnd(from start: Int, in bytes: [UInt8]) -> Int {
    var at = start + 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(at + 1, bytes.count)
  }
}
