/// A time as CEL has it: seconds since 1970-01-01T00:00:00Z, and nanoseconds from 0 to 999,999,999 after them.
package struct Timestamp: Hashable, Sendable, Comparable {
  package var seconds: Int64
  package var nanoseconds: Int32

  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds) }

  package init(_ time: EventTime) {
    let (q, r) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    self.init(seconds: r < 0 ? q - 1 : q, nanoseconds: Int32(r < 0 ? r + 1_000_000 : r) * 1_000)
  }

  /// The instant to the microsecond, finer digits cut.
  package var eventTime: EventTime { EventTime(microseconds: seconds * 1_000_000 + Int64(nanoseconds / 1_000)) }

  /// The years 1 to 9999, which is what CEL allows.
  package static let representable = Timestamp(seconds: -62_135_596_800)...Timestamp(seconds: 253_402_300_799, nanoseconds: 999_999_999)

  package var date: CivilDate { CivilDate(daysSinceEpoch: Int(seconds.floorDivided(by: 86_400).quotient)) }

  /// Seconds since midnight in UTC.
  package var secondOfDay: Int { Int(seconds.floorDivided(by: 86_400).remainder) }
}

extension Int64 {
  /// The quotient rounded down, and what remains: 0 or more.
  package func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (q, r) = quotientAndRemainder(dividingBy: divisor)
    return r < 0 ? (q - 1, r + divisor) : (q, r)
  }
}
