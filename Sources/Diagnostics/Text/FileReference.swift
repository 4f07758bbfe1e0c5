/// A file's name in the URIs of reports and protocols.
package enum FileReference {
  /// A path as a reference of RFC 3986: `file://` and the path, if that is absolute, else the path alone.
  package static func of(_ path: String) -> String {
    var reference = path.utf8.first == UInt8(ascii: "/") ? "file://" : ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        reference.unicodeScalars.append(UnicodeScalar(byte))
      default: reference += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return reference
  }
}
