package import StreamRuntime
internal import Synchronization

/// The handles of one process. When the process has ended, its calls do nothing more; what it left open stays open.
package final class SimulatedProcess: Cluster {
  let kafka: SimulatedKafka
  package let identity: Int

  init(kafka: SimulatedKafka, identity: Int) {
    self.kafka = kafka
    self.identity = identity
  }

  package var isDead: Bool { kafka.state.withLock { $0.dead.contains(identity) } }
  package func kill() { _ = kafka.state.withLock { $0.dead.insert(identity) } }

  package var capabilities: ClusterCapabilities { kafka.capabilities }
  package func dataConsumer(prefetch: Int?) throws(KafkaFault) -> any DataConsumer { SimulatedConsumer(self) }
  package func uncommittedConsumer() throws(KafkaFault) -> any DataConsumer { SimulatedConsumer(self, readsCommitted: false) }
  package func transactionalProducer(id: String, timeouts: Int) throws(KafkaFault) -> any TransactionalProducer {
    SimulatedProducer(self, id: id, timeouts: timeouts)
  }
  package func membership(group: String, instance: String) throws(KafkaFault) -> any GroupMembership {
    SimulatedMembership(self, group: group, instance: instance)
  }
  package func admin() throws(KafkaFault) -> any ClusterAdmin { SimulatedAdmin(self) }

  func call<Answer>(
    _ name: SimulatedKafka.Call, _ body: (inout SimulatedKafka.State) throws(KafkaFault) -> Answer
  ) throws(KafkaFault) -> Answer {
    try kafka.call(name, by: identity, body)
  }
}
