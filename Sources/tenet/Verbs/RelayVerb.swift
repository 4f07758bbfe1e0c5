internal import HTTPServing
internal import KafkaIO
internal import RegionRelay
internal import RuleEngine
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

/// What `tenet relay` tells Prometheus.
private enum RelayMetrics {
  static func declare(in registry: MetricsRegistry, _ relay: Relay) {
    registry.observe(.gauge, "tenet_relay_ready", "Whether every partition that this relay has is being published.") {
      [([], relay.status.isReady ? 1 : 0)]
    }
    func partitions(
      _ kind: MetricKind, _ name: String, _ help: String, _ read: @escaping @Sendable (RelayStatus.Partition) -> Double?
    ) {
      registry.observe(kind, name, help, labels: ["peer", "topic", "partition"]) {
        relay.status.peers.flatMap { region, partitions in
          partitions.compactMap { partition -> (labels: [String], value: Double)? in
            read(partition).map { ([region, partition.source.topic, String(partition.source.partition)], $0) }
          }
        }
      }
    }
    partitions(.gauge, "tenet_relay_lag_records", "Records at home that are not at the peer yet.") { $0.lag.map(Double.init) }
    partitions(.counter, "tenet_relay_copied_total", "Records published to the peer.") { Double($0.copied) }
    partitions(.counter, "tenet_relay_foreign_total", "Records passed over, since another region published them.") { Double($0.foreign) }
    partitions(.counter, "tenet_relay_local_total", "Records passed over, since they are for this region alone.") { Double($0.local) }
    partitions(.counter, "tenet_relay_lost_total", "Records deleted at home before they were read.") { Double($0.lost) }
    partitions(.counter, "tenet_relay_transactions_total", "Transactions committed at the peer.") { Double($0.transactions) }
    partitions(.counter, "tenet_relay_faults_total", "Faults that were tried again.") { Double($0.faults) }
  }
}
