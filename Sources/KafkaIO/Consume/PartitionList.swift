import CRdKafka
import Glibc
import RuleEngine

/// A `rd_kafka_topic_partition_list_t`.
final class PartitionList {
  let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  init(_ entries: some Collection<(source: Source, offset: Int64)>) {
    pointer = rd_kafka_topic_partition_list_new(Int32(clamping: entries.count))
    for entry in entries { add(entry.source).pointee.offset = entry.offset }
  }

  init(sources: [Source], offset: Int64 = Int64(RD_KAFKA_OFFSET_INVALID)) {
    pointer = rd_kafka_topic_partition_list_new(Int32(clamping: sources.count))
    for source in sources { add(source).pointee.offset = offset }
  }

  private func add(_ source: Source) -> UnsafeMutablePointer<rd_kafka_topic_partition_t> {
    rd_kafka_topic_partition_list_add(pointer, source.topic, source.partition)
  }

  /// The list frees the text.
  func setMetadata(_ text: String, at index: Int) {
    guard !text.isEmpty else { return }
    elements[index].metadata = UnsafeMutableRawPointer(strdup(text))
    elements[index].metadata_size = text.utf8.count
  }

  var elements: UnsafeMutableBufferPointer<rd_kafka_topic_partition_t> { partitionElements(of: pointer) }

  deinit { rd_kafka_topic_partition_list_destroy(pointer) }
}

func partitionElements(
  of list: UnsafePointer<rd_kafka_topic_partition_list_t>
) -> UnsafeMutableBufferPointer<rd_kafka_topic_partition_t> {
  UnsafeMutableBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
}

extension rd_kafka_topic_partition_t {
  var source: Source { Source(topic: topic.map { String(cString: $0) } ?? "", partition: partition) }
}
