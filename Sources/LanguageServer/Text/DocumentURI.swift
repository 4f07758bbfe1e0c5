import Diagnostics

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

  /// Of a path that is none, since it stands for another URI, that URI.
  static func of(_ path: String) -> String { path.hasPrefix("/") ? FileReference.of(path) : path }
}
