internal import AlertFeed
internal import HTTPServing
internal import KafkaIO
internal import RuleEngine
internal import Settings
internal import StreamRuntime
internal import Synchronization
internal import Telemetry
internal import Dispatch

extension Verb {
  /// The violation alert feed.
  static let feed = Verb(
    name: "feed", summary: "Keeps and serves the violations and KPIs: page, API and live stream.", options: [Configuration.option],
    readsSettings: true, example: "tenet feed --config tenet.yaml --feed.listen 0.0.0.0:8080"
  ) { invocation in
    let settings = try Configuration.load(invocation)
    let log = Logs.logger(settings, verb: "feed")
    let end = EndRequest()
    let cluster = try Clusters.own(settings, log: log)
    let feed = try makeFeed(settings, cluster, log)
    do throws(ListenFault) { try feed.start() } catch {
      throw EnvironmentFault("\(error)", help: error.isTaken ? "choose another address with `--feed.listen`" : nil)
    }
    log.info("serving", ["address": .string(feed.address.url)])
    let ended = DispatchSemaphore(value: 0)
    end.whenMade { ended.signal() }
    ended.wait()
    feed.stop()
    log.info("ended")
    return .good
  }

  private static func makeFeed(_ settings: Settings, _ cluster: KafkaCluster, _ log: Logger) throws -> Feed {
    let topics = Feed.topics(prefix: settings.outputPrefix)
    do {
      let admin = try cluster.admin()
      let counts = try admin.partitionCounts(of: topics, timeout: .seconds(10))
      admin.close()
      if let missing = topics.first(where: { counts[$0] == nil }) {
        throw EnvironmentFault("topic `\(missing)` is missing", help: "tenet topics --create")
      }
      let sources = topics.flatMap { topic in (0..<(counts[topic] ?? 0)).map { Source(topic: topic, partition: $0) } }
      let listen = ListenAddress(host: settings.feedListen.host, port: settings.feedListen.port)
      return try Feed(
        settings: FeedSettings(listen: listen, history: settings.feedHistory), sources: sources,
        consumer: try cluster.dataConsumer(), clock: SystemClock(), metrics: MetricsRegistry(), log: log)
    } catch let fault as KafkaFault {
      throw EnvironmentFault(fault, "the feed cannot read")
    } catch let fault as HistoryFault {
      throw EnvironmentFault("\(fault)", help: "`feed.history` names the file")
    }
  }
}
