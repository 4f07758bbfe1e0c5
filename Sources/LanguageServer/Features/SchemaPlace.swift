/// Finds where a schema file tells of a field.
enum SchemaPlace {
  /// Where a path's last name stands: behind the names before it, in their order, else the first place of that name.
  static func range(of path: [Substring], in bytes: [UInt8]) -> Range<Int>? {
    guard let last = path.last else { return nil }
    var start = 0
    for name in path.dropLast() { start = range(of: name, in: bytes, from: start)?.upperBound ?? start }
    return range(of: last, in: bytes, from: start) ?? range(of: last, in: bytes, from: 0)
  }

  /// A name in quotes and before a colon: the first such place of the text from an offset on.
  private static func range(of field: Substring, in bytes: [UInt8], from first: Int) -> Range<Int>? {
    let wanted = Array("\"\(field)\"".utf8)
    guard bytes.count - first >= wanted.count else { return nil }
    for start in first...(bytes.count - wanted.count)
    where bytes[start] == wanted[0] && bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      let rest = bytes[(start + wanted.count)...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
      if rest == UInt8(ascii: ":") { return start..<(start + wanted.count) }
    }
    return nil
  }
}
