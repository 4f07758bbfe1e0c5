/// Times as RFC 3339 writes them.
enum RFC3339 {
  /// Reads `2026-01-05T10:30:00.25+01:00`: the years 1 to 9999 in UTC, seconds to 59; digits beyond the ninth are cut.
  static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
    guard text.count >= 20, text[4] == 0x2D, text[7] == 0x2D, text[10] | 0x20 == 0x74, text[13] == 0x3A, text[16] == 0x3A,
      let century = pair(text, 0), let yearOfCentury = pair(text, 2), let month = pair(text, 5), let day = pair(text, 8),
      let hour = pair(text, 11), let minute = pair(text, 14), let second = pair(text, 17)
    else { return nil }
    let year = century * 100 + yearOfCentury
    guard 1...12 ~= month, day >= 1, day <= CivilDate.days(inMonth: month, ofYear: year), hour <= 23, minute <= 59, second <= 59 else {
      return nil
    }

    var at = 19
    var nanoseconds: Int32 = 0
    if text[at] == 0x2E {
      at += 1
      let first = at
      var unit: Int32 = 100_000_000
      while at < text.count, case let digit = text[at] &- 0x30, digit <= 9 {
        nanoseconds += Int32(digit) * unit
        unit /= 10
        at += 1
      }
      guard at > first else { return nil }
    }
    guard at < text.count, let offset = offset(text, at) else { return nil }

    let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    let result = Timestamp(seconds: Int64(seconds), nanoseconds: nanoseconds)
    return Timestamp.representable.contains(result) ? result : nil
  }

  /// `Z`, `+01:00` or `-01:00` at the end of the text, in seconds.
  private static func offset(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
    if text[at] | 0x20 == 0x7A { return at + 1 == text.count ? 0 : nil }
    guard at + 6 == text.count, text[at] == 0x2B || text[at] == 0x2D, text[at + 3] == 0x3A,
      let hours = pair(text, at + 1), let minutes = pair(text, at + 4), hours <= 23, minutes <= 59
    else { return nil }
    let size = hours * 3_600 + minutes * 60
    return text[at] == 0x2D ? -size : size
  }

  private static func pair(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
    let (tens, ones) = (text[at] &- 0x30, text[at + 1] &- 0x30)
    return tens <= 9 && ones <= 9 ? Int(tens) * 10 + Int(ones) : nil
  }

  /// Writes the time in UTC with the digits it needs: `2026-01-05T10:30:00.25Z`.
  static func append(_ time: Timestamp, to out: inout [UInt8]) {
    let (date, second) = (time.date, time.secondOfDay)
    if 0...9_999 ~= date.year {
      appendPair(date.year / 100, to: &out)
      appendPair(date.year % 100, to: &out)
    } else {
      out.append(contentsOf: String(date.year).utf8)
    }
    out.append(0x2D)
    appendPair(date.month, to: &out)
    out.append(0x2D)
    appendPair(date.day, to: &out)
    out.append(0x54)
    appendPair(second / 3_600, to: &out)
    out.append(0x3A)
    appendPair(second / 60 % 60, to: &out)
    out.append(0x3A)
    appendPair(second % 60, to: &out)
    appendFraction(nanoseconds: Int(time.nanoseconds), to: &out)
    out.append(0x5A)
  }

  private static func appendPair(_ number: Int, to out: inout [UInt8]) {
    out.append(UInt8(0x30 + number / 10))
    out.append(UInt8(0x30 + number % 10))
  }

  /// `.25` for 250,000,000; nothing for 0.
  static func appendFraction(nanoseconds: Int, to out: inout [UInt8]) {
    guard nanoseconds > 0 else { return }
    out.append(0x2E)
    var rest = nanoseconds
    var unit = 100_000_000
    while rest > 0 {
      out.append(UInt8(0x30 + rest / unit))
      rest %= unit
      unit /= 10
    }
  }
}

extension EventTime {
  /// Reads RFC 3339 text; digits finer than a microsecond are cut. Nil when it is none, or beyond the years 1 to 9999.
  package init?(rfc3339 text: UnsafeBufferPointer<UInt8>) {
    guard let time = RFC3339.parse(text) else { return nil }
    self = time.eventTime
  }

  package init?(rfc3339 text: String) {
    guard let time = Timestamp(rfc3339: text) else { return nil }
    self = time.eventTime
  }

  /// The instant in UTC, with the digits that are needed.
  package var rfc3339: String { Timestamp(self).rfc3339 }

  package func appendRFC3339(to out: inout [UInt8]) { RFC3339.append(Timestamp(self), to: &out) }
}

extension Timestamp {
  /// Reads RFC 3339 text to the nanosecond, finer digits cut. Nil when it is none, or beyond the years 1 to 9999.
  package init?(rfc3339 text: String) {
    var text = text
    guard let time = text.withUTF8({ RFC3339.parse($0) }) else { return nil }
    self = time
  }

  package var rfc3339: String {
    var out: [UInt8] = []
    out.reserveCapacity(32)
    RFC3339.append(self, to: &out)
    return String(decoding: out, as: UTF8.self)
  }
}
