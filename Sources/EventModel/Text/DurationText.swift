// Two forms of text: that of rules (`1h30m`), and that of CEL's `duration()` and `string()` (`-1.5h`, `5400s`).

extension Duration {
  /// Nanoseconds in the units that rules write, largest first. Days have 24 hours and weeks 7 days; what is printed has no weeks,
  /// since `30d` reads better than `4w2d`.
  private static let ruleUnits: [(name: StaticString, nanoseconds: Int64)] = [
    ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ("ms", 1_000_000),
  ]

  /// Reads a duration as rules write it: digits and `ms s m h d w`, repeated, without space. Nil when it is none, or longer than
  /// some 290 years.
  package init?(ruleText text: String) {
    var total: Int64 = 0
    var number: Int64?
    var unit: [UInt8] = []
    var bytes = Array(text.utf8)[...]
    while let byte = bytes.first {
      if case let digit = byte &- 0x30, digit <= 9 {
        let (shifted, overflow) = (number ?? 0).multipliedReportingOverflow(by: 10)
        guard !overflow, case let (sum, tooLarge) = shifted.addingReportingOverflow(Int64(digit)), !tooLarge else { return nil }
        number = sum
        bytes.removeFirst()
        continue
      }
      unit.removeAll(keepingCapacity: true)
      while let letter = bytes.first, letter &- 0x30 > 9 {
        unit.append(letter)
        bytes.removeFirst()
      }
      guard let count = number, let size = Duration.ruleUnits.first(where: { $0.name.description.utf8.elementsEqual(unit) }) else {
        return nil
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: size.nanoseconds)
      guard !overflow, case let (sum, tooLarge) = total.addingReportingOverflow(product), !tooLarge else { return nil }
      (total, number) = (sum, nil)
    }
    guard number == nil, !text.isEmpty else { return nil }
    self = .nanoseconds(total)
  }

  /// The duration as rules write it, in days and smaller units: `7d`, `1h30m`, `500ms`, `0s`. What rules cannot write is a fraction
  /// of a second (`0.00025s`), and below zero stands a sign.
  package var ruleText: String {
    let (seconds, attoseconds) = components
    if seconds == 0, attoseconds / 1_000_000_000 == 0 { return "0s" }
    let isNegative = seconds < 0 || attoseconds < 0
    var out: [UInt8] = isNegative ? [0x2D] : []
    var rest = seconds.magnitude
    for (name, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] as [(String, UInt64)] where rest >= size {
      out.append(contentsOf: (String(rest / size) + name).utf8)
      rest %= size
    }
    let nanoseconds = Int(attoseconds.magnitude / 1_000_000_000)
    if nanoseconds % 1_000_000 == 0 {
      if rest > 0 { out.append(contentsOf: "\(rest)s".utf8) }
      if nanoseconds > 0 { out.append(contentsOf: "\(nanoseconds / 1_000_000)ms".utf8) }
    } else {
      out.append(contentsOf: String(rest).utf8)
      RFC3339.appendFraction(nanoseconds: nanoseconds, to: &out)
      out.append(0x73)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Reads what CEL's `duration()` takes: a sign, then decimal numbers each with a unit of `h m s ms us ns`, or `0`.
  package init?(celText text: String) {
    var bytes = Array(text.utf8)[...]
    let isNegative = bytes.first == 0x2D
    if isNegative || bytes.first == 0x2B { bytes.removeFirst() }
    if bytes.elementsEqual("0".utf8) {
      self = .zero
      return
    }
    guard !bytes.isEmpty else { return nil }
    var total: Int128 = 0
    while !bytes.isEmpty {
      let number = bytes.prefix { $0 == 0x2E || $0 &- 0x30 <= 9 }
      bytes = bytes.dropFirst(number.count)
      let unit = bytes.prefix { $0 != 0x2E && $0 &- 0x30 > 9 }
      bytes = bytes.dropFirst(unit.count)
      guard let size = Duration.celUnits.first(where: { $0.name.description.utf8.elementsEqual(unit) })?.nanoseconds,
        let part = Duration.nanoseconds(number, unit: size)
      else { return nil }
      total += part
      guard total <= Int128(Int64.max) else { return nil }
    }
    self = .nanoseconds(Int64(isNegative ? -total : total))
  }

  private static let celUnits: [(name: StaticString, nanoseconds: Int64)] = [
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("µs", 1_000), ("ns", 1),
  ]

  /// `1.5` of a unit, in nanoseconds; what is finer is cut.
  private static func nanoseconds(_ number: ArraySlice<UInt8>, unit: Int64) -> Int128? {
    var (result, fraction, scale, digits, isFraction) = (Int128(0), Int128(0), Int128(1), 0, false)
    for byte in number {
      if byte == 0x2E {
        guard !isFraction else { return nil }
        isFraction = true
        continue
      }
      digits += 1
      if !isFraction {
        result = result * 10 + Int128(byte - 0x30)
        guard result <= Int128(Int64.max) else { return nil }
      } else if scale < 1_000_000_000_000_000_000 {
        fraction = fraction * 10 + Int128(byte - 0x30)
        scale *= 10
      }
    }
    return digits == 0 ? nil : result * Int128(unit) + fraction * Int128(unit) / scale
  }

  /// The duration as CEL's `string()` writes it: in seconds, `5400s`, `-0.25s`.
  package var celText: String {
    let (seconds, attoseconds) = components
    var out: [UInt8] = seconds < 0 || attoseconds < 0 ? [0x2D] : []
    out.append(contentsOf: String(seconds.magnitude).utf8)
    RFC3339.appendFraction(nanoseconds: Int(attoseconds.magnitude / 1_000_000_000), to: &out)
    out.append(0x73)
    return String(decoding: out, as: UTF8.self)
  }
}
