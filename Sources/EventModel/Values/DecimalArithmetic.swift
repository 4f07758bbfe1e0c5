/// Why an operation on decimals has no result.
package enum DecimalError: Error, Hashable, Sendable {
  /// The exact result needs more than 34 digits, or more than 34 after the point.
  case overflow
  case divisionByZero
}

extension ExactDecimal {
  package static func + (a: ExactDecimal, b: ExactDecimal) throws(DecimalError) -> ExactDecimal {
    if a.scale == b.scale { return try a.fitting(a.coefficient + b.coefficient) }
    if let (x, y, scale) = aligned(a, b), let sum = ExactDecimal(exactly: x + y, scale: scale) { return sum }
    // Zeros at the end may be what does not fit.
    guard let (x, y, scale) = aligned(a.normalized, b.normalized), let sum = shortened((x + y).magnitude, scale, isNegative: x + y < 0)
    else { throw .overflow }
    return sum
  }

  package static func - (a: ExactDecimal, b: ExactDecimal) throws(DecimalError) -> ExactDecimal { try a + (-b) }

  package static prefix func - (a: ExactDecimal) -> ExactDecimal { ExactDecimal(coefficient: -a.coefficient, scale: a.scale) }

  package static func * (a: ExactDecimal, b: ExactDecimal) throws(DecimalError) -> ExactDecimal {
    let (product, overflow) = a.coefficient.multipliedReportingOverflow(by: b.coefficient)
    if !overflow, let result = ExactDecimal(exactly: product, scale: Int(a.scale) + Int(b.scale)) { return result }
    let (x, y) = (a.normalized, b.normalized)
    let wide = x.coefficient.magnitude.multipliedFullWidth(by: y.coefficient.magnitude)
    var (high, low, scale) = (wide.high, wide.low, Int(x.scale) + Int(y.scale))
    while high > 0, scale > 0 {
      let (highQuotient, highRest) = high.quotientAndRemainder(dividingBy: 10)
      let (lowQuotient, rest) = (10 as UInt128).dividingFullWidth((highRest, low))
      guard rest == 0 else { throw .overflow }
      (high, low, scale) = (highQuotient, lowQuotient, scale - 1)
    }
    guard high == 0, let result = shortened(low, scale, isNegative: (x.coefficient < 0) != (y.coefficient < 0)) else { throw .overflow }
    return result
  }

  package var magnitude: ExactDecimal { ExactDecimal(coefficient: abs(coefficient), scale: scale) }

  /// The quotient with `scale` digits after the point (0 to 34), rounded half to even.
  package func divided(by divisor: ExactDecimal, scale: Int) throws(DecimalError) -> ExactDecimal {
    precondition(0...ExactDecimal.maximumDigits ~= scale, "a scale is from 0 to 34")
    guard divisor.coefficient != 0 else { throw .divisionByZero }
    let isNegative = (coefficient < 0) != (divisor.coefficient < 0)
    let shift = scale + Int(divisor.scale) - Int(self.scale)
    var denominator = divisor.coefficient.magnitude
    if shift < 0 {
      let (product, overflow) = denominator.multipliedReportingOverflow(by: ExactDecimal.powerOfTen(-shift))
      // A denominator beyond 128 bits is more than twice any coefficient.
      if overflow { return ExactDecimal(coefficient: 0, scale: Int16(scale)) }
      denominator = product
    }
    var (quotient, rest) = coefficient.magnitude.quotientAndRemainder(dividingBy: denominator)
    // Digit by digit: the rest is below the divisor, so ten times it stays in 128 bits.
    for _ in 0..<max(shift, 0) {
      guard quotient < ExactDecimal.limit else { throw .overflow }
      let (digit, next) = (rest * 10).quotientAndRemainder(dividingBy: denominator)
      quotient = quotient * 10 + digit
      rest = next
    }
    let isPastHalf = rest > denominator - rest || (rest == denominator - rest && quotient % 2 == 1)
    return try ExactDecimal.signed(isPastHalf ? quotient + 1 : quotient, scale, isNegative)
  }

