internal import HTTPServing
internal import Settings
internal import Telemetry

/// Health and metrics of a process, on `metrics.listen`.
enum StatusServer {
  /// Adds the metrics of the process itself.
  static func start(_ address: HostAndPort, health: Health, metrics: MetricsRegistry, log: Logger) throws(EnvironmentFault) -> HTTPServer {
    metrics.observeProcess()
    let server = HTTPServer(
      listen: ListenAddress(address), routes: health.routes + [.metrics(metrics)], metrics: metrics, log: log
    )
    do {
      try server.start()
    } catch {
      throw EnvironmentFault("\(error)", help: error.isTaken ? "choose another address with `--metrics.listen`" : nil)
    }
    log.info("serving health and metrics", ["address": .string(server.address.url)])
    return server
  }
}

extension ListenAddress {
  init(_ address: HostAndPort) { self.init(host: address.host, port: address.port) }
}
