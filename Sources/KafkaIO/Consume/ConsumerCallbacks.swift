import CRdKafka
import StreamRuntime

/// Keeps the errors that librdkafka tells a consumer of outside its messages (brokers down, a topic that does not exist) for its next poll.
class ConsumerCallbacks: HandleCallbacks, @unchecked Sendable {
  private var faults: [KafkaFault] = []

  override func register(in configuration: OpaquePointer?, opaque: UnsafeMutableRawPointer) {
    super.register(in: configuration, opaque: opaque)
    rd_kafka_conf_set_error_cb(configuration, failed)
  }

  func note(_ fault: KafkaFault) { faults.append(fault) }

  /// What was told since the last call. Only the polling thread calls this, and only its polls call back.
  func takeFaults() -> [KafkaFault] {
    guard !faults.isEmpty else { return [] }
    defer { faults.removeAll() }
    return faults
  }
}

/// Why a handle is beyond repair: FENCED_INSTANCE_ID, where another process has the same name.
func fatalFault(of handle: OpaquePointer) -> KafkaFault {
  var text = [CChar](repeating: 0, count: 512)
  let code = rd_kafka_fatal_error(handle, &text, text.count)
  return KafkaFault(.fatal, code: String(cString: rd_kafka_err2name(code)), string(of: text))
}

private func failed(_ handle: OpaquePointer?, _ code: Int32, _ reason: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?) {
  guard let handle, let opaque else { return }
  let code = rd_kafka_resp_err_t(rawValue: code)
  let callbacks = Unmanaged<ConsumerCallbacks>.fromOpaque(opaque).takeUnretainedValue()
  callbacks.note(
    code == RD_KAFKA_RESP_ERR__FATAL
      ? fatalFault(of: handle) : KafkaErrors.fault(code, during: .poll, reason.map { String(cString: $0) }))
}
