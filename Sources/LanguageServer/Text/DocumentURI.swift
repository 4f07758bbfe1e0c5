/// Paths and the `file:` URIs that clients name documents by.
enum DocumentURI {
  /// The path of a `file:` URI; any other URI stands for itself (`untitled:Untitled-1`).
  static func path(_ uri: String) -> String {
    guard uri.hasPrefix("file://") else { return uri }
    let rest = uri.dropFirst(7)
    // A host, `localhost` at best, stands before the path.
    let path = rest.first == "/" ? rest : rest.drop { $0 != "/" }
    var bytes: [UInt8] = []
    var left = Array(path.utf8)[...]
    while let byte = left.popFirst() {
      if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: left.prefix(2), as: UTF8.self), radix: 16), left.count >= 2 {
        bytes.append(code)
        left = left.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func of(_ path: String) -> String {
    guard path.hasPrefix("/") else { return path }
    var uri = "file://"
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        uri.unicodeScalars.append(UnicodeScalar(byte))
      default: uri += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return uri
  }
}
