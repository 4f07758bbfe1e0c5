import CRdKafka
import EventModel
import RuleEngine
import StreamRuntime

/// Queues records on a producer handle: librdkafka copies the bytes, once.
struct RecordSender {
  private let handle: KafkaHandle
  private var topics: [String: OpaquePointer] = [:]

  init(of handle: KafkaHandle) { self.handle = handle }

  mutating func send(_ record: ProducedRecord) throws(KafkaFault) {
    let topic = try self.topic(record.topic)
    let headers = record.headers.isEmpty ? nil : Self.headers(record.headers)
    let error = record.key.withBytes { key in
      record.value.withBytes { value in
        withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 8) { arguments in
          var count = 0
          func add(_ kind: rd_kafka_vtype_t, _ value: rd_kafka_vu_t.__Unnamed_union_u) {
            arguments.initializeElement(at: count, to: rd_kafka_vu_t(vtype: kind, u: value))
            count += 1
          }
          add(RD_KAFKA_VTYPE_RKT, .init(rkt: topic))
          add(RD_KAFKA_VTYPE_PARTITION, .init(i32: record.partition ?? RD_KAFKA_PARTITION_UA))
          add(RD_KAFKA_VTYPE_KEY, .init(mem: .init(ptr: key.start, size: key.count)))
          add(RD_KAFKA_VTYPE_VALUE, .init(mem: .init(ptr: value.start, size: value.count)))
          add(RD_KAFKA_VTYPE_MSGFLAGS, .init(i: RD_KAFKA_MSG_F_COPY))
          add(RD_KAFKA_VTYPE_OPAQUE, .init(ptr: record.token.flatMap { UnsafeMutableRawPointer(bitPattern: $0 + 1) }))
          if let timestamp = record.timestamp {
            add(RD_KAFKA_VTYPE_TIMESTAMP, .init(i64: timestamp.microseconds / 1000))
          }
          if let headers { add(RD_KAFKA_VTYPE_HEADERS, .init(headers: headers)) }
          return rd_kafka_produceva(handle.pointer, arguments.baseAddress, count)
        }
      }
    }
    if error != nil, let headers { rd_kafka_headers_destroy(headers) }  // Taken over only by a record that was queued.
    try KafkaErrors.check(error, during: .produce)
  }

  mutating func destroy() {
    for topic in topics.values { rd_kafka_topic_destroy(topic) }
    topics.removeAll()
  }

  private mutating func topic(_ name: String) throws(KafkaFault) -> OpaquePointer {
    if let known = topics[name] { return known }
    guard let topic = rd_kafka_topic_new(handle.pointer, name, nil) else {
      throw KafkaErrors.fault(rd_kafka_last_error(), during: .produce)
    }
    topics[name] = topic
    return topic
  }

  private static func headers(_ all: [OutputRecord.Header]) -> OpaquePointer? {
    let headers = rd_kafka_headers_new(all.count)
    for header in all {
      header.value.withUnsafeBytes { _ = rd_kafka_header_add(headers, header.name, -1, $0.baseAddress, $0.count) }
    }
    return headers
  }
}

extension [UInt8]? {
  /// The bytes as librdkafka takes them: a missing key or value has no address, an empty one has.
  fileprivate func withBytes<Result>(_ body: ((start: UnsafeMutableRawPointer?, count: Int)) -> Result) -> Result {
    switch self {
    case nil: body((nil, 0))
    case let bytes?:
      bytes.withUnsafeBytes { buffer in
        withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { empty in
          body((UnsafeMutableRawPointer(mutating: buffer.baseAddress) ?? empty.baseAddress, buffer.count))
        }
      }
    }
  }
}

/// The token that a delivery report carries.
func token(of message: rd_kafka_message_t) -> Int? { message._private.map { Int(bitPattern: $0) - 1 } }
