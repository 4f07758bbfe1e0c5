// A double with so many digits, as C's `%f` and `%e` write it: from its exact value, a half to the even digit.

extension Double {
  /// `-1.250000`, with `precision` digits after the point. The number is finite.
  package func fixedText(_ precision: Int) -> String {
    var digits = BinaryExpansion(magnitude).rounded(toFraction: precision)
    while digits.count <= precision { digits.insert(0x30, at: 0) }
    let whole = digits.dropLast(precision)
    let text = precision == 0 ? Array(whole) : whole + [0x2E] + digits.suffix(precision)
    return String(decoding: (sign == .minus ? [0x2D] : []) + text, as: UTF8.self)
  }

  /// `-1.250000e+00`, with `precision` digits after the point. The number is finite.
  package func scientificText(_ precision: Int) -> String {
    var exponent = 0
    var digits = [UInt8](repeating: 0x30, count: precision + 1)
    if self != 0 {
      let expansion = BinaryExpansion(magnitude)
      exponent = expansion.decimalExponent
      digits = expansion.rounded(toFraction: precision - exponent)
      // 9.99 may round to 10.0.
      if digits.count > precision + 1 {
        exponent += 1
        digits = expansion.rounded(toFraction: precision - exponent)
      }
    }
    var out: [UInt8] = sign == .minus ? [0x2D] : []
    out.append(digits[0])
    if precision > 0 { out += [0x2E] + digits[1...] }
    out += [0x65, exponent < 0 ? 0x2D : 0x2B]
    if exponent.magnitude < 10 { out.append(0x30) }
    out += Array(String(exponent.magnitude).utf8)
    return String(decoding: out, as: UTF8.self)
  }
}

/// The exact value of a double as a decimal: it ends, since every power of 1/2 does.
private struct BinaryExpansion {
  /// The digits, the last one first, and how many of them stand after the point.
  private var digits: [UInt8]
  private let scale: Int

  /// `number` is finite, and not below zero.
  init(_ number: Double) {
    digits = []
    var significand = number.significandBitPattern | (number.isNormal ? 1 << 52 : 0)
    let power = number == 0 ? 0 : Int(max(number.exponentBitPattern, 1)) - 1_075
    repeat {
      digits.append(UInt8(significand % 10))
      significand /= 10
    } while significand > 0
    if power >= 0 {
      scale = 0
      for _ in 0..<power { multiply(by: 2) }
    } else {
      // Times 5 and a digit more after the point is half.
      scale = -power
      for _ in 0..<scale { multiply(by: 5) }
    }
  }

  private mutating func multiply(by factor: UInt8) {
    var carry: UInt8 = 0
    for index in digits.indices {
      let product = digits[index] * factor + carry
      digits[index] = product % 10
      carry = product / 10
    }
    if carry > 0 { digits.append(carry) }
  }

  /// Of the first digit that is not 0; the number is not 0.
  var decimalExponent: Int { (digits.lastIndex { $0 > 0 } ?? 0) - scale }

  /// The digits with `fraction` of them after the point (below 0: so many zeros cut off before it), as ASCII.
  func rounded(toFraction fraction: Int) -> [UInt8] {
    var kept = digits
    if fraction >= scale {
      kept.insert(contentsOf: repeatElement(0, count: fraction - scale), at: 0)
    } else {
      let cut = scale - fraction
      let dropped = kept.prefix(cut)
      let rest = Array(kept.dropFirst(cut))
      kept = rest.isEmpty ? [0] : rest
      let half: UInt8 = cut > digits.count ? 0 : dropped.last ?? 0
      let isPast = half > 5 || half == 5 && (dropped.dropLast().contains { $0 > 0 } || kept[0] % 2 == 1)
      if isPast { kept.addOne() }
    }
    while kept.count > 1, kept.last == 0 { kept.removeLast() }
    return kept.reversed().map { $0 + 0x30 }
  }
}

extension [UInt8] {
  /// The next number, of digits of which the last one stands first.
  fileprivate mutating func addOne() {
    for index in indices {
      if self[index] < 9 {
        self[index] += 1
        return
      }
      self[index] = 0
    }
    append(1)
  }
}
