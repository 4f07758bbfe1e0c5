internal import Telemetry

/// What a server counts.
struct ServerMetrics: Sendable {
  let requests: MetricFamily<Counter>
  let seconds: MetricFamily<Histogram>
  let streams: Gauge
  let cutOff: Counter

  init(_ registry: MetricsRegistry) {
    requests = registry.counters("tenet_http_requests_total", "Requests answered.", labels: ["route", "method", "status"])
    seconds = registry.histograms("tenet_http_request_seconds", "From a request's end to its reply's begin.", labels: ["route"])
    streams = registry.gauge("tenet_http_streams", "Open streams of server-sent events.")
    cutOff = registry.counter("tenet_http_streams_cut_off_total", "Streams ended because their clients did not read.")
  }

  /// - Parameter route: the template; nil where there is none.
  func answered(_ route: String?, method: String, status: Int, after duration: Duration) {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method) ? method : "other"
    requests(route ?? "none", known, String(status)).add()
    if let route { seconds(route).observe(duration) }
  }
}
