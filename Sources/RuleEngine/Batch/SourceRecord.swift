package import EventModel

/// A partition of an input topic.
package struct Source: Hashable, Comparable, Sendable {
  package var topic: String
  package var partition: Int32
  package init(topic: String, partition: Int32) {
    self.topic = topic
    self.partition = partition
  }
  package static func < (a: Source, b: Source) -> Bool { (a.topic, a.partition) < (b.topic, b.partition) }
}

/// One record as it was read. The bytes belong to whoever read them and are valid during `Engine.apply` only.
package struct SourceRecord {
  /// The number that `Engine.attach` gave the record's source.
  package var source: Int
  package var offset: Int64
  /// Kafka's timestamp, no later than the wall clock at the reading (language.md 5.1).
  package var timestamp: EventTime
  package var key: UnsafeRawBufferPointer?
  /// nil: a tombstone.
  package var value: UnsafeRawBufferPointer?
  /// The reader's own name for the record, by which it finds the headers; nil: there are none.
  package var handle: UnsafeRawPointer?

  package init(
    source: Int, offset: Int64, timestamp: EventTime, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
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

/// Who has read the records: asked for a header only where an output wants it, since few do.
package protocol RecordHeaders: AnyObject {
  /// The last header of that name of a record whose bytes are valid; nil: it has none.
  func header(_ name: String, of handle: UnsafeRawPointer) -> [UInt8]?
}

/// Evidence that a source held nothing unread at a wall-clock time (protocol.md 8): an input like a record.
package struct EndProof: Sendable {
  package var source: Int
  /// The wall clock before the question was asked, less `idle_margin`. The engine subtracts the stream's `delay`.
  package var at: EventTime
  /// The source's end: 0 when it never held a record.
  package var end: Int64
  /// The `idle_margin` that `at` lacks: a source with nothing read yet is known from `at + margin` on (language.md 6.1).
  package var margin: Duration

  package init(source: Int, at: EventTime, end: Int64, margin: Duration = .zero) {
    self.source = source
    self.at = at
    self.end = end
    self.margin = margin
  }
}
