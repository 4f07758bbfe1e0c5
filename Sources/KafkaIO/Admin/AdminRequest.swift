import CRdKafka
import StreamRuntime

/// One question of librdkafka's admin interface: sends it, waits for its answer on a queue of its own, frees both.
struct AdminRequest {
  private let handle: KafkaHandle
  private let timeout: Duration

  init(_ handle: KafkaHandle, timeout: Duration) {
    self.handle = handle
    self.timeout = timeout
  }

  /// - Parameters:
  ///   - send: enqueues the request with the options, to be answered on the queue.
  ///   - read: takes what is needed of the answer, which is freed afterwards.
  func answer<Answer>(
    _ operation: rd_kafka_admin_op_t, stable: Bool = false, send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void,
    read: (_ event: OpaquePointer) -> Result<Answer, KafkaFault>
  ) throws(KafkaFault) -> Answer {
    let options = rd_kafka_AdminOptions_new(handle.pointer, operation)
    let queue = rd_kafka_queue_new(handle.pointer)
    defer {
      rd_kafka_queue_destroy(queue)
      rd_kafka_AdminOptions_destroy(options)
    }
    var text = [CChar](repeating: 0, count: 512)
    let milliseconds = timeout.wholeMilliseconds
    guard rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, &text, text.count) == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw KafkaFault(.fatal, code: "_INVALID_ARG", string(of: text))
    }
    if stable { try KafkaErrors.check(rd_kafka_AdminOptions_set_require_stable_offsets(options, 1), during: .admin) }
    send(options, queue)
    // The request ends by its own timeout; the second is for its answer to arrive.
    guard let event = rd_kafka_queue_poll(queue, milliseconds.addingReportingOverflow(1000).partialValue) else {
      throw KafkaErrors.fault(RD_KAFKA_RESP_ERR__TIMED_OUT, during: .admin)
    }
    defer { rd_kafka_event_destroy(event) }
    let code = rd_kafka_event_error(event)
    if code != RD_KAFKA_RESP_ERR_NO_ERROR {
      throw KafkaErrors.fault(code, during: .admin, rd_kafka_event_error_string(event).map { String(cString: $0) })
    }
    return try read(event).get()
  }
}
