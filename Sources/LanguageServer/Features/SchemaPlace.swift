/// Finds where a schema file tells of a field.
enum SchemaPlace {
  /// The name, in quotes and before a colon, of the field: the first such place in the text.
  static func range(of field: String, in bytes: [UInt8]) -> Range<Int>? {
    let wanted = Array("\"\(field)\"".utf8)
    guard bytes.count >= wanted.count else { return nil }
    for start in 0...(bytes.count - wanted.count)
    where bytes[start] == wanted[0] && bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      let rest = bytes[(start + wanted.count)...].first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
      if rest == UInt8(ascii: ":") { return start..<(start + wanted.count) }
    }
    return nil
  }
}
