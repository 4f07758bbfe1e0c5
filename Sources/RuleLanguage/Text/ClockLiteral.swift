import Diagnostics
import EventModel

/// Clocks and dates, which are read only where the grammar asks for one.
extension Lexer {
  /// `2026-12-25`. nil, and nothing has moved, if no date stands here.
  mutating func scanDate() -> (Token.Kind, Diagnostic?)? {
    let start = position
    guard let year = scanDigits(4), scan("-"), let month = scanDigits(2), scan("-"), let day = scanDigits(2), !peek().continuesName else {
      position = start
      return nil
    }
    let date = CivilDate(year: year, month: month, day: day)
    return (.date(date), date.exists ? nil : .badDate(text(start..<position), at: span(start..<position)))
  }

  /// `09:00`, `09:00:30`, `09:00:30.5`. nil, and nothing has moved, if no clock stands here.
  mutating func scanClock() -> (Token.Kind, Diagnostic?)? {
    let start = position
    guard let hour = scanDigits(2), scan(":"), let minute = scanDigits(2) else {
      position = start
      return nil
    }
    var (second, fraction) = (0, Int64(0))
    if peek() == UInt8(ascii: ":"), peek(1).isDigit {
      advance()
      second = scanDigits(2) ?? 60
      if peek() == UInt8(ascii: "."), peek(1).isDigit {
        advance()
        // Microseconds: finer digits are cut.
        var unit: Int64 = 100_000
        while peek().isDigit {
          fraction += Int64(peek() - UInt8(ascii: "0")) * unit
          unit /= 10
          advance()
        }
      }
    }
    let seconds = Int64(hour) * 3_600 + Int64(minute) * 60 + Int64(second)
    let clock = ClockTime(microseconds: seconds * 1_000_000 + fraction)
    let isGood = minute < 60 && second < 60 && clock.microseconds <= 86_400_000_000 && !peek().continuesName
    while peek().continuesName { advance() }
    return (.clock(clock), isGood ? nil : .badClock(text(start..<position), at: span(start..<position)))
  }

  /// Exactly so many digits.
  private mutating func scanDigits(_ count: Int) -> Int? {
    var value = 0
    for ahead in 0..<count {
      guard peek(ahead).isDigit else { return nil }
      value = value * 10 + Int(peek(ahead) - UInt8(ascii: "0"))
    }
    guard !peek(count).isDigit else { return nil }
    advance(count)
    return value
  }

  private mutating func scan(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    advance()
    return true
  }
}

extension CivilDate {
  /// The month has this day.
  fileprivate var exists: Bool {
    year >= 1 && (1...12).contains(month) && (1...CivilDate.days(inMonth: month, ofYear: year)).contains(day)
  }
}
