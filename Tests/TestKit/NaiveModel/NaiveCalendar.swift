internal import EventModel
internal import RuleLanguage

/// Open time (language.md 11.4), found by going over the zone's clocks in quarters of an hour, within which they never change.
struct NaiveHours {
  let hours: CheckedHours
  private static let quarter: Int64 = 900_000_000
  private static let day: Int64 = 86_400_000_000

  init(_ hours: CheckedHours) { self.hours = hours }

  /// The earliest instant at which so much open time has passed since `start`.
  func instant(after start: Int64, open wanted: Int64) -> Int64 {
    guard wanted > 0 else { return start }
    guard let zone = CivilTimeZone(hours.zone) else { preconditionFailure("the checker knows the zone") }
    var (left, from) = (wanted, start)
    // Ten years of hours that never open are as good as never.
    while from < start + 3650 * Self.day {
      let until = (NaiveCalendar.floor(from, Self.quarter) + 1) * Self.quarter
      let offset = Int64(zone.offset(at: NaiveCalendar.floor(from, 1_000_000))) * 1_000_000
      let days = NaiveCalendar.floor(from + offset, Self.day)
      let midnight = days * Self.day - offset
      for opening in openings(on: CivilDate(daysSinceEpoch: Int(days))) {
        let (begin, end) = (max(from, midnight + opening.lowerBound), min(until, midnight + opening.upperBound))
        guard begin < end else { continue }
        if end - begin >= left { return begin + left }
        left -= end - begin
      }
      from = until
    }
    return from
  }

  private func openings(on date: CivilDate) -> [Range<Int64>] {
    if hours.closed.contains(date) { return [] }
    return hours.openings[(date.dayOfWeek + 6) % 7]
  }
}

/// Local days, hours, weeks and months: an instant by what the clocks show at it.
struct NaiveCalendar {
  let zone: CivilTimeZone
  let unit: CalendarUnit
  private static let hour: Int64 = 3_600_000_000
  private static let step: Int64 = 900_000_000

  init(_ unit: CalendarUnit, _ zone: String) {
    guard let zone = CivilTimeZone(zone) else { preconditionFailure("the checker knows the zone") }
    (self.zone, self.unit) = (zone, unit)
  }

  static func floor(_ a: Int64, _ b: Int64) -> Int64 {
    let (q, r) = a.quotientAndRemainder(dividingBy: b)
    return r < 0 ? q - 1 : q
  }

  /// The first instant of the hour, date, week or month that the clocks show at an instant.
  func start(of instant: Int64) -> Int64 {
    guard unit == .hour else { return start(of: period(of: date(at: instant))) }
    // The same hour may be shown twice: it is one.
    let shown = hourShown(at: instant)
    var start = Self.floor(instant, Self.step) * Self.step
    while hourShown(at: start - 1) == shown { start -= Self.step }
    return start
  }

  /// The first instant of the next one.
  func end(of instant: Int64) -> Int64 {
    guard unit == .hour else {
      let first = period(of: date(at: instant))
      switch unit {
      case .day, .hour: return start(of: CivilDate(daysSinceEpoch: first.daysSinceEpoch + 1))
      case .week: return start(of: CivilDate(daysSinceEpoch: first.daysSinceEpoch + 7))
      case .month:
        return start(of: CivilDate(year: first.month == 12 ? first.year + 1 : first.year, month: first.month % 12 + 1, day: 1))
      }
    }
    let shown = hourShown(at: instant)
    var end = (Self.floor(instant, Self.step) + 1) * Self.step
    while hourShown(at: end) == shown { end += Self.step }
    return end
  }

  /// The start of the window that many days of the clocks earlier; nil: no clock showed that hour.
  func start(_ days: Int, daysBefore start: Int64) -> Int64? {
    let earlier = CivilDate(daysSinceEpoch: date(at: start).daysSinceEpoch - days)
    guard unit == .hour else { return self.start(of: earlier) }
    let wanted = hourShown(at: start) - Int64(days) * 24
    var instant = self.start(of: earlier)
    let end = self.start(of: CivilDate(daysSinceEpoch: earlier.daysSinceEpoch + 1))
    while instant < end {
      if hourShown(at: instant) == wanted { return instant }
      instant += Self.step
    }
    return nil
  }

  private func shown(at instant: Int64) -> Int64 { instant + Int64(zone.offset(at: Self.floor(instant, 1_000_000))) * 1_000_000 }
  /// Hours of the clocks since 1970.
  private func hourShown(at instant: Int64) -> Int64 { Self.floor(shown(at: instant), Self.hour) }
  private func date(at instant: Int64) -> CivilDate { CivilDate(daysSinceEpoch: Int(Self.floor(hourShown(at: instant), 24))) }
  private func start(of date: CivilDate) -> Int64 { zone.start(of: date) * 1_000_000 }

  /// The first date of the week or month.
  private func period(of date: CivilDate) -> CivilDate {
    switch unit {
    case .hour, .day: date
    case .week: CivilDate(daysSinceEpoch: date.daysSinceEpoch - (date.dayOfWeek + 6) % 7)
    case .month: CivilDate(year: date.year, month: date.month, day: 1)
    }
  }
}
