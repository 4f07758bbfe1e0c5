import CRdKafka
import StreamRuntime
import Synchronization

/// A `rd_kafka_t` with its callbacks. librdkafka's handles may be used from any thread; what is asked of one thread is said by who owns the handle.
final class KafkaHandle: @unchecked Sendable {
  let pointer: OpaquePointer
  private let callbacks: Unmanaged<HandleCallbacks>
  private let destroyed = Atomic<Bool>(false)

  init(_ role: HandleRole, of cluster: KafkaCluster, settings own: [String: String] = [:], callbacks: HandleCallbacks) throws(KafkaFault) {
    self.callbacks = Unmanaged.passRetained(callbacks)
    let configuration = rd_kafka_conf_new()
    var text = [CChar](repeating: 0, count: 512)
    for (name, value) in cluster.settings(for: role, own) {
      guard rd_kafka_conf_set(configuration, name, value, &text, text.count) == RD_KAFKA_CONF_OK else {
        rd_kafka_conf_destroy(configuration)
        self.callbacks.release()
        throw KafkaFault(.fatal, code: "_INVALID_ARG", string(of: text))
      }
    }
    callbacks.register(in: configuration, opaque: self.callbacks.toOpaque())
    guard let pointer = rd_kafka_new(role.isProducer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, configuration, &text, text.count) else {
      rd_kafka_conf_destroy(configuration)
      self.callbacks.release()
      throw KafkaFault(.fatal, code: "_INVALID_ARG", string(of: text))
    }
    self.pointer = pointer
  }

  /// Ends the handle's threads. Never from one of its callbacks. Consumers that are members of a group are closed before.
  func destroy() {
    guard !destroyed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    callbacks.release()
  }

  deinit { destroy() }
}

/// What librdkafka calls back. Delivery and rebalance are served by the thread that polls the handle, logs come from any thread.
class HandleCallbacks: @unchecked Sendable {
  let log: KafkaLog
  let statistics: KafkaStatisticsSink?

  init(of cluster: KafkaCluster) {
    log = cluster.log
    statistics = cluster.statistics
  }

  func register(in configuration: OpaquePointer?, opaque: UnsafeMutableRawPointer) {
    rd_kafka_conf_set_opaque(configuration, opaque)
    rd_kafka_conf_set_log_cb(configuration, logged)
    if statistics != nil { rd_kafka_conf_set_stats_cb(configuration, reported) }
  }
}

private func logged(_ handle: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ message: UnsafePointer<CChar>?) {
  guard let handle, let opaque = rd_kafka_opaque(handle), let facility, let message else { return }
  let callbacks = Unmanaged<HandleCallbacks>.fromOpaque(opaque).takeUnretainedValue()
  callbacks.log(Int(level), String(cString: facility), String(cString: message))
}

private func reported(
  _ handle: OpaquePointer?, _ json: UnsafeMutablePointer<CChar>?, _ size: Int, _ opaque: UnsafeMutableRawPointer?
) -> Int32 {
  guard let opaque, let json else { return 0 }
  let callbacks = Unmanaged<HandleCallbacks>.fromOpaque(opaque).takeUnretainedValue()
  let bytes = UnsafeRawBufferPointer(start: json, count: size)
  if let statistics = KafkaStatistics(json: Array(bytes)) { callbacks.statistics?.report(statistics) }
  return 0  // librdkafka frees the text.
}

/// The text that a C call left in a buffer.
func string(of text: [CChar]) -> String {
  text.withUnsafeBufferPointer { buffer in buffer.baseAddress.map { String(cString: $0) } ?? "" }
}

extension Duration {
  /// Whole milliseconds, at least 0, as librdkafka's timeouts are.
  var wholeMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    return overflow ? (seconds < 0 ? 0 : .max) : Int32(clamping: max(0, whole + attoseconds / 1_000_000_000_000_000))
  }
}
