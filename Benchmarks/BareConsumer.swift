import CRdKafka
import Glibc

/// librdkafka alone, as its own examples use it: partitions assigned by hand, a poll loop, the length of each value looked at.
enum BareConsumer {
  /// Reads `count` records from the beginning.
  /// - Returns: the bytes of their values.
  static func read(_ count: Int, of topic: String, partitions: Int32, bootstrap: String) -> Int {
    let configuration = rd_kafka_conf_new()
    for (name, value) in [
      ("bootstrap.servers", bootstrap), ("group.id", "bare"), ("enable.auto.commit", "false"), ("isolation.level", "read_committed"),
      ("enable.partition.eof", "true"), ("queued.min.messages", "100000"),
    ] { rd_kafka_conf_set(configuration, name, value, nil, 0) }
    guard let handle = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, nil, 0) else { fatalError("librdkafka gives no consumer") }
    rd_kafka_poll_set_consumer(handle)
    let list = rd_kafka_topic_partition_list_new(partitions)
    for partition in 0..<partitions {
      rd_kafka_topic_partition_list_add(list, topic, partition).pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
    }
    rd_kafka_assign(handle, list)
    rd_kafka_topic_partition_list_destroy(list)

    var (left, bytes) = (count, 0)
    while left > 0 {
      guard let message = rd_kafka_consumer_poll(handle, 1_000) else { continue }
      if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        left -= 1
        bytes += message.pointee.len
      }
      rd_kafka_message_destroy(message)
    }
    rd_kafka_consumer_close(handle)
    rd_kafka_destroy(handle)
    return bytes
  }
}
