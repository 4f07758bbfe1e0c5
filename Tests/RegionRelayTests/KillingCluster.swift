import EventModel
import Glibc
import StreamRuntime
import Synchronization

/// Where a process is killed, on the way of its transactions.
struct Kill: Codable, Sendable {
  enum Place: String, Codable, Sendable { case produce, beforeCommit, afterCommit }
  var place: Place
  /// At the how manyth time.
  var count: Int
}

/// A cluster whose producers kill the process, as `kill -9` does, at a certain call.
final class KillingCluster: Cluster {
  private let cluster: any Cluster
  private let kill: Kill
  private let seen = Atomic<Int>(0)

  init(_ cluster: any Cluster, _ kill: Kill) {
    self.cluster = cluster
    self.kill = kill
  }

  var capabilities: ClusterCapabilities { cluster.capabilities }
  func dataConsumer(prefetch: Int?) throws(KafkaFault) -> any DataConsumer { try cluster.dataConsumer(prefetch: prefetch) }
  func uncommittedConsumer() throws(KafkaFault) -> any DataConsumer { try cluster.uncommittedConsumer() }
  func admin() throws(KafkaFault) -> any ClusterAdmin { try cluster.admin() }
  func membership(group: String, instance: String) throws(KafkaFault) -> any GroupMembership {
    try cluster.membership(group: group, instance: instance)
  }
  func transactionalProducer(id: String, timeouts: Int) throws(KafkaFault) -> any TransactionalProducer {
    KillingProducer(try cluster.transactionalProducer(id: id, timeouts: timeouts), self)
  }

  func pass(_ place: Kill.Place) {
    guard place == kill.place, seen.wrappingAdd(1, ordering: .relaxed).newValue == kill.count else { return }
    Glibc.kill(getpid(), SIGKILL)
  }
}

private final class KillingProducer: TransactionalProducer {
  private let producer: any TransactionalProducer
  private let cluster: KillingCluster

  init(_ producer: any TransactionalProducer, _ cluster: KillingCluster) {
    self.producer = producer
    self.cluster = cluster
  }

  func initialize(timeout: Duration) throws(KafkaFault) { try producer.initialize(timeout: timeout) }
  func begin() throws(KafkaFault) { try producer.begin() }
  func produce(_ record: ProducedRecord) throws(KafkaFault) {
    try producer.produce(record)
    try producer.poll()
    cluster.pass(.produce)
  }
  func poll() throws(KafkaFault) { try producer.poll() }
  func sendOffsets(_ positions: [CommittedPosition], under metadata: any GroupMetadata, timeout: Duration) throws(KafkaFault) {
    try producer.sendOffsets(positions, under: metadata, timeout: timeout)
  }
  func commit(timeout: Duration) throws(KafkaFault) {
    cluster.pass(.beforeCommit)
    try producer.commit(timeout: timeout)
    cluster.pass(.afterCommit)
  }
  func abort(timeout: Duration) throws(KafkaFault) { try producer.abort(timeout: timeout) }
  func storedOffset(of token: Int) -> Int64? { producer.storedOffset(of: token) }
  func appendTime(of token: Int) -> EventTime? { producer.appendTime(of: token) }
  func close() { producer.close() }
}
