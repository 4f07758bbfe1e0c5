/// An instant of the events' own time, to the microsecond (finer digits are cut where a time is read).
package struct EventTime: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  package var microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// So many milliseconds since 1970, as Kafka counts. A number is a producer's, and may be any: what does not fit is the distant past or
  /// future.
  package init(milliseconds: Int64) {
    let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000)
    microseconds = overflow ? (milliseconds < 0 ? .min : .max) : product
  }

  /// Before every event: the clock of a source of which nothing is known, "known from ever" of a history.
  package static let distantPast = EventTime(microseconds: .min)
  /// After every event.
  package static let distantFuture = EventTime(microseconds: .max)

  package static func < (a: EventTime, b: EventTime) -> Bool { a.microseconds < b.microseconds }

  /// Moves by a number of microseconds; the distant past and the distant future stay where they are, and an overflow goes to them.
  package func advanced(byMicroseconds step: Int64) -> EventTime {
    if self == .distantPast || self == .distantFuture { return self }
    let (sum, overflow) = microseconds.addingReportingOverflow(step)
    return overflow ? (step < 0 ? .distantPast : .distantFuture) : EventTime(microseconds: sum)
  }
}

extension Duration {
  /// Whole microseconds, finer digits cut.
  package var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
