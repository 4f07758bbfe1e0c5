import EventModel
import KafkaIO
import RuleEngine
import StreamRuntime
import TestKit
import Testing

@Suite(.enabled(if: TestCluster.isWanted, .whyNoKafka), .onOwnThreads) struct AdminTests {
  @Test("topics are created with their settings, again without harm, and a missing one is left out of the counts")
  func topics() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let admin = try kafka.client().admin()
      #expect(admin.capabilities == .kafka)
      let names = [kafka.unique("kpis"), kafka.unique("state")]
      let wanted = [
        TopicToCreate(name: names[0], partitions: 3, replication: nil, settings: ["cleanup.policy": "compact,delete"]),
        TopicToCreate(name: names[1], partitions: 2, replication: 1, settings: ["retention.ms": "-1"]),
      ]
      try admin.createTopics(wanted, timeout: .seconds(20))
      try admin.createTopics(wanted, timeout: .seconds(20))
      let missing = kafka.unique("missing")
      #expect(try admin.partitionCounts(of: names + [missing], timeout: .seconds(10)) == [names[0]: 3, names[1]: 2])
      let settings = try admin.settings(of: names, timeout: .seconds(10))
      #expect(settings[names[0]]?["cleanup.policy"] == "compact,delete")
      #expect(settings[names[1]]?["retention.ms"] == "-1")
      let whole = try admin.describeCluster(timeout: .seconds(10))
      #expect(whole.brokers >= 1)
      #expect(whole.topics[names[0]] == 3)
    }
  }

  @Test("a topic that the broker refuses is named")
  func refusedTopic() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let admin = try kafka.client().admin()
      let topic = TopicToCreate(name: kafka.unique("bad"), partitions: 1, replication: nil, settings: ["cleanup.policy": "burn"])
      let refused = fault { () throws(KafkaFault) in try admin.createTopics([topic], timeout: .seconds(10)) }
      #expect(refused?.disposition == .hold)
      #expect(refused?.description.contains(topic.name) == true)
      let unknown = fault { () throws(KafkaFault) in _ = try admin.settings(of: [topic.name], timeout: .seconds(10)) }
      #expect(unknown?.disposition == .hold)
    }
  }

  @Test("ends count what is open and the markers, one question for all partitions")
  func ends() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("ends", partitions: 3)
      try kafka.write((0..<5).map { ProducedRecord(topic, 1, "\($0)") })
      let producer = try kafka.client().transactionalProducer(id: kafka.unique("ends"), settings: [:])
      defer { producer.close() }
      try producer.initialize(timeout: .seconds(20))
      try producer.begin()
      try producer.produce(ProducedRecord(topic, 2, "open", token: 1))
      while producer.storedOffset(of: 1) == nil { try producer.poll() }
      let sources = (0..<3).map { Source(topic: topic, partition: Int32($0)) }
      let admin = try kafka.client().admin()
      #expect(try admin.ends(of: sources, timeout: .seconds(10)) == [sources[0]: 0, sources[1]: 5, sources[2]: 1])
      try producer.commit(timeout: .seconds(10))
    }
  }

  @Test("the offset at a time is that of the first record at or after it, and the end where there is none")
  func offsetsAtTime() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("times", settings: ["retention.ms": "-1"])
      let source = Source(topic: topic, partition: 0)
      let base: Int64 = 1_767_600_000_000_000
      try kafka.write(
        (0..<4).map {
          ProducedRecord(topic: topic, partition: 0, key: nil, value: [], timestamp: EventTime(microseconds: base + $0 * 1_000_000))
        })
      let admin = try kafka.client().admin()
      func offset(_ microseconds: Int64) throws -> Int64? {
        try admin.offsets(at: microseconds, of: [source], timeout: .seconds(10))[source]
      }
      #expect(try offset(base) == 0)
      #expect(try offset(base + 1_500_000) == 2)
      #expect(try offset(0) == 0)
      #expect(try offset(base + 60_000_000) == 4)
    }
  }

  @Test("deleted records are gone from the beginning, and a compacted topic refuses")
  func deletion() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("deleted")
      let compacted = try kafka.topic("compacted", settings: ["cleanup.policy": "compact"])
      try kafka.write((0..<6).flatMap { [ProducedRecord(topic, 0, "\($0)"), ProducedRecord(compacted, 0, key: "k", "\($0)")] })
      let admin = try kafka.client().admin()
      try admin.deleteRecords(before: [(Source(topic: topic, partition: 0), 4)], timeout: .seconds(10))
      #expect(try kafka.readAll(topic).map(\.offset) == [4, 5])
      let refused = fault { () throws(KafkaFault) in
        try admin.deleteRecords(before: [(Source(topic: compacted, partition: 0), 4)], timeout: .seconds(10))
      }
      #expect(refused?.code == "POLICY_VIOLATION")
    }
  }

  @Test("a broker that is not there is a fault to try again, within the time given")
  func nobody() async throws {
    try await onThread {
      let nowhere = try KafkaCluster(properties: ["bootstrap.servers": "127.0.0.1:1"], application: "shop")
      let admin = try nowhere.admin()
      let unreachable = fault { () throws(KafkaFault) in _ = try admin.partitionCounts(of: ["orders"], timeout: .milliseconds(500)) }
      #expect(unreachable?.disposition == .retry)
      let unanswered = fault { () throws(KafkaFault) in
        _ = try admin.ends(of: [Source(topic: "orders", partition: 0)], timeout: .milliseconds(500))
      }
      #expect(unanswered?.disposition == .retry)
    }
  }
}
