internal import Synchronization

/// How often values fell below given bounds, their sum and their number.
package final class Histogram: Sendable {
  /// From a millisecond to ten seconds.
  package static let seconds: [Double] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

  private struct State {
    /// By bucket, not cumulated; the last one holds what lies above all bounds.
    var counts: [UInt64]
    var sum = 0.0
  }
  private let bounds: [Double]
  private let state: Mutex<State>

  /// - Parameter bounds: the upper bounds of the buckets, rising; the one without a bound is added.
  package init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of a histogram rise")
    self.bounds = bounds
    state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
  }

  package func observe(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock {
      $0.counts[bucket] += 1
      $0.sum += value
    }
  }

  package func observe(_ duration: Duration) { observe(duration / .seconds(1)) }
}

extension Histogram: Metric {
  package func append(_ name: String, _ labels: MetricLabels, to text: inout ExpositionText) {
    let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
    var cumulated: UInt64 = 0
    for (index, count) in counts.enumerated() {
      cumulated += count
      let bound = index < bounds.count ? bounds[index] : .infinity
      text.sample(name + "_bucket", labels.adding("le", ExpositionText.number(bound)), Double(cumulated))
    }
    text.sample(name + "_sum", labels, sum)
    text.sample(name + "_count", labels, Double(cumulated))
  }
}
