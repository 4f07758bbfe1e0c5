import Telemetry
import TestKit
import Testing

@Suite struct MetricsTests {
  @Test("counters, gauges and histograms come out sorted, with help and type")
  func text() {
    let metrics = MetricsRegistry()
    let read = metrics.counters("tenet_events_total", "Events read.", labels: ["topic"])
    read("payments.v1").add(2)
    read("orders.v1").add()
    metrics.gauge("tenet_clock_seconds", "A clock.").set(1.5)
    let seconds = metrics.histogram("tenet_commit_seconds", "Commits.", bounds: [0.1, 1])
    for value in [0.1, 0.5, 7] { seconds.observe(value) }
    #expect(
      metrics.text() == """
        # HELP tenet_clock_seconds A clock.
        # TYPE tenet_clock_seconds gauge
        tenet_clock_seconds 1.5
        # HELP tenet_commit_seconds Commits.
        # TYPE tenet_commit_seconds histogram
        tenet_commit_seconds_bucket{le="0.1"} 1
        tenet_commit_seconds_bucket{le="1"} 2
        tenet_commit_seconds_bucket{le="+Inf"} 3
        tenet_commit_seconds_sum 7.6
        tenet_commit_seconds_count 3
        # HELP tenet_events_total Events read.
        # TYPE tenet_events_total counter
        tenet_events_total{topic="orders.v1"} 1
        tenet_events_total{topic="payments.v1"} 2

        """)
  }

  @Test("backslashes, quotes and line feeds are escaped as the format wants it")
  func escaping() throws {
    let metrics = MetricsRegistry()
    metrics.counters("tenet_a_total", "one \\ two\nthree \"four\"", labels: ["path"])("C:\\x\n\"é\"").add()
    #expect(metrics.text().contains(#"# HELP tenet_a_total one \\ two\nthree "four""#))
    #expect(metrics.text().contains(#"tenet_a_total{path="C:\\x\n\"é\""} 1"#))
    let parsed = try Exposition(metrics.text())
    #expect(parsed.samples.first?.labels == ["path": "C:\\x\n\"é\""])
  }

  @Test("everything that can be declared reads back by the grammar of the format")
  func grammar() throws {
    let metrics = MetricsRegistry()
    metrics.observeProcess()
    metrics.counters("tenet_c_total", "", labels: ["a", "b"])("", "x,y} 1").add(0.25)
    metrics.gauge("tenet_nan", "x").set(.nan)
    metrics.gauge("tenet_low", "x").set(-.infinity)
    metrics.gauge("tenet_large", "x").set(1e300)
    metrics.histograms("tenet_h_seconds", "h", labels: ["rule"])("a.b").observe(.milliseconds(3))
    metrics.observe(.gauge, "tenet_lag_records", "Lag.", labels: ["partition"]) { [(["1"], 5), (["0"], 7)] }
    let parsed = try Exposition(metrics.text())
    #expect(parsed.types["tenet_h_seconds"] == "histogram")
    #expect(parsed.samples.filter { $0.name == "tenet_lag_records" }.map(\.value) == [7, 5])
    #expect(parsed.samples.contains { $0.name == "process_resident_memory_bytes" && $0.value > 1_000_000 })
    #expect(parsed.samples.first { $0.name == "tenet_c_total" }?.labels == ["a": "", "b": "x,y} 1"])
  }

  @Test("a name declared again in the same way is the same metric")
  func again() {
    let metrics = MetricsRegistry()
    metrics.counter("tenet_a_total", "A.").add(2)
    metrics.counter("tenet_a_total", "A.").add(3)
    #expect(metrics.counter("tenet_a_total", "A.").value == 5)
  }

  @Test("no addition of any thread is lost")
  func threads() async {
    let metrics = MetricsRegistry()
    let counter = metrics.counter("tenet_a_total", "A.")
    let histogram = metrics.histogram("tenet_b_seconds", "B.", bounds: [1])
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<10_000 {
            counter.add()
            histogram.observe(0.5)
          }
        }
      }
    }
    #expect(counter.value == 80_000)
    #expect(metrics.text().contains("tenet_b_seconds_sum 40000\n"))
  }
}
