import CRdKafka
import EventModel
import StreamRuntime

/// What the delivery reports said since the last `reset`. Served by the thread that polls the producer.
final class Deliveries: HandleCallbacks, @unchecked Sendable {
  private(set) var failed: KafkaFault?
  private(set) var stored: [Int: (offset: Int64, time: EventTime?)] = [:]

  func reset() {
    failed = nil
    stored.removeAll(keepingCapacity: true)
  }

  /// The first failure since it was last taken.
  func takeFailure() -> KafkaFault? {
    defer { failed = nil }
    return failed
  }

  override func register(in configuration: OpaquePointer?, opaque: UnsafeMutableRawPointer) {
    super.register(in: configuration, opaque: opaque)
    rd_kafka_conf_set_dr_msg_cb(configuration, delivered)
  }

  func note(_ message: UnsafePointer<rd_kafka_message_t>) {
    let name = token(of: message.pointee)
    guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
      // The first is the cause; what was purged follows from it, or from what the next call says itself.
      let purged = [RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT].contains(message.pointee.err)
      if failed == nil, !purged { failed = KafkaErrors.fault(message.pointee.err, during: .delivery, token: name) }
      return
    }
    guard let name else { return }
    var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let milliseconds = rd_kafka_message_timestamp(message, &kind)
    let appended = kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME && milliseconds >= 0
    stored[name] = (message.pointee.offset, appended ? EventTime(microseconds: milliseconds * 1000) : nil)
  }
}

private func delivered(_ handle: OpaquePointer?, _ message: UnsafePointer<rd_kafka_message_t>?, _ opaque: UnsafeMutableRawPointer?) {
  guard let message, let opaque else { return }
  Unmanaged<Deliveries>.fromOpaque(opaque).takeUnretainedValue().note(message)
}
