internal import EventModel
internal import RuleEngine

/// A cluster that is only read: a worker on it joins no group, begins where the settings say, and its transactions come to nothing but the
/// call of `WorkerHooks.committed`.
package final class DryRunCluster: Cluster {
  private let real: any Cluster

  package init(_ real: any Cluster) { self.real = real }

  package var capabilities: ClusterCapabilities {
    ClusterCapabilities(
      storedOffsets: false, hidesAborted: real.capabilities.hidesAborted, deleteRecords: false, members: false)
  }

  package func dataConsumer(prefetch: Int?) throws(KafkaFault) -> any DataConsumer { try real.dataConsumer(prefetch: prefetch) }
  package func uncommittedConsumer() throws(KafkaFault) -> any DataConsumer { try real.uncommittedConsumer() }
  package func transactionalProducer(id: String, timeouts: Int) throws(KafkaFault) -> any TransactionalProducer { DiscardingProducer() }
  package func membership(group: String, instance: String) throws(KafkaFault) -> any GroupMembership {
    preconditionFailure("a worker joins no group on a cluster without members")
  }
  package func admin() throws(KafkaFault) -> any ClusterAdmin { try real.admin() }
}

/// Takes records and forgets them.
private final class DiscardingProducer: TransactionalProducer {
  func initialize(timeout: Duration) {}
  func begin() {}
  func produce(_ record: ProducedRecord) {}
  func poll() {}
  func sendOffsets(_ positions: [CommittedPosition], under metadata: any GroupMetadata, timeout: Duration) {}
  func commit(timeout: Duration) {}
  func abort(timeout: Duration) {}
  func storedOffset(of token: Int) -> Int64? { nil }
  func appendTime(of token: Int) -> EventTime? { nil }
  func close() {}
}
