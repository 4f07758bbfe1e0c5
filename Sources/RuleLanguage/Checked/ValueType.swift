package import EventModel

/// The type of an expression.
package indirect enum ValueType: Hashable, Sendable {
  case null, bool, int, uint, double, decimal, string, bytes, timestamp, duration
  case list(ValueType)
  case map(ValueType, ValueType)
  case object(ObjectType)
  case optional(ValueType)
  case type
  /// Anything: the element of an empty list, and CEL's `dyn`.
  case dyn

  // What rules have not, and CEL's own dialect has.

  /// An address of the internet, and a block of them.
  case address, addressBlock
  /// A value of the type, or null: what a wrapper of protocol buffers holds.
  case nullable(ValueType)
  /// A type that is known by its name alone, with its parameters.
  case abstract(String, [ValueType])
  /// A type that is not known yet. In an overload, what stands for any type, the same wherever it is named: A, B, … by number.
  case variable(Int)

  static let a = variable(0), b = variable(1)
}

extension ValueType {
  var isNumber: Bool { self == .int || self == .uint || self == .double || self == .decimal }

  /// The type as an author knows it.
  package var described: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .uint: "uint"
    case .double: "double"
    case .decimal: "decimal"
    case .string: "string"
    case .bytes: "bytes"
    case .timestamp: "timestamp"
    case .duration: "duration"
    case .list(let element): "list(\(element.described))"
    case .map(let key, let value): "map(\(key.described), \(value.described))"
    case .object: "object"
    case .optional(let inner): "optional(\(inner.described))"
    case .type: "type"
    case .dyn: "dyn"
    case .address: "net.IP"
    case .addressBlock: "net.CIDR"
    case .nullable(let inner): "\(inner.described) or null"
    case .abstract(let name, let parameters):
      parameters.isEmpty ? name : "\(name)(\(parameters.map(\.described).joined(separator: ", ")))"
    case .variable(let index): index < 26 ? String(UnicodeScalar(UInt8(0x41 + index))) : "dyn"
    }
  }

  /// The same type with something else in place of each variable.
  func replacingVariables(_ replacement: (Int) -> ValueType) -> ValueType {
    switch self {
    case .variable(let index): replacement(index)
    case .list(let element): .list(element.replacingVariables(replacement))
    case .map(let key, let value): .map(key.replacingVariables(replacement), value.replacingVariables(replacement))
    case .optional(let inner): .optional(inner.replacingVariables(replacement))
    case .nullable(let inner): .nullable(inner.replacingVariables(replacement))
    case .abstract(let name, let parameters): .abstract(name, parameters.map { $0.replacingVariables(replacement) })
    default: self
    }
  }
}