  package enum Rounding: Sendable {
    /// To the nearest, a half to the even neighbour.
    case halfToEven
    /// To the nearest, a half away from zero.
    case halfUp
  }

  /// The value with exactly `scale` digits after the point (0 to 34).
  package func rounded(toScale scale: Int, _ rounding: Rounding = .halfToEven) throws(DecimalError) -> ExactDecimal {
    precondition(0...ExactDecimal.maximumDigits ~= scale, "a scale is from 0 to 34")
    let shift = scale - Int(self.scale)
    if shift >= 0 {
      let (product, overflow) = coefficient.magnitude.multipliedReportingOverflow(by: ExactDecimal.powerOfTen(shift))
      guard !overflow else { throw .overflow }
      return try ExactDecimal.signed(product, scale, coefficient < 0)
    }
    let unit = ExactDecimal.powerOfTen(-shift)
    let (quotient, rest) = coefficient.magnitude.quotientAndRemainder(dividingBy: unit)
    let isHalf = rest == unit - rest
    let goesUp = rest > unit - rest || (isHalf && (rounding == .halfUp || quotient % 2 == 1))
    return try ExactDecimal.signed(goesUp ? quotient + 1 : quotient, scale, coefficient < 0)
  }

  /// The digits a double prints with, rounded half to even to `scale` digits after the point. Nil when it is not finite or does not fit.
  package init?(_ double: Double, scale: Int) {
    guard double.isFinite else { return nil }
    guard let exact = ExactDecimal(digits: double.description) else {
      // More digits after the point than a decimal has: a double's own digits are 17 at most, so it is below any unit of a scale.
      guard double.magnitude < 1e-17 else { return nil }
      self.init(coefficient: 0, scale: Int16(scale))
      return
    }
    guard let rounded = try? exact.rounded(toScale: scale) else { return nil }
    self = rounded
  }

  private func fitting(_ coefficient: Int128) throws(DecimalError) -> ExactDecimal {
    guard coefficient.magnitude >= ExactDecimal.limit else { return ExactDecimal(coefficient: coefficient, scale: scale) }
    guard let result = ExactDecimal.shortened(coefficient.magnitude, Int(scale), isNegative: coefficient < 0) else { throw .overflow }
    return result
  }

  private static func signed(_ magnitude: UInt128, _ scale: Int, _ isNegative: Bool) throws(DecimalError) -> ExactDecimal {
    guard magnitude < limit, let result = ExactDecimal(exactly: isNegative ? -Int128(magnitude) : Int128(magnitude), scale: scale) else {
      throw .overflow
    }
    return result
  }

  /// Both coefficients at the larger scale; nil when one does not fit.
  private static func aligned(_ a: ExactDecimal, _ b: ExactDecimal) -> (Int128, Int128, scale: Int)? {
    if a.scale > b.scale {
      guard let (y, x, scale) = aligned(b, a) else { return nil }
      return (x, y, scale)
    }
    let (x, overflow) = a.coefficient.multipliedReportingOverflow(by: Int128(powerOfTen(Int(b.scale - a.scale))))
    // Twice the bound still adds without overflow.
    return overflow || x.magnitude >= limit * 10 ? nil : (x, b.coefficient, Int(b.scale))
  }

  /// The value with as many zeros cut off its end as it takes to fit; nil when it does not.
  private static func shortened(_ magnitude: UInt128, _ scale: Int, isNegative: Bool) -> ExactDecimal? {
    var (magnitude, scale) = (magnitude, scale)
    while magnitude >= limit || scale > maximumDigits {
      guard scale > 0, magnitude % 10 == 0 else { return nil }
      (magnitude, scale) = (magnitude / 10, scale - 1)
    }
    return ExactDecimal(exactly: isNegative ? -Int128(magnitude) : Int128(magnitude), scale: scale)
  }
}
