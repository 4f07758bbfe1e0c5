import CRdKafka
package import StreamRuntime

/// An idempotent producer without transactions, for who only writes events. One thread uses it.
package final class KafkaProducer {
  private let handle: KafkaHandle
  private let deliveries: Deliveries
  private var sender: RecordSender
  private var closed = false

  init(of cluster: KafkaCluster, settings: [String: String]) throws(KafkaFault) {
    deliveries = Deliveries(of: cluster)
    handle = try KafkaHandle(.producer, of: cluster, settings: settings, callbacks: deliveries)
    sender = RecordSender(of: handle)
  }

  deinit { close() }

  /// Queues a record; waits while the queue is full, at most a minute.
  package func produce(_ record: ProducedRecord) throws(KafkaFault) {
    var attempts = 0
    while true {
      do {
        return try sender.send(record)
      } catch {
        attempts += 1
        guard error.disposition == .queueFull, attempts < 600 else { throw error }
        rd_kafka_poll(handle.pointer, 100)
      }
    }
  }

  /// Serves delivery reports.
  /// - Throws: the first delivery that failed since the last throw.
  package func poll() throws(KafkaFault) {
    rd_kafka_poll(handle.pointer, 0)
    if let failed = deliveries.takeFailure() { throw failed }
  }

  /// Waits until all is delivered.
  package func flush(timeout: Duration) throws(KafkaFault) {
    let code = rd_kafka_flush(handle.pointer, timeout.wholeMilliseconds)
    if let failed = deliveries.takeFailure() { throw failed }
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaErrors.fault(code, during: .admin) }
  }

  /// What is not flushed is lost.
  package func close() {
    guard !closed else { return }
    closed = true
    sender.destroy()
    handle.destroy()
  }
}
