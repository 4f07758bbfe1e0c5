/// Bytes of an internal topic that are not what Tenet writes: damaged, of another program, or of a later format.
enum FormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Ends too early; the part that is cut.
  case truncated(String)
  /// Does not begin with `TN`.
  case foreign
  /// Of a format that this version does not read.
  case unknownFormat(UInt8)
  case unknownKind(UInt8)
  /// The check sum does not fit the bytes.
  case checksum
  /// A field holds what it never holds; which.
  case malformed(String)

  var description: String {
    switch self {
    case .truncated(let part): "cut off in its \(part)"
    case .foreign: "not a record of Tenet"
    case .unknownFormat(let format): "of format \(format), which this version does not read"
    case .unknownKind(let kind): "of unknown kind \(kind)"
    case .checksum: "damaged: its check sum does not fit"
    case .malformed(let part): "malformed in its \(part)"
    }
  }
}
