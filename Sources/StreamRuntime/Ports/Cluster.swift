/// A Kafka cluster: makes the handles that a worker uses, each with the settings of protocol.md 2. A real one, a mock, a simulated one.
package protocol Cluster: AnyObject, Sendable {
  /// What the cluster can do: a mock cluster can do less (protocol.md 14).
  var capabilities: ClusterCapabilities { get }
  /// A consumer of committed records whose partitions are assigned by hand. `prefetch`: how many bytes may be fetched ahead, over
  /// all its partitions (protocol.md 12); nil: as the client has it.
  func dataConsumer(prefetch: Int?) throws(KafkaFault) -> any DataConsumer
  /// The same for all records, whatever becomes of their transactions.
  func uncommittedConsumer() throws(KafkaFault) -> any DataConsumer
  /// `timeouts`: by how much its transactions and records may take longer than usual.
  func transactionalProducer(id: String, timeouts: Int) throws(KafkaFault) -> any TransactionalProducer
  /// A static member `instance` of the group.
  func membership(group: String, instance: String) throws(KafkaFault) -> any GroupMembership
  func admin() throws(KafkaFault) -> any ClusterAdmin
}

extension Cluster {
  package func transactionalProducer(id: String) throws(KafkaFault) -> any TransactionalProducer {
    try transactionalProducer(id: id, timeouts: 1)
  }
  package func dataConsumer() throws(KafkaFault) -> any DataConsumer { try dataConsumer(prefetch: nil) }
}
