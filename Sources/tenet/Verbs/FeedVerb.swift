internal import AlertFeed
internal import Dispatch
internal import HTTPServing
internal import KafkaIO
internal import RuleEngine
internal import Settings
internal import StreamRuntime
internal import Telemetry

extension Verb {
  /// The violation alert feed.
  static let feed = Verb(
    name: "feed", summary: "Keeps and serves the violations and KPIs: page, API and live stream.", options: [Configuration.option],
    readsSettings: true, example: "tenet feed --config tenet.yaml --feed.listen 0.0.0.0:8080"
  ) { invocation in
    let end = EndRequest()
    let settings = try Configuration.load(invocation)
    let log = Logs.logger(settings, verb: "feed")
    return try Logs.running(log) {
      let feed = try makeFeed(settings, log)
      do throws(ListenFault) { try feed.start() } catch {
        throw EnvironmentFault("\(error)", help: error.isTaken ? "choose another address with `--feed.listen`" : nil)
      }
      log.info("serving", ["address": .string(feed.address.url)])
      let ended = DispatchSemaphore(value: 0)
      end.whenMade { ended.signal() }
      ended.wait()
      log.info("ending: what was read is written")
      feed.stop()
      log.info("ended")
      return .good
    }
  }

  private static func makeFeed(_ settings: Settings, _ log: Logger) throws -> Feed {
    let cluster = try Clusters.own(settings, log: log)
    let topics = Feed.topics(prefix: settings.outputPrefix)
    let counts = try Clusters.partitionCounts(of: topics, on: cluster)
    let metrics = MetricsRegistry()
    metrics.observeProcess()
    do {
      return try Feed(
        settings: feedSettings(settings),
        sources: topics.flatMap { topic in (0..<(counts[topic] ?? 0)).map { Source(topic: topic, partition: $0) } },
        consumer: try cluster.dataConsumer(), clock: SystemClock(), metrics: metrics, log: log)
    } catch let fault as KafkaFault {
      throw EnvironmentFault(fault, "the feed cannot read")
    } catch let fault as HistoryFault {
      throw EnvironmentFault("\(fault)", help: "`feed.history` names the file")
    }
  }

  /// A history keeps as long as the topics it is made from.
  private static func feedSettings(_ settings: Settings) -> FeedSettings {
    var feed = FeedSettings(listen: ListenAddress(settings.feedListen), history: settings.feedHistory)
    feed.retention.age = settings.outputRetention
    return feed
  }
}
