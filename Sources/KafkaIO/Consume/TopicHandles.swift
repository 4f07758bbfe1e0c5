import CRdKafka
import RuleEngine

/// Says which source a record is of without making a string for each: by the topic handle of librdkafka's message, and mostly as the record before.
/// The handles are kept: as long as they live no other topic can have the same address.
struct TopicHandles {
  private let handle: KafkaHandle
  private var names: [OpaquePointer: String] = [:]
  private var kept: Set<String> = []
  private var lastTopic: OpaquePointer?
  private var last = Source(topic: "", partition: -1)

  init(of handle: KafkaHandle) { self.handle = handle }

  mutating func keep(_ topic: String) {
    guard kept.insert(topic).inserted, let pointer = rd_kafka_topic_new(handle.pointer, topic, nil) else { return }
    names[pointer] = topic
  }

  mutating func source(of message: rd_kafka_message_t) -> Source {
    if message.rkt == lastTopic, message.partition == last.partition { return last }
    guard let topic = message.rkt else { return Source(topic: "", partition: message.partition) }
    guard let name = names[topic] else {
      return Source(topic: rd_kafka_topic_name(topic).map { String(cString: $0) } ?? "", partition: message.partition)
    }
    lastTopic = topic
    last = Source(topic: name, partition: message.partition)
    return last
  }

  mutating func destroy() {
    for pointer in names.keys { rd_kafka_topic_destroy(pointer) }
    names.removeAll()
    lastTopic = nil
  }
}
