import CRdKafka
import Glibc
import RuleEngine

/// A `rd_kafka_topic_partition_list_t` for the time of a call: an object could be gone before the call that got its address.
func withPartitionList<Result, Failure: Error>(
  _ entries: some Collection<(source: Source, offset: Int64)>,
  _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) throws(Failure) -> Result
) throws(Failure) -> Result {
  let list = rd_kafka_topic_partition_list_new(Int32(clamping: entries.count))!  // It ends the process where there is no memory.
  defer { rd_kafka_topic_partition_list_destroy(list) }
  for entry in entries {
    rd_kafka_topic_partition_list_add(list, entry.source.topic, entry.source.partition).pointee.offset = entry.offset
  }
  return try body(list)
}

/// The same, with one offset for all.
func withPartitionList<Result, Failure: Error>(
  of sources: [Source], offset: Int64 = Int64(RD_KAFKA_OFFSET_INVALID),
  _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) throws(Failure) -> Result
) throws(Failure) -> Result {
  try withPartitionList(sources.map { ($0, offset) }, body)
}

func partitionElements(
  of list: UnsafePointer<rd_kafka_topic_partition_list_t>
) -> UnsafeMutableBufferPointer<rd_kafka_topic_partition_t> {
  UnsafeMutableBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
}

extension rd_kafka_topic_partition_t {
  var source: Source { Source(topic: topic.map { String(cString: $0) } ?? "", partition: partition) }

  /// The list that holds it frees the text.
  mutating func setMetadata(_ text: String) {
    guard !text.isEmpty else { return }
    metadata = UnsafeMutableRawPointer(strdup(text))
    metadata_size = text.utf8.count
  }
}
