package import HTTPServing
package import RuleEngine
package import StreamRuntime
package import Telemetry

/// The violation alert feed: reads violations and KPIs, keeps their history, and serves the page, the interface and the live stream.
package final class Feed: Sendable {
  private let server: HTTPServer
  private let reader: FeedReader
  private let health: Health
  private let orFreePort: Bool

  /// The topics that a feed reads.
  package static func topics(prefix: String) -> [String] {
    [OutputRecord.Topic.violations, .kpis].map { "\(prefix).\($0.rawValue)" }
  }

  /// - Parameters:
  ///   - sources: all partitions of `topics(prefix:)`.
  ///   - consumer: of committed records; the feed's thread alone uses it from now on, and closes it.
  /// - Throws: the history cannot be opened.
  package init(
    settings: FeedSettings, sources: [Source], consumer: sending any DataConsumer, clock: any WorkerClock, metrics: MetricsRegistry,
    log: Logger
  ) throws(HistoryFault) {
    let history = try History(path: settings.history)
    let streams = try LiveStreams(history: history, log: log)
    orFreePort = settings.orFreePort
    health = Health(["kafka", "history"], log: log)
    reader = FeedReader(
      consumer: consumer, sources: sources, retention: settings.retention,
      parts: FeedReader.Parts(
        history: history, streams: streams, health: health, metrics: FeedMetrics(metrics, history: history), log: log, clock: clock))
    server = HTTPServer(
      listen: settings.listen, routes: Feed.routes(history, streams, health, metrics), limits: settings.limits, metrics: metrics, log: log)
  }

  static func routes(_ history: History, _ streams: LiveStreams, _ health: Health, _ metrics: MetricsRegistry) -> [Route] {
    [
      .page(), .openAPI(), .violations(history), .violation(history), .revisions(history), .rules(history), .kpis(history),
      .stream(streams), .metrics(metrics),
    ] + health.routes
  }

  /// Where it listens, with the real port once it has started.
  package var address: ListenAddress { server.address }

  /// Whether the topics were read to their end, and both Kafka and the history answer.
  package var isReady: Bool { health.isReady }

  /// - Throws: the address cannot be listened on; the consumer is closed then.
  package func start() throws(ListenFault) {
    do throws(ListenFault) { try server.start(orFreePort: orFreePort) } catch {
      reader.abandon()
      throw error
    }
    reader.start()
  }

  /// Writes what was read, ends the streams, and returns when all is closed. A feed is not started again.
  package func stop() {
    reader.stop()
    server.stop()
  }
}
