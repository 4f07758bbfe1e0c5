import CRdKafka
import EventModel
package import RuleEngine
package import StreamRuntime

/// Reads partitions at explicit offsets. Only `incremental_assign` and `incremental_unassign` move it: resuming and seeking rewind in 2.0.2.
package final class KafkaDataConsumer: DataConsumer {
  private let handle: KafkaHandle
  private let callbacks: ConsumerCallbacks
  private var topics: TopicHandles
  /// Records handed over and not released.
  private var held: [UnsafeMutablePointer<rd_kafka_message_t>] = []
  private var closed = false

  init(of cluster: KafkaCluster, group: String, readCommitted: Bool, settings: [String: String]) throws(KafkaFault) {
    callbacks = ConsumerCallbacks(of: cluster)
    handle = try KafkaHandle(
      .data(group: group, readCommitted: readCommitted), of: cluster, settings: settings, callbacks: callbacks)
    topics = TopicHandles(of: handle)
    rd_kafka_poll_set_consumer(handle.pointer)
  }

  deinit { close() }

  package func assign(_ positions: [(source: Source, offset: Int64)]) throws(KafkaFault) {
    guard !positions.isEmpty else { return }
    for position in positions { topics.keep(position.source.topic) }
    try KafkaErrors.check(withPartitionList(positions) { rd_kafka_incremental_assign(handle.pointer, $0) }, during: .poll)
  }

  package func unassign(_ sources: [Source]) throws(KafkaFault) {
    guard !sources.isEmpty else { return }
    try KafkaErrors.check(withPartitionList(of: sources) { rd_kafka_incremental_unassign(handle.pointer, $0) }, during: .poll)
  }

  package func poll(limit: Int, wait: Duration, _ take: (Polled) -> Void) throws(KafkaFault) {
    var timeout = wait.wholeMilliseconds
    var taken = 0
    while taken < limit, let message = rd_kafka_consumer_poll(handle.pointer, timeout) {
      timeout = 0
      taken += 1
      if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        held.append(message)
        take(.record(record(message)))
      } else {
        take(event(message))
        rd_kafka_message_destroy(message)
      }
    }
    for fault in callbacks.takeFaults() { take(.fault(nil, fault)) }
  }

  package func release() {
    for message in held { rd_kafka_message_destroy(message) }
    held.removeAll(keepingCapacity: true)
  }

  package func headers(of record: PolledRecord) -> [OutputRecord.Header] {
    guard let handle = record.handle else { return [] }
    var headers: OpaquePointer?
    let message = handle.assumingMemoryBound(to: rd_kafka_message_t.self)
    guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else { return [] }
    var all: [OutputRecord.Header] = []
    var name: UnsafePointer<CChar>?
    var value: UnsafeRawPointer?
    var size = 0
    while rd_kafka_header_get_all(headers, all.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let text = name {
      all.append(
        OutputRecord.Header(String(cString: text), bytes: Array(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size))))
    }
    return all
  }

  /// librdkafka reads a record's headers when they are first asked for.
  package func header(_ name: String, of handle: UnsafeRawPointer) -> [UInt8]? {
    var headers: OpaquePointer?
    var value: UnsafeRawPointer?
    var size = 0
    guard rd_kafka_message_headers(handle.assumingMemoryBound(to: rd_kafka_message_t.self), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR,
      let headers, rd_kafka_header_get_last(headers, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR
    else { return nil }
    return Array(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size))
  }

  /// Asks with `offsets_for_times`, which answers as `query_watermark_offsets` does and keeps its timeout in 2.0.2.
  package func bounds(of source: Source, timeout: Duration) throws(KafkaFault) -> Range<Int64> {
    let first = try position(of: source, at: Int64(RD_KAFKA_OFFSET_BEGINNING), timeout)
    let end = try position(of: source, at: Int64(RD_KAFKA_OFFSET_END), timeout)
    return first..<max(first, end)
  }

  private func position(of source: Source, at time: Int64, _ timeout: Duration) throws(KafkaFault) -> Int64 {
    let found = try askForOffsets(handle, at: time, of: [source], timeout: timeout)
    guard let offset = found[source] else {
      throw KafkaFault(.retry, code: "_TIMED_OUT", "the leader of \(source.topic)[\(source.partition)] did not answer")
    }
    return offset
  }

  package func close() {
    guard !closed else { return }
    closed = true
    release()
    topics.destroy()
    handle.destroy()
  }

  private func record(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> PolledRecord {
    var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let milliseconds = rd_kafka_message_timestamp(message, &kind)
    let bytes = message.pointee
    return PolledRecord(
      source: topics.source(of: bytes), offset: bytes.offset,
      timestamp: milliseconds >= 0 && kind != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? EventTime(milliseconds: milliseconds) : nil,
      key: bytes.key.map { UnsafeRawBufferPointer(start: $0, count: bytes.key_len) },
      value: bytes.payload.map { UnsafeRawBufferPointer(start: $0, count: bytes.len) }, handle: UnsafeRawPointer(message))
  }

  private func event(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Polled {
    let source = message.pointee.rkt == nil ? nil : topics.source(of: message.pointee)
    switch (message.pointee.err, source) {
    case (RD_KAFKA_RESP_ERR__PARTITION_EOF, let source?): return .end(source, offset: message.pointee.offset)
    case (RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, let source?): return .outOfRange(source)
    case (let code, let source):
      return .fault(source, KafkaErrors.fault(code, during: .poll, rd_kafka_message_errstr(message).map { String(cString: $0) }))
    }
  }
}
