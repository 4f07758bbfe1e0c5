/// A decimal number: `coefficient × 10^-scale`, of at most 34 digits, at most 34 of them after the point. Exact; never made from a
/// double without a scale.
///
/// Two decimals are equal when their values are: 20.0 is 20.00. The scale is kept for printing.
package struct ExactDecimal: Sendable {
  // The coefficient in halves: an `Int128` here would align `Value` to 16 bytes (32 a value instead of 24), and Swift 6.3 reads enums so
  // aligned from stack slots that are not.
  private var high: Int64
  private var low: UInt64
  /// Digits after the point, 0 or more.
  package var scale: Int16

  package var coefficient: Int128 {
    get { Int128(high) << 64 | Int128(low) }
    set { (high, low) = (Int64(truncatingIfNeeded: newValue >> 64), UInt64(truncatingIfNeeded: newValue)) }
  }

  /// The most digits, and the most digits after the point.
  package static let maximumDigits = 34

  /// The caller has seen to the bounds: `init(exactly:scale:)` checks them.
  package init(coefficient: Int128, scale: Int16) {
    high = Int64(truncatingIfNeeded: coefficient >> 64)
    low = UInt64(truncatingIfNeeded: coefficient)
    self.scale = scale
  }

  /// Nil when the coefficient has more than 34 digits or the scale is not from 0 to 34.
  package init?(exactly coefficient: Int128, scale: Int) {
    guard coefficient.magnitude < ExactDecimal.limit, 0...ExactDecimal.maximumDigits ~= scale else { return nil }
    self.init(coefficient: coefficient, scale: Int16(scale))
  }

  package init(_ integer: Int64) { self.init(coefficient: Int128(integer), scale: 0) }
  package init(_ integer: UInt64) { self.init(coefficient: Int128(integer), scale: 0) }

  package static let zero = ExactDecimal(coefficient: 0, scale: 0)

  /// The same value with the least scale: without trailing zeros.
  package var normalized: ExactDecimal {
    var (c, s) = (coefficient, scale)
    while s > 0, c % 10 == 0 { (c, s) = (c / 10, s - 1) }
    return ExactDecimal(coefficient: c, scale: s)
  }

  /// The number without its digits after the point.
  package var wholePart: Int128 { coefficient / Int128(ExactDecimal.powerOfTen(Int(scale))) }

  /// The nearest double.
  package var nearestDouble: Double {
    if scale == 0 { return Double(coefficient) }
    guard let double = Double(description) else { preconditionFailure("the text of a decimal is a number") }
    return double
  }

  /// `10^34`: every coefficient is smaller.
  static let limit = powerOfTen(34)

  /// `10^exponent`, for 0 to 38.
  static func powerOfTen(_ exponent: Int) -> UInt128 { powersOfTen[exponent] }

  private static let powersOfTen: [UInt128] = {
    var powers: [UInt128] = [1]
    for _ in 1...38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()
}

extension ExactDecimal: Hashable {
  package static func == (a: ExactDecimal, b: ExactDecimal) -> Bool {
    if a.scale == b.scale { return a.coefficient == b.coefficient }
    let (x, y) = (a.normalized, b.normalized)
    return x.coefficient == y.coefficient && x.scale == y.scale
  }

  package func hash(into hasher: inout Hasher) {
    let n = normalized
    hasher.combine(n.coefficient)
    hasher.combine(n.scale)
  }
}

extension ExactDecimal: Comparable {
  package static func < (a: ExactDecimal, b: ExactDecimal) -> Bool {
    if a.scale == b.scale { return a.coefficient < b.coefficient }
    let (unitOfA, unitOfB) = (Int128(powerOfTen(Int(a.scale))), Int128(powerOfTen(Int(b.scale))))
    let (wholeA, restOfA) = a.coefficient.quotientAndRemainder(dividingBy: unitOfA)
    let (wholeB, restOfB) = b.coefficient.quotientAndRemainder(dividingBy: unitOfB)
    if wholeA != wholeB { return wholeA < wholeB }
    // Both rests are below one: at the common scale they have at most 34 digits.
    let common = max(a.scale, b.scale)
    return restOfA * Int128(powerOfTen(Int(common - a.scale))) < restOfB * Int128(powerOfTen(Int(common - b.scale)))
  }
}
