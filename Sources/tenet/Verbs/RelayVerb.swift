internal import HTTPServing
internal import KafkaIO
internal import RegionRelay
internal import Settings
internal import StreamRuntime
internal import Telemetry

extension Verb {
  /// Publication to other regions.
  static let relay = Verb(
    name: "relay", summary: "Publishes a region's violations, corrections and KPIs to the other regions, each once.",
    options: [Configuration.option], readsSettings: true, example: "tenet relay --config tenet.yaml"
  ) { invocation in
    let end = EndRequest()
    let settings = try Configuration.load(invocation)
    if settings.peers.isEmpty {
      throw CallMistake("there is no other region to publish to", help: "name their clusters under `relay.peers` in the configuration")
    }
    let log = Logs.logger(settings, verb: "relay")
    return try Logs.running(log) { try watch(try makeRelay(settings, log), settings, log, end) }
  }

  /// What is missing at a peer is waited for: it holds up no other.
  private static func makeRelay(_ settings: Settings, _ log: Logger) throws -> Relay {
    let home = try Clusters.own(settings, log: log)
    let peers = try Clusters.peers(settings, log: log)
    let relay = RelaySettings(
      application: settings.application, region: settings.region, instance: settings.instance, prefix: settings.outputPrefix)
    _ = try Clusters.partitionCounts(of: [relay.names.slots] + relay.topics, on: home)
    return Relay(
      settings: relay, home: home, peers: Dictionary(uniqueKeysWithValues: peers.map { ($0.region, $0.cluster as any Cluster) }),
      log: Logs.worker(log))
  }

  private static func watch(_ relay: Relay, _ settings: Settings, _ log: Logger, _ end: EndRequest) throws -> ExitCode {
    let registry = MetricsRegistry()
    RelayMetrics.declare(in: registry, relay)
    let health = Health(["relay"], log: log)
    let server = try StatusServer.start(settings.metricsListen, health: health, metrics: registry, log: log)
    defer { server.stop() }
    let watcher = Watcher(every: .milliseconds(250)) {
      let status = relay.status
      if status.isReady { return health.report("relay", .ready) }
      let trouble = status.peers.flatMap { region, partitions in
        partitions.compactMap { partition in partition.trouble.map { "\(region): \($0)" } }
      }
      health.report("relay", .waiting(status.waitsFor ?? trouble.sorted().first ?? "the peers"))
    }
    defer { watcher.stop() }
    end.whenMade {
      log.info("ending: the transactions under way are finished")
      relay.stop()
    }
    log.info("running", ["peers": .string(settings.peers.keys.sorted().joined(separator: ","))])
    switch relay.run() {
    case .stopped:
      log.info("ended")
      return .good
    case .failed(let reason):
      throw EnvironmentFault("the relay cannot go on: \(reason)")
    }
  }
}
