import CRdKafka
package import EventModel
package import StreamRuntime

/// A producer with a transactional id. Delivery reports are served by the calling thread, in `poll` and within `commit`.
package final class KafkaTransactionalProducer: TransactionalProducer {
  private let handle: KafkaHandle
  private let deliveries: Deliveries
  private var sender: RecordSender
  private var queueIsFull = false
  private var closed = false

  init(of cluster: KafkaCluster, id: String, settings: [String: String]) throws(KafkaFault) {
    deliveries = Deliveries(of: cluster)
    handle = try KafkaHandle(.transactionalProducer(id: id), of: cluster, settings: settings, callbacks: deliveries)
    sender = RecordSender(of: handle)
  }

  deinit { close() }

  package func initialize(timeout: Duration) throws(KafkaFault) {
    try KafkaErrors.check(rd_kafka_init_transactions(handle.pointer, timeout.wholeMilliseconds), during: .initialize)
  }

  package func begin() throws(KafkaFault) {
    deliveries.reset()
    try KafkaErrors.check(rd_kafka_begin_transaction(handle.pointer), during: .begin)
  }

  package func produce(_ record: ProducedRecord) throws(KafkaFault) {
    do {
      try sender.send(record)
    } catch {
      queueIsFull = error.disposition == .queueFull
      throw error
    }
  }

  /// After a full queue it waits up to 10 ms, so that who polls and tries again does not spin.
  package func poll() throws(KafkaFault) {
    rd_kafka_poll(handle.pointer, queueIsFull ? 10 : 0)
    queueIsFull = false
    if let failed = deliveries.failed { throw failed }
  }

  package func sendOffsets(
    _ positions: [CommittedPosition], under metadata: any GroupMetadata, timeout: Duration
  ) throws(KafkaFault) {
    guard let metadata = metadata as? KafkaGroupMetadata else {
      preconditionFailure("the group metadata of a transaction comes from a Kafka membership")
    }
    let error = withPartitionList(positions.map { (source: $0.source, offset: $0.offset) }) { list in
      let entries = partitionElements(of: list)
      for (index, position) in positions.enumerated() { entries[index].setMetadata(position.metadata) }
      return rd_kafka_send_offsets_to_transaction(handle.pointer, list, metadata.pointer, timeout.wholeMilliseconds)
    }
    try KafkaErrors.check(error, during: .sendOffsets)
  }

  /// A record that was not delivered is the cause of the failed commit, and says more than librdkafka's summary.
  package func commit(timeout: Duration) throws(KafkaFault) {
    do {
      try KafkaErrors.check(rd_kafka_commit_transaction(handle.pointer, timeout.wholeMilliseconds), during: .commit)
    } catch {
      if error.disposition == .abort, let failed = deliveries.failed { throw failed }
      throw error
    }
  }

  package func abort(timeout: Duration) throws(KafkaFault) {
    try KafkaErrors.check(rd_kafka_abort_transaction(handle.pointer, timeout.wholeMilliseconds), during: .abort)
  }

  package func storedOffset(of token: Int) -> Int64? { deliveries.stored[token]?.offset }

  package func appendTime(of token: Int) -> EventTime? { deliveries.stored[token]?.time }

  package func close() {
    guard !closed else { return }
    closed = true
    sender.destroy()
    handle.destroy()
  }
}
