import EventModel

/// What is known of a value: between which bounds it lies, and what it is not.
struct KnownRange: Sendable {
  private var lower: Bound?
  private var upper: Bound?
  private var excluded: [Value] = []

  private struct Bound: Sendable {
    var value: Value
    /// The bound itself is no possible value.
    var isOpen: Bool
  }

  init() {}

  /// What the schema says.
  init(_ operand: Operand) {
    switch operand.described {
    case .integer(let minimum, let maximum)?:
      (lower, upper) = (Self.closed(minimum.map { .int($0) }), Self.closed(maximum.map { .int($0) }))
    case .number(let minimum, let maximum)?:
      (lower, upper) = (Self.closed(minimum.map { .double($0) }), Self.closed(maximum.map { .double($0) }))
    case .decimal(let minimum, _, _)?: lower = Self.closed(minimum.map { .decimal($0) })
    default: break
    }
    if lower == nil, operand.isNonNegative {
      switch operand.type {
      case .int, .decimal: lower = Self.closed(.int(0))
      case .double: lower = Self.closed(.double(0))
      default: break
      }
    }
  }

  private static func closed(_ value: Value?) -> Bound? { value.map { Bound(value: $0, isOpen: false) } }

  /// A comparison with a value is known to hold.
  mutating func narrow(_ comparison: Comparison) {
    let value = comparison.value
    switch comparison.sign {
    case "_==_":
      raise(Bound(value: value, isOpen: false))
      reduce(Bound(value: value, isOpen: false))
    case "_!=_": excluded.append(value)
    case "_<_": reduce(Bound(value: value, isOpen: true))
    case "_<=_": reduce(Bound(value: value, isOpen: false))
    case "_>_": raise(Bound(value: value, isOpen: true))
    case "_>=_": raise(Bound(value: value, isOpen: false))
    default: break
    }
  }

  private mutating func raise(_ bound: Bound) {
    guard let old = lower else { return lower = bound }
    let order = bound.value.order(to: old.value)
    if order == .descending || order == .same && bound.isOpen { lower = bound }
  }

  private mutating func reduce(_ bound: Bound) {
    guard let old = upper else { return upper = bound }
    let order = bound.value.order(to: old.value)
    if order == .ascending || order == .same && bound.isOpen { upper = bound }
  }

  /// Whether a comparison with a value always holds, or never does. Nil: that is not known.
  func decide(_ comparison: Comparison) -> Bool? {
    let value = comparison.value
    switch comparison.sign {
    case "_<_": return isBelow(value, orAt: false) ? true : isAbove(value, orAt: true) ? false : nil
    case "_<=_": return isBelow(value, orAt: true) ? true : isAbove(value, orAt: false) ? false : nil
    case "_>_": return isAbove(value, orAt: false) ? true : isBelow(value, orAt: true) ? false : nil
    case "_>=_": return isAbove(value, orAt: true) ? true : isBelow(value, orAt: false) ? false : nil
    case "_==_": return equals(value)
    case "_!=_": return equals(value).map { !$0 }
    default: return nil
    }
  }

  private func equals(_ value: Value) -> Bool? {
    if isBelow(value, orAt: false) || isAbove(value, orAt: false) || excluded.contains(value) { return false }
    guard let lower, let upper, !lower.isOpen, !upper.isOpen, lower.value.order(to: upper.value) == .same else { return nil }
    return lower.value.order(to: value) == .same ? true : nil
  }

  /// All of it lies below the value, or, if that is enough, at it.
  private func isBelow(_ value: Value, orAt isEnough: Bool) -> Bool {
    guard let upper, let order = upper.value.order(to: value) else { return false }
    return order == .ascending || order == .same && (isEnough || upper.isOpen)
  }

  private func isAbove(_ value: Value, orAt isEnough: Bool) -> Bool {
    guard let lower, let order = lower.value.order(to: value) else { return false }
    return order == .descending || order == .same && (isEnough || lower.isOpen)
  }
}

/// A comparison of something with a value that is known before events come.
struct Comparison: Sendable {
  /// The operator's name in CEL, with the value on its right.
  var sign: String
  var value: Value

  /// The comparison, and what is compared; nil for other expressions.
  static func read(_ expression: CheckedExpression) -> (subject: CheckedExpression, comparison: Comparison)? {
    guard case .call(let function, let sides) = expression.kind, sides.count == 2, let mirrored = mirrored[function.name] else {
      return nil
    }
    switch (sides[0].kind, sides[1].kind) {
    case (.literal, .literal): return nil
    case (_, .literal(let value)): return (sides[0], Comparison(sign: function.name, value: value))
    case (.literal(let value), _): return (sides[1], Comparison(sign: mirrored, value: value))
    default: return nil
    }
  }

  /// What holds where this does not.
  var negated: Comparison? { Self.negations[sign].map { Comparison(sign: $0, value: value) } }

  private static let mirrored = ["_==_": "_==_", "_!=_": "_!=_", "_<_": "_>_", "_<=_": "_>=_", "_>_": "_<_", "_>=_": "_<=_"]
  private static let negations = ["_==_": "_!=_", "_!=_": "_==_", "_<_": "_>=_", "_<=_": "_>_", "_>_": "_<=_", "_>=_": "_<_"]
}
