internal import EventModel
internal import RuleEngine

/// Which sources wait, so that catching up keeps topics together in event time and state small (protocol.md 12): one that is far ahead of
/// the least clock waits while that one has records.
struct HoldBack: Equatable, Sendable {
  /// A source whose clock is so far ahead waits…
  static let limit: Duration = .seconds(600)
  /// …until it is so near again.
  static let near: Duration = .seconds(300)
  static let interval: Duration = .milliseconds(500)

  struct Reading: Equatable, Sendable {
    var source: Source
    var clock: EventTime
    /// Whether there are records that were not read yet, as far as is known.
    var hasRecords: Bool
  }

  /// Those that wait.
  private(set) var held: Set<Source> = []
  private var lookedAt: Duration?

  init() {}

  mutating func isDue(at uptime: Duration) -> Bool {
    guard lookedAt.map({ uptime - $0 >= Self.interval }) ?? true else { return false }
    lookedAt = uptime
    return true
  }

  /// What changes: sources that wait from now on, and others that go on.
  mutating func look(_ readings: [Reading]) -> (wait: [Source], goOn: [Source]) {
    let least = readings.filter { $0.hasRecords && !held.contains($0.source) }.map(\.clock).min()
    var (wait, goOn): ([Source], [Source]) = ([], [])
    for reading in readings where reading.hasRecords || held.contains(reading.source) {
      let ahead = least.map { Self.distance(from: $0, to: reading.clock) } ?? 0
      if held.contains(reading.source) {
        if ahead <= Self.near.microseconds { goOn.append(reading.source) }
      } else if ahead > Self.limit.microseconds {
        wait.append(reading.source)
      }
    }
    held.formUnion(wait)
    held.subtract(goOn)
    return (wait, goOn)
  }

  /// A source of which nothing is known yet is infinitely far behind.
  private static func distance(from least: EventTime, to clock: EventTime) -> Int64 {
    clock <= least
      ? 0
      : clock.microseconds.subtractingReportingOverflow(least.microseconds).overflow
        ? .max : clock.microseconds - least.microseconds
  }
}
