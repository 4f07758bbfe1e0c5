extension ExactDecimal {
  /// Reads a number as JSON writes one, by its digits: `20.00`, `-1.5e3`. The scale is the digits after the point (20.00 has two);
  /// zeros at the end give way when it would not fit otherwise. Nil when it is no such number, or not of 34 digits.
  package init?(digits text: UnsafeBufferPointer<UInt8>) {
    var at = 0
    let isNegative = text.first == 0x2D
    if isNegative { at += 1 }

    var (coefficient, zeros, scale) = (UInt128(0), 0, 0)
    /// Takes the digits from `at` on; a run of zeros waits until it is known whether something follows. False: more than 34 digits.
    func takeDigits(isFraction: Bool) -> Bool {
      while at < text.count, case let digit = text[at] &- 0x30, digit <= 9 {
        at += 1
        if isFraction { scale += 1 }
        if digit == 0 {
          zeros += 1
          continue
        }
        if coefficient == 0 {
          coefficient = UInt128(digit)
        } else {
          guard zeros < ExactDecimal.maximumDigits,
            case let (product, overflow) = coefficient.multipliedReportingOverflow(by: ExactDecimal.powerOfTen(zeros + 1)), !overflow,
            product < ExactDecimal.limit
          else { return false }
          coefficient = product + UInt128(digit)
        }
        zeros = 0
      }
      return true
    }

    let start = at
    guard takeDigits(isFraction: false), at > start, text[start] != 0x30 || at == start + 1 else { return nil }
    if at < text.count, text[at] == 0x2E {
      at += 1
      let first = at
      guard takeDigits(isFraction: true), at > first else { return nil }
    }
    if at < text.count, text[at] | 0x20 == 0x65 {
      guard let exponent = ExactDecimal.exponent(text, from: at + 1) else { return nil }
      scale -= exponent
      at = text.count
    }
    guard at == text.count else { return nil }
    self.init(coefficient, zeros: zeros, scale: scale, isNegative: isNegative)
  }

  package init?(digits text: String) {
    var text = text
    guard let decimal = text.withUTF8({ ExactDecimal(digits: $0) }) else { return nil }
    self = decimal
  }

  /// `coefficient × 10^(zeros - scale)`, printed with `scale` digits after the point if that fits.
  private init?(_ coefficient: UInt128, zeros: Int, scale: Int, isNegative: Bool) {
    if coefficient == 0 {
      self.init(coefficient: 0, scale: Int16(min(max(scale, 0), ExactDecimal.maximumDigits)))
      return
    }
    var (zeros, scale) = (zeros, scale)
    if scale < 0 { (zeros, scale) = (zeros - scale, 0) }
    var digits = 0
    while digits < ExactDecimal.maximumDigits, ExactDecimal.powerOfTen(digits) <= coefficient { digits += 1 }
    // Of the zeros, `kept` stay in the coefficient: as many as fit; those after the point may go.
    let kept = min(zeros, ExactDecimal.maximumDigits - digits, zeros - (scale - ExactDecimal.maximumDigits))
    guard kept >= 0, kept >= zeros - scale else { return nil }
    let magnitude = coefficient * ExactDecimal.powerOfTen(kept)
    self.init(exactly: isNegative ? -Int128(magnitude) : Int128(magnitude), scale: scale - (zeros - kept))
  }

  /// The exponent's digits to the end of the text; beyond 100,000 all are alike.
  private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var at = start
    let isNegative = at < text.count && text[at] == 0x2D
    if isNegative || (at < text.count && text[at] == 0x2B) { at += 1 }
    guard at < text.count else { return nil }
    var exponent = 0
    while at < text.count {
      guard case let digit = text[at] &- 0x30, digit <= 9 else { return nil }
      exponent = min(exponent * 10 + Int(digit), 100_000)
      at += 1
    }
    return isNegative ? -exponent : exponent
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// The number with its own scale: `20.00`.
  package var description: String {
    var out: [UInt8] = []
    append(to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  package func append(to out: inout [UInt8]) {
    if coefficient < 0 { out.append(0x2D) }
    let digits = Array(String(coefficient.magnitude).utf8)
    let scale = Int(scale)
    if scale == 0 {
      out.append(contentsOf: digits)
    } else if digits.count > scale {
      out.append(contentsOf: digits.dropLast(scale))
      out.append(0x2E)
      out.append(contentsOf: digits.suffix(scale))
    } else {
      out.append(contentsOf: "0.".utf8)
      out.append(contentsOf: repeatElement(0x30, count: scale - digits.count))
      out.append(contentsOf: digits)
    }
  }
}
