internal import Telemetry

/// What the feed counts.
struct FeedMetrics: Sendable {
  let records: MetricFamily<Counter>
  let delay: Histogram
  let read: MetricFamily<Gauge>
  let forgotten: Counter
  let faults: MetricFamily<Counter>

  init(_ registry: MetricsRegistry, history: History) {
    records = registry.counters(
      "tenet_feed_records_total", "Records read from the topics: held, outdated, unreadable or tombstones.", labels: ["kind", "result"])
    delay = registry.histogram(
      "tenet_feed_delay_seconds", "From a record's append to its topic to its being in the history and on the streams.")
    read = registry.gauges("tenet_feed_next_offset", "The next offset to read.", labels: ["topic", "partition"])
    forgotten = registry.counter("tenet_feed_forgotten_total", "Records that the retention no longer wanted.")
    faults = registry.counters("tenet_feed_faults_total", "Calls to Kafka and to the history that failed.", labels: ["of"])
    registry.observe(.gauge, "tenet_feed_history_rows", "Rows of the history.", labels: ["table"]) {
      (try? history.counts())?.map { (labels: [$0.table], value: Double($0.rows)) } ?? []
    }
  }
}
