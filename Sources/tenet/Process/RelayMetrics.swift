internal import RegionRelay
internal import RuleEngine
internal import Telemetry

/// What `tenet relay` tells Prometheus.
enum RelayMetrics {
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
