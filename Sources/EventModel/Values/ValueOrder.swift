/// How two values stand to each other.
package enum ValueOrder: Sendable {
  case ascending, same, descending
  /// A NaN takes part: every comparison is false.
  case unordered
}

extension Value {
  /// CEL's order: of numbers by value, whatever their types; of strings by code points, of bytes, booleans, times and durations.
  /// Nil when the types have no order between them. A decimal and a double have none.
  package func order(to other: Value) -> ValueOrder? {
    switch (self, other) {
    case (.int(let a), .int(let b)): .of(a, b)
    case (.uint(let a), .uint(let b)): .of(a, b)
    case (.double(let a), .double(let b)): .of(a, b)
    case (.decimal(let a), .decimal(let b)): .of(a, b)
    case (.int(let a), .uint(let b)): a < 0 ? .ascending : .of(UInt64(a), b)
    case (.uint(let a), .int(let b)): b < 0 ? .descending : .of(a, UInt64(b))
    case (.int(let a), .double(let b)): .ofInteger(a, b)
    case (.double(let a), .int(let b)): ValueOrder.ofInteger(b, a).reversed
    case (.uint(let a), .double(let b)): .ofInteger(a, b)
    case (.double(let a), .uint(let b)): ValueOrder.ofInteger(b, a).reversed
    case (.int(let a), .decimal(let b)): .of(ExactDecimal(a), b)
    case (.decimal(let a), .int(let b)): .of(a, ExactDecimal(b))
    case (.uint(let a), .decimal(let b)): .of(ExactDecimal(a), b)
    case (.decimal(let a), .uint(let b)): .of(a, ExactDecimal(b))
    case (.string(let a), .string(let b)): .ofText(a, b)
    case (.bytes(let a), .bytes(let b)): a == b ? .same : a.lexicographicallyPrecedes(b) ? .ascending : .descending
    case (.bool(let a), .bool(let b)): .of(a ? 1 : 0, b ? 1 : 0)
    case (.timestamp(let a), .timestamp(let b)): .of(a, b)
    case (.duration(let a), .duration(let b)): .of(a, b)
    default: nil
    }
  }

  /// An order of the keys of maps, so that going over a map never depends on hashes: by type, then by value.
  package static func precedesAsKey(_ a: Value, _ b: Value) -> Bool {
    if let order = a.order(to: b) { return order == .ascending }
    return a.rankAsKey < b.rankAsKey
  }

  private var rankAsKey: Int {
    switch self {
    case .bool: 0
    case .int, .uint, .double, .decimal: 1
    case .string: 2
    default: 3
    }
  }
}

extension ValueOrder {
  static func of<T: Comparable>(_ a: T, _ b: T) -> ValueOrder {
    a < b ? .ascending : a > b ? .descending : a == b ? .same : .unordered
  }

  /// By the bytes of UTF-8, which is the order of code points.
  static func ofText(_ a: String, _ b: String) -> ValueOrder {
    a.utf8.lexicographicallyPrecedes(b.utf8) ? .ascending : a.utf8.elementsEqual(b.utf8) ? .same : .descending
  }

  /// Without loss: a double within the integer's range is compared by its whole part, then by what is left. Next to its end the integer
  /// is taken as the nearest double, as CEL does: the largest is not less than 2^63.
  static func ofInteger<I: FixedWidthInteger>(_ a: I, _ b: Double) -> ValueOrder {
    if b.isNaN { return .unordered }
    let whole = b.rounded(.down)
    if let integer = I(exactly: whole) {
      return a < integer ? .ascending : a > integer ? .descending : whole < b ? .ascending : .same
    }
    return .of(Double(a), b)
  }

  var reversed: ValueOrder {
    switch self {
    case .ascending: .descending
    case .descending: .ascending
    default: self
    }
  }
}
