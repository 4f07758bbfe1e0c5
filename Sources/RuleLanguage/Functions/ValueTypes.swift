internal import EventModel

extension Value {
  /// The type's name in CEL.
  var typeName: String {
    switch self {
    case .null: "null_type"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .decimal: "decimal"
    case .string: "string"
    case .bytes: "bytes"
    case .list: "list"
    case .map: "map"
    case .timestamp: "google.protobuf.Timestamp"
    case .duration: "google.protobuf.Duration"
    case .type: "type"
    case .optional: "optional_type"
    case .address(let address): address.prefixLength == nil ? "net.IP" : "net.CIDR"
    }
  }

  /// The number as a decimal; nil for doubles, which never widen, and what is no number.
  var widened: ExactDecimal? {
    switch self {
    case .decimal(let decimal): decimal
    case .int(let integer): ExactDecimal(integer)
    case .uint(let integer): ExactDecimal(integer)
    default: nil
    }
  }

  /// A map may have it as a key.
  var canBeKey: Bool {
    switch self {
    case .bool, .int, .uint, .decimal, .string: true
    default: false
    }
  }
}
