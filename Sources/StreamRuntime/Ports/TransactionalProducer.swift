package import EventModel
package import RuleEngine

/// A producer with a transactional id (protocol.md 2, 5). One thread uses it.
package protocol TransactionalProducer: AnyObject {
  /// Fences and settles whatever an earlier producer of this id left open.
  func initialize(timeout: Duration) throws(KafkaFault)
  func begin() throws(KafkaFault)
  /// Queues a record. `partition` nil: by murmur2 of the key, as Java clients do (no key: any).
  func produce(_ record: ProducedRecord) throws(KafkaFault)
  /// Serves delivery reports; throws the first failed one since the transaction began.
  func poll() throws(KafkaFault)
  /// Offsets of `positions` with their metadata join the transaction; the coordinator refuses them unless `metadata` is current.
  func sendOffsets(_ positions: [CommittedPosition], under metadata: any GroupMetadata, timeout: Duration) throws(KafkaFault)
  func commit(timeout: Duration) throws(KafkaFault)
  func abort(timeout: Duration) throws(KafkaFault)
  /// The offset at which the record of this token was stored, once its delivery report has come.
  func storedOffset(of token: Int) -> Int64?
  /// When the broker appended it (topics with LogAppendTime), by the broker's clock.
  func appendTime(of token: Int) -> EventTime?
  func close()
}

/// A record to produce.
package struct ProducedRecord: Sendable {
  package var topic: String
  package var partition: Int32?
  package var key: [UInt8]?
  package var value: [UInt8]?
  package var headers: [OutputRecord.Header]
  /// Kafka's timestamp, for topics with CreateTime; nil: the time of producing.
  package var timestamp: EventTime?
  /// Names the record in `storedOffset` and in the fault of a failed delivery; nil: nobody asks.
  package var token: Int?
  package init(
    topic: String, partition: Int32?, key: [UInt8]?, value: [UInt8]?, headers: [OutputRecord.Header] = [],
    timestamp: EventTime? = nil, token: Int? = nil
  ) {
    self.topic = topic
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
    self.timestamp = timestamp
    self.token = token
  }
}

/// A committed offset with its metadata.
package struct CommittedPosition: Sendable, Equatable {
  package var source: Source
  package var offset: Int64
  /// ASCII, at most 256 bytes.
  package var metadata: String
  package init(source: Source, offset: Int64, metadata: String = "") {
    self.source = source
    self.offset = offset
    self.metadata = metadata
  }
}
