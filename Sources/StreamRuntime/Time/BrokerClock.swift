internal import EventModel

/// How far the broker's clock and the worker's are apart at least, from the append times of what the worker produced.
struct BrokerClock: Equatable, Sendable {
  /// Evidence that is older counts no more.
  static let validity: Duration = .seconds(600)
  /// When it is time for new evidence.
  static let renewal: Duration = .seconds(480)
  /// The same where the clocks are apart: somebody may have set them right.
  static let retrial: Duration = .seconds(5)

  /// At least so many microseconds apart when that was last seen; positive: the broker is ahead.
  private(set) var difference: Int64 = 0
  private var seenAt: Duration?
  /// What the worker's wall clock was ahead of its monotonic one at that time: if that changes, it has jumped.
  private var wallAhead: Int64 = 0

  init() {}

  /// A record was acknowledged at that time of the wall clock, `elapsed` after it was sent; the broker appended it in between, by its own
  /// clock. The wall clock itself may have jumped meanwhile.
  mutating func saw(append: EventTime, acknowledged: EventTime, elapsed: Duration, at uptime: Duration) {
    let sent = acknowledged.advanced(byMicroseconds: -elapsed.microseconds)
    if append < sent {
      difference = append.microseconds - sent.microseconds
    } else {
      difference = max(0, append.microseconds - acknowledged.microseconds)
    }
    seenAt = uptime
    wallAhead = acknowledged.microseconds - uptime.microseconds
  }

  /// How far the clocks are apart at least, in microseconds, now that the worker's show this; nil: there is no evidence that counts, and so
  /// no end proof counts.
  func difference(at uptime: Duration, now: EventTime) -> Int64? {
    guard let seenAt, uptime - seenAt <= Self.validity else { return nil }
    return difference - jump(at: uptime, now: now)
  }

  /// How far the worker's wall clock has jumped since, in microseconds.
  private func jump(at uptime: Duration, now: EventTime) -> Int64 { now.microseconds - uptime.microseconds - wallAhead }

  /// Whether a commit is worth it for the evidence alone.
  func needsEvidence(at uptime: Duration, now: EventTime, within margin: Duration) -> Bool {
    guard let seenAt else { return false }
    let isApart = abs(difference - jump(at: uptime, now: now)) > margin.microseconds
    return uptime - seenAt >= (isApart ? Self.retrial : Self.renewal)
  }
}
