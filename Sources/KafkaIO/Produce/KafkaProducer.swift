import CRdKafka
package import StreamRuntime

/// An idempotent producer without transactions, for who only writes events. One thread uses it.
package final class KafkaProducer {
  private let handle: KafkaHandle
  private let failures: Failures
  private var sender: RecordSender
  private var closed = false

  init(of cluster: KafkaCluster, settings: [String: String]) throws(KafkaFault) {
    failures = Failures(of: cluster)
    handle = try KafkaHandle(.producer, of: cluster, settings: settings, callbacks: failures)
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
    if let failed = failures.take() { throw failed }
  }

  /// Waits until all is delivered.
  package func flush(timeout: Duration) throws(KafkaFault) {
    let code = rd_kafka_flush(handle.pointer, timeout.wholeMilliseconds)
    if let failed = failures.take() { throw failed }
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

private final class Failures: HandleCallbacks, @unchecked Sendable {
  private var failed: KafkaFault?

  func take() -> KafkaFault? {
    defer { failed = nil }
    return failed
  }

  override func register(in configuration: OpaquePointer?, opaque: UnsafeMutableRawPointer) {
    super.register(in: configuration, opaque: opaque)
    rd_kafka_conf_set_dr_msg_cb(configuration, delivered)
  }

  func note(_ message: UnsafePointer<rd_kafka_message_t>) {
    guard failed == nil, message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    failed = KafkaErrors.fault(message.pointee.err, during: .delivery, token: token(of: message.pointee))
  }
}

private func delivered(_ handle: OpaquePointer?, _ message: UnsafePointer<rd_kafka_message_t>?, _ opaque: UnsafeMutableRawPointer?) {
  guard let message, let opaque else { return }
  Unmanaged<Failures>.fromOpaque(opaque).takeUnretainedValue().note(message)
}

extension KafkaCluster {
  package func producer(settings: [String: String] = [:]) throws(KafkaFault) -> KafkaProducer {
    try KafkaProducer(of: self, settings: settings)
  }
}
