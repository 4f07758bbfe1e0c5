package import Telemetry

extension Route {
  /// `/metrics`.
  package static func metrics(_ registry: MetricsRegistry) -> Route {
    .get("/metrics") { _ in .text(registry.text(), contentType: MetricsRegistry.contentType) }
  }
}
