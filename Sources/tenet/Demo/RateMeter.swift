/// Events a second, over the last second and as a history of seconds.
struct RateMeter: Sendable {
  private static let kept = 60
  private var samples: [(time: Duration, events: Int)] = []
  private var second: Int64 = -1
  private(set) var rate = 0.0
  private(set) var history: [Double] = []

  mutating func take(_ events: Int, at time: Duration) {
    samples.append((time, events))
    while samples.count > 2, time - samples[1].time >= .seconds(1) { samples.removeFirst() }
    guard let first = samples.first, time > first.time else { return }
    rate = Double(events - first.events) / ((time - first.time) / .seconds(1))
    if time.components.seconds == second {
      history[history.count - 1] = rate
    } else {
      second = time.components.seconds
      history.append(rate)
      if history.count > Self.kept { history.removeFirst() }
    }
  }
}
