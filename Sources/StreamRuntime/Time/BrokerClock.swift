internal import EventModel

/// How far the broker's clock and the worker's are apart at least, from the append times of what the worker produced.
struct BrokerClock: Equatable, Sendable {
  /// Evidence that is older counts no more.
  static let validity: Duration = .seconds(600)
  /// When it is time for new evidence.
  static let renewal: Duration = .seconds(480)

  /// At least so many microseconds apart; positive: the broker is ahead.
  private(set) var difference: Int64 = 0
  private var seenAt: Duration?

  init() {}

  /// A record was sent and acknowledged at these times of the wall clock; the broker appended it in between, by its own clock.
  mutating func saw(append: EventTime, sent: EventTime, acknowledged: EventTime, at uptime: Duration) {
    if append < sent {
      difference = append.microseconds - sent.microseconds
    } else {
      difference = max(0, append.microseconds - acknowledged.microseconds)
    }
    seenAt = uptime
  }

  /// Whether end proofs count: there is evidence, and it says that the clocks are not apart by more than `margin`.
  func agrees(within margin: Duration, at uptime: Duration) -> Bool {
    guard let seenAt, uptime - seenAt <= Self.validity else { return false }
    return abs(difference) <= margin.microseconds
  }

  func needsEvidence(at uptime: Duration) -> Bool { seenAt.map { uptime - $0 >= Self.renewal } ?? false }
}
