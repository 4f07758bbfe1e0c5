package import EventModel
package import RuleEngine

/// A consumer whose partitions are assigned by hand at explicit offsets (the data, restore and prover handles of protocol.md 2).
/// One thread uses it.
package protocol DataConsumer: RecordHeaders {
  /// Adds partitions, each from its offset on.
  func assign(_ positions: [(source: Source, offset: Int64)]) throws(KafkaFault)
  func unassign(_ sources: [Source]) throws(KafkaFault)
  /// Hands over at most `limit` of what has arrived, waiting at most `wait` for the first.
  /// The bytes of records stay valid until `release`.
  func poll(limit: Int, wait: Duration, _ take: (Polled) -> Void) throws(KafkaFault)
  /// Frees the records handed over so far.
  func release()
  /// The headers of a record that was handed over and not released yet, in order.
  func headers(of record: PolledRecord) -> [OutputRecord.Header]
  /// Begin and end of each partition: its first offset, and the high watermark or (read committed) the last stable offset.
  /// Of a consumer that reads, the answer may come half a second late: behind a fetch that waits for records.
  func bounds(of source: Source, timeout: Duration) throws(KafkaFault) -> Range<Int64>
  func close()
}

/// What a poll hands over.
package enum Polled {
  case record(PolledRecord)
  /// Everything up to `offset` was read.
  case end(Source, offset: Int64)
  /// The position is no longer, or not yet, in the log.
  case outOfRange(Source)
  /// A fault of one partition or of the client; it goes on by itself where it can.
  case fault(Source?, KafkaFault)
}

/// One record with its place. Bytes are valid until `DataConsumer.release`.
package struct PolledRecord {
  package var source: Source
  package var offset: Int64
  /// Kafka's timestamp as the broker has it; nil: none.
  package var timestamp: EventTime?
  package var key: UnsafeRawBufferPointer?
  package var value: UnsafeRawBufferPointer?
  /// The consumer's own name for the record, by which it finds the headers.
  package var handle: UnsafeRawPointer?

  package init(
    source: Source, offset: Int64, timestamp: EventTime?, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    handle: UnsafeRawPointer? = nil
  ) {
    self.source = source
    self.offset = offset
    self.timestamp = timestamp
    self.key = key
    self.value = value
    self.handle = handle
  }
}
