internal import EventModel
internal import RuleLanguage

/// When a desk is open, and how long open time takes (language.md 11.4). In microseconds.
struct OpeningHours: Sendable {
  private let zone: CivilTimeZone
  /// For each day from Monday on: spans since midnight, as the clocks show them.
  private let openings: [[Range<Int64>]]
  private let closed: Set<CivilDate>

  init(_ hours: CheckedHours) {
    guard let zone = CivilTimeZone(hours.zone) else { preconditionFailure("the zone of checked hours is in the database") }
    self.zone = zone
    openings = hours.openings
    closed = hours.closed
  }

  /// The earliest instant at which the open time since `start` is `length`.
  func deadline(_ start: Int64, open length: Int64) -> Int64 {
    if length <= 0 { return start }
    var left = length
    var day = zone.date(at: start.floorDivided(by: 1_000_000).quotient)
    while true {
      for span in spans(of: day) where span.upperBound > start {
        let begin = max(span.lowerBound, start)
        if span.upperBound - begin >= left { return begin + left }
        left -= span.upperBound - begin
      }
      day = CivilDate(daysSinceEpoch: day.daysSinceEpoch + 1)
    }
  }

  /// The instants of a day at which it is open, in order.
  private func spans(of day: CivilDate) -> [Range<Int64>] {
    if closed.contains(day) { return [] }
    // 0 on Monday.
    let weekday = (day.dayOfWeek + 6) % 7
    return openings[weekday].flatMap { zone.instants(of: day, clock: $0) }.sorted { $0.lowerBound < $1.lowerBound }
  }
}
