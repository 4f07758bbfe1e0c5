extension Double {
  /// The shortest text that reads back as this number, in the form of JSON (RFC 8785): `0.1`, `1e+21`, `100`. Not finite: `NaN`,
  /// `Infinity`, `-Infinity`, which are no JSON.
  package var shortestText: String {
    if isNaN { return "NaN" }
    if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
    if self == 0 { return "0" }
    // Swift's own text has the right digits; only where the point and the exponent stand differs.
    var digits: [UInt8] = []
    var (point, exponent, sawPoint) = (0, 0, false)
    let text = Array(magnitude.description.utf8)
    for (index, byte) in text.enumerated() {
      if byte == 0x2E {
        sawPoint = true
      } else if byte == 0x65 {
        exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
        if !sawPoint { point += 1 }
      }
    }
    point += exponent
    let leading = digits.prefix { $0 == 0x30 }.count
    digits.removeFirst(leading)
    point -= leading
    while digits.last == 0x30 { digits.removeLast() }

    var out: [UInt8] = self < 0 ? [0x2D] : []
    if 0 < point, point <= 21 {
      if digits.count <= point {
        out += digits + [UInt8](repeating: 0x30, count: point - digits.count)
      } else {
        out += digits[..<point] + [0x2E] + digits[point...]
      }
    } else if -6 < point, point <= 0 {
      out += [0x30, 0x2E] + [UInt8](repeating: 0x30, count: -point) + digits
    } else {
      out.append(digits[0])
      if digits.count > 1 { out += [0x2E] + digits[1...] }
      out += [0x65, point > 0 ? 0x2B : 0x2D] + Array(String((point - 1).magnitude).utf8)
    }
    return String(decoding: out, as: UTF8.self)
  }
}
