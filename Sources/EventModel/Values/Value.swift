/// A value of the rule language: CEL's, and the exact decimal.
package enum Value: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case decimal(ExactDecimal)
  case string(String)
  case bytes([UInt8])
  case list([Value])
  case map([Value: Value])
  case timestamp(Timestamp)
  case duration(Duration)
  /// A type, by its name: what CEL's `type()` returns.
  case type(String)
  indirect case optional(Value?)
  /// An address of the internet, or a block of them: in CEL's own dialect only.
  case address(NetworkAddress)
}

extension Value: Hashable {
  /// CEL's equality: numbers of different types are equal when their values are; NaN equals nothing.
  package static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
    case (.bytes(let x), .bytes(let y)): x == y
    case (.list(let x), .list(let y)): x == y
    case (.map(let x), .map(let y)): x == y
    case (.timestamp(let x), .timestamp(let y)): x == y
    case (.duration(let x), .duration(let y)): x == y
    case (.type(let x), .type(let y)): x == y
    case (.optional(let x), .optional(let y)): x == y
    case (.address(let x), .address(let y)): x == y
    case (.int(let x), .int(let y)): x == y
    case (.uint(let x), .uint(let y)): x == y
    case (.double(let x), .double(let y)): x == y
    case (.decimal(let x), .decimal(let y)): x == y
    case (.int(let x), .uint(let y)), (.uint(let y), .int(let x)): x >= 0 && UInt64(x) == y
    case (.int(let x), .double(let y)), (.double(let y), .int(let x)): Int64(exactly: y) == x
    case (.uint(let x), .double(let y)), (.double(let y), .uint(let x)): UInt64(exactly: y) == x
    case (.int(let x), .decimal(let y)), (.decimal(let y), .int(let x)): y == ExactDecimal(coefficient: Int128(x), scale: 0)
    case (.uint(let x), .decimal(let y)), (.decimal(let y), .uint(let x)): y == ExactDecimal(coefficient: Int128(x), scale: 0)
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let x): hasher.combine(x)
    case .int(let x): hasher.combine(Double(x))
    case .uint(let x): hasher.combine(Double(x))
    case .double(let x): hasher.combine(x)
    case .decimal(let x):
      let n = x.normalized
      if n.scale == 0 { hasher.combine(Double(n.coefficient)) } else { hasher.combine(n) }
    case .string(let x): x.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) } ?? ()
    case .bytes(let x): hasher.combine(x)
    case .list(let x): hasher.combine(x)
    case .map(let x): hasher.combine(x)
    case .timestamp(let x): hasher.combine(x)
    case .duration(let x): hasher.combine(x)
    case .type(let x): hasher.combine(x)
    case .optional(let x): hasher.combine(x)
    case .address(let x): hasher.combine(x)
    }
  }
}
