import Diagnostics

/// Numbers and durations: `42`, `0x2A`, `42u`, `1.5`, `1e3`, `1h30m`.
extension Lexer {
  /// A token that begins with a digit, or with a point and a digit. A duration is tried before an integer.
  mutating func scanNumber() -> (Token.Kind, Diagnostic?) {
    let start = position
    if peek() == UInt8(ascii: "0"), peek(1) | 0x20 == UInt8(ascii: "x"), peek(2).isHexDigit {
      advance(2)
      return scanInteger(from: position, radix: 16, of: start)
    }
    while peek().isDigit { advance() }
    if peek() == UInt8(ascii: "."), peek(1).isDigit {
      advance()
      while peek().isDigit { advance() }
      scanExponent()
      return number(.double(text(start..<position)), from: start)
    }
    if scanExponent() { return number(.double(text(start..<position)), from: start) }
    position = start
    if let duration = scanDuration() { return duration }
    return scanInteger(from: start, radix: 10, of: start)
  }

  /// `e` with digits. Nothing moves, and it is false, if there is none.
  @discardableResult private mutating func scanExponent() -> Bool {
    guard peek() | 0x20 == UInt8(ascii: "e") else { return false }
    let hasSign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
    guard peek(hasSign ? 2 : 1).isDigit else { return false }
    advance(hasSign ? 2 : 1)
    while peek().isDigit { advance() }
    return true
  }

  private mutating func scanInteger(from digits: Int, radix: UInt64, of start: Int) -> (Token.Kind, Diagnostic?) {
    position = digits
    var value: UInt64 = 0
    var overflows = false
    while let digit = peek().hexValue, digit < radix {
      let (product, tooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
      overflows = overflows || tooLarge || carries
      value = sum
      advance()
    }
    let isUnsigned = peek() | 0x20 == UInt8(ascii: "u") && !peek(1).continuesName
    if isUnsigned { advance() }
    // 2^63 is an integer only after a `-`: the parser sees to that.
    if overflows || (!isUnsigned && value > UInt64(Int64.max) + 1) {
      return (isUnsigned ? .uint(0) : .int(0), .numberTooLarge(text(start..<position), at: span(start..<position)))
    }
    return number(isUnsigned ? .uint(value) : .int(value), from: start)
  }

  /// The number, unless letters follow it directly: then all of it is a mistake.
  private mutating func number(_ kind: Token.Kind, from start: Int) -> (Token.Kind, Diagnostic?) {
    guard peek().continuesName else { return (kind, nil) }
    while peek().continuesName { advance() }
    return (.invalid, .badNumber(text(start..<position), at: span(start..<position)))
  }

  /// Digits and a unit, repeated without space. nil, and nothing has moved, if it is no duration.
  private mutating func scanDuration() -> (Token.Kind, Diagnostic?)? {
    let start = position
    var total: Int64 = 0
    var overflows = false
    repeat {
      let digits = position
      while peek().isDigit { advance() }
      guard position > digits, let unit = scanDurationUnit() else {
        position = start
        return nil
      }
      // 18 digits and more are beyond every duration.
      let count = Int64(text(digits..<(position - unit.length)))
      let (product, tooLarge) = (count ?? .max).multipliedReportingOverflow(by: unit.milliseconds)
      let (sum, carries) = total.addingReportingOverflow(product)
      overflows = overflows || count == nil || tooLarge || carries
      total = overflows ? 0 : sum
    } while peek().isDigit
    guard !peek().continuesName else {
      position = start
      return nil
    }
    if overflows || total > Self.longestDuration {
      return (.duration(.zero), .durationTooLong(text(start..<position), at: span(start..<position)))
    }
    return (.duration(.milliseconds(total)), nil)
  }

  /// A hundred years of 365 days, in milliseconds.
  private static let longestDuration: Int64 = 36_500 * 86_400_000

  private mutating func scanDurationUnit() -> (milliseconds: Int64, length: Int)? {
    let unit: (Int64, Int)
    switch (peek(), peek(1)) {
    case (UInt8(ascii: "m"), UInt8(ascii: "s")): unit = (1, 2)
    case (UInt8(ascii: "s"), _): unit = (1_000, 1)
    case (UInt8(ascii: "m"), _): unit = (60_000, 1)
    case (UInt8(ascii: "h"), _): unit = (3_600_000, 1)
    case (UInt8(ascii: "d"), _): unit = (86_400_000, 1)
    case (UInt8(ascii: "w"), _): unit = (604_800_000, 1)
    default: return nil
    }
    advance(unit.1)
    return unit
  }
}
