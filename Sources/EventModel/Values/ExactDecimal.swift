/// A decimal number of up to 34 digits: `coefficient × 10^-scale`. Exact; never made from a double without a scale.
///
/// Two decimals are equal when their values are: 20.0 is 20.00. The scale is kept for printing.
package struct ExactDecimal: Sendable {
  package var coefficient: Int128
  /// Digits after the point, 0 or more.
  package var scale: Int16

  package init(coefficient: Int128, scale: Int16) {
    self.coefficient = coefficient
    self.scale = scale
  }

  /// The same value with the least scale: without trailing zeros.
  package var normalized: ExactDecimal {
    var (c, s) = (coefficient, scale)
    while s > 0, c % 10 == 0 { (c, s) = (c / 10, s - 1) }
    return ExactDecimal(coefficient: c, scale: s)
  }
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
