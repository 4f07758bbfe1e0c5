internal import EventModel
internal import RuleLanguage

/// A window that ends: it holds [start, end). In microseconds.
struct WindowSpan: Equatable, Sendable {
  var start: Int64
  var end: Int64

  func contains(_ instant: Int64) -> Bool { start <= instant && instant < end }
}

/// Where windows begin and end that no event decides over: tumbling, hopping, calendar (language.md 16.2).
enum WindowGrid: Sendable {
  /// They begin at multiples of `step` since 1970; `size` is a multiple of it.
  case steps(size: Int64, step: Int64)
  case calendar(CalendarGrid)

  /// nil: events decide where the windows are.
  init?(_ window: Window) {
    switch window {
    case .tumbling(let length): self = .steps(size: length.microseconds, step: length.microseconds)
    case .hopping(let length, let step): self = .steps(size: length.microseconds, step: step.microseconds)
    case .calendar(let unit, let zone): self = .calendar(CalendarGrid(unit, zone: zone))
    case .session, .sliding, .all: return nil
    }
  }

  /// The windows that hold an instant, in order; at least one.
  func spans(holding instant: Int64) -> [WindowSpan] {
    switch self {
    case .steps(let size, let step):
      let last = instant - instant.floorDivided(by: step).remainder
      return stride(from: last - size + step, through: last, by: Int64.Stride(step)).map { WindowSpan(start: $0, end: $0 + size) }
    case .calendar(let calendar): return [calendar.span(holding: instant)]
    }
  }

  /// Where the window begins that follows another one.
  func start(after span: WindowSpan) -> Int64 {
    switch self {
    case .steps(_, let step): span.start + step
    case .calendar: span.end
    }
  }

  /// The window that begins next after another one.
  func next(after span: WindowSpan) -> WindowSpan {
    switch self {
    case .steps(_, let step): WindowSpan(start: span.start + step, end: span.end + step)
    case .calendar(let calendar): calendar.span(holding: span.end)
    }
  }

  /// The start of the window so long before the one that begins at `start`; nil: none begins there.
  func start(_ distance: Int64, before start: Int64) -> Int64? {
    switch self {
    case .steps(_, let step): distance % step == 0 ? start - distance : nil
    case .calendar(let calendar): calendar.start(distance, before: start)
    }
  }
}

/// The hours, dates, weeks or months of a zone. One begins at the first instant at which the clocks show it: where they are set back, the
/// hour that they show twice is one window, and where they skip an hour, it has none.
struct CalendarGrid: Sendable {
  private let unit: CalendarUnit
  private let zone: CivilTimeZone

  init(_ unit: CalendarUnit, zone: String) {
    guard let zone = CivilTimeZone(zone) else { preconditionFailure("the zone of a checked window is in the database") }
    self.unit = unit
    self.zone = zone
  }

  func span(holding instant: Int64) -> WindowSpan {
    let number = number(holding: instant)
    return WindowSpan(start: start(of: number), end: start(of: number + 1))
  }

  /// Whole days back are days of the clock: the window there is as far from its midnight.
  func start(_ distance: Int64, before start: Int64) -> Int64? {
    let shown = shown(number(holding: start)) - distance / 1_000_000
    let number = number(ofShown: shown)
    guard self.shown(number) == shown, self.start(of: number) < self.start(of: number + 1) else { return nil }
    return self.start(of: number)
  }

  /// Of all units that have begun by then the last.
  private func number(holding instant: Int64) -> Int64 {
    let seconds = instant.floorDivided(by: 1_000_000).quotient
    var number = number(ofShown: seconds + Int64(zone.offset(at: seconds)))
    while start(of: number + 1) <= instant { number += 1 }
    return number
  }

  /// In microseconds since 1970.
  private func start(of number: Int64) -> Int64 { zone.first(showing: shown(number)) * 1_000_000 }

  // Units are numbered; a time that the clocks show is in seconds, as if it were UTC. 1970-01-01 was a Thursday.

  private func number(ofShown shown: Int64) -> Int64 {
    switch unit {
    case .hour: return shown.floorDivided(by: 3_600).quotient
    case .day: return shown.floorDivided(by: 86_400).quotient
    case .week: return (shown.floorDivided(by: 86_400).quotient + 3).floorDivided(by: 7).quotient
    case .month:
      let date = CivilDate(daysSinceEpoch: Int(shown.floorDivided(by: 86_400).quotient))
      return Int64(date.year * 12 + date.month - 1)
    }
  }

  private func shown(_ number: Int64) -> Int64 {
    switch unit {
    case .hour: return number * 3_600
    case .day: return number * 86_400
    case .week: return (number * 7 - 3) * 86_400
    case .month:
      let (year, month) = number.floorDivided(by: 12)
      return Int64(CivilDate(year: Int(year), month: Int(month) + 1, day: 1).daysSinceEpoch) * 86_400
    }
  }
}
