import EventModel
import KafkaIO
import RuleEngine
import StreamRuntime
import TestKit
import Testing

@Suite(.enabled(if: TestCluster.isWanted, .whyNoKafka), .onOwnThreads) struct TransactionTests {
  private func producer(_ kafka: TestCluster, _ id: String? = nil, settings: [String: String] = [:]) throws -> KafkaTransactionalProducer {
    let producer = try kafka.client().transactionalProducer(id: id ?? kafka.unique("producer"), settings: settings)
    try producer.initialize(timeout: .seconds(20))
    return producer
  }

  @Test("what was committed is read, what was aborted is not, in the order of producing")
  func committedAndAborted() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("transactions")
      let producer = try producer(kafka)
      defer { producer.close() }
      for (number, commits) in [true, false, true].enumerated() {
        try producer.begin()
        for record in 0..<3 { try producer.produce(ProducedRecord(topic, 0, "\(number).\(record)")) }
        if commits { try producer.commit(timeout: .seconds(10)) } else { try producer.abort(timeout: .seconds(10)) }
      }
      #expect(try kafka.readAll(topic).map(\.text) == ["0.0", "0.1", "0.2", "2.0", "2.1", "2.2"])
    }
  }

  @Test("delivery reports tell the offset of each record that has a token, and the broker's time where it appends with it")
  func storedOffsets() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("stored", settings: ["message.timestamp.type": "LogAppendTime"])
      let producer = try producer(kafka)
      defer { producer.close() }
      try producer.begin()
      for token in 0..<3 { try producer.produce(ProducedRecord(topic, 0, "\(token)", token: token == 1 ? nil : token)) }
      try producer.commit(timeout: .seconds(10))
      #expect(producer.storedOffset(of: 0) == 0)
      #expect(producer.storedOffset(of: 1) == nil)
      #expect(producer.storedOffset(of: 2) == 2)
      let read = try kafka.readAll(topic)
      #expect(producer.appendTime(of: 2) == read.last?.timestamp)
    }
  }

  @Test("records without a partition go where murmur2 of the key says, all revisions of a key to the same")
  func partitioning() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("keyed", partitions: 6)
      try kafka.write((0..<60).map { ProducedRecord(topic, nil, key: #"["o-\#($0 % 20)"]"#, "\($0)") })
      for record in try kafka.readAll(topic) {
        #expect(Int(record.source.partition) == Int(murmur2(record.key ?? []) & 0x7fff_ffff) % 6)
      }
    }
  }

  @Test("offsets commit with their metadata in the transaction, and are read stable: not before its outcome")
  func offsets() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let group = kafka.unique("group")
      let slots = try kafka.topic("slots", partitions: 2)
      let membership = try Joined(kafka, group: group, topic: slots)
      defer { membership.close() }
      let admin = try kafka.client().admin()
      let sources = (0..<2).map { Source(topic: slots, partition: Int32($0)) }
      #expect(try admin.committed(group: group, sources, timeout: .seconds(10)).isEmpty)

      let producer = try producer(kafka)
      defer { producer.close() }
      try producer.begin()
      let first = CommittedPosition(source: sources[0], offset: 0, metadata: "tenet1 1 0 1 worker.0")
      let second = CommittedPosition(source: sources[1], offset: 17)
      try producer.sendOffsets([first, second], under: membership.member.metadata(), timeout: .seconds(10))
      let early = fault { () throws(KafkaFault) in _ = try admin.committed(group: group, sources, timeout: .seconds(2)) }
      #expect(early?.code == "UNSTABLE_OFFSET_COMMIT")
      #expect(early?.disposition == .retry)
      try producer.commit(timeout: .seconds(10))
      #expect(try admin.committed(group: group, sources, timeout: .seconds(10)) == [first, second])

      try producer.begin()
      try producer.sendOffsets(
        [CommittedPosition(source: sources[0], offset: 5, metadata: "undone")], under: membership.member.metadata(), timeout: .seconds(10))
      try producer.abort(timeout: .seconds(10))
      #expect(try admin.committed(group: group, sources, timeout: .seconds(10)) == [first, second])
    }
  }

  @Test("offsets of a member whose generation has passed are refused, and the transaction is to be aborted")
  func refusedMember() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let group = kafka.unique("group")
      let slots = try kafka.topic("slots", partitions: 2)
      let old = try Joined(kafka, group: group, topic: slots, instance: "same")
      defer { old.close() }
      let metadata = try old.member.metadata()
      // The same instance from another process takes its place.
      let new = try Joined(kafka, group: group, topic: slots, instance: "same")
      defer { new.close() }
      let producer = try producer(kafka)
      defer { producer.close() }
      try producer.begin()
      let position = CommittedPosition(source: Source(topic: slots, partition: 0), offset: 0, metadata: "late")
      let refused = fault { () throws(KafkaFault) in try producer.sendOffsets([position], under: metadata, timeout: .seconds(10)) }
      #expect(refused?.disposition == .refusedMember)
      try producer.abort(timeout: .seconds(10))
      #expect(try kafka.client().admin().committed(group: group, [position.source], timeout: .seconds(10)).isEmpty)
    }
  }

  @Test("a second producer of the same id fences the first, whose open transaction never shows")
  func fencing() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("fenced")
      let id = kafka.unique("writer")
      let first = try producer(kafka, id)
      defer { first.close() }
      try first.begin()
      try first.produce(ProducedRecord(topic, 0, "from the first", token: 1))
      while first.storedOffset(of: 1) == nil { try first.poll() }
      let second = try producer(kafka, id)
      defer { second.close() }
      let fenced = fault { () throws(KafkaFault) in try first.commit(timeout: .seconds(10)) }
      #expect(fenced?.disposition == .fatal)
      try second.begin()
      try second.produce(ProducedRecord(topic, 0, "from the second"))
      try second.commit(timeout: .seconds(10))
      #expect(try kafka.readAll(topic).map(\.text) == ["from the second"])
    }
  }

  @Test("a record that the broker finds too large fails by its token, and the next transaction goes through")
  func tooLarge() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("small", settings: ["max.message.bytes": "1000"])
      let producer = try producer(kafka, settings: ["compression.codec": "none"])
      defer { producer.close() }
      try producer.begin()
      try producer.produce(ProducedRecord(topic, 0, String(repeating: "x", count: 5000), token: 3))
      let refused = fault { () throws(KafkaFault) in try producer.commit(timeout: .seconds(10)) }
      #expect(refused?.code == "MSG_SIZE_TOO_LARGE")
      #expect(refused?.disposition == .abort)
      #expect(refused?.token == 3)
      var attempts = 0
      repeat {
        try producer.abort(timeout: .seconds(10))
        try producer.begin()
        try producer.produce(ProducedRecord(topic, 0, "small", token: 4))
        attempts += 1
      } while fault { () throws(KafkaFault) in try producer.commit(timeout: .seconds(10)) }?.disposition == .abort && attempts < 5
      #expect(try kafka.readAll(topic).map(\.text) == ["small"])
    }
  }

  @Test("producing to a topic that is not there holds")
  func missingTopic() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = kafka.unique("missing")
      let producer = try producer(kafka, settings: ["topic.metadata.propagation.max.ms": "0"])
      defer { producer.close() }
      try producer.begin()
      let refused = fault { () throws(KafkaFault) in
        try producer.produce(ProducedRecord(topic, 0, "lost", token: 1))
        try producer.commit(timeout: .seconds(10))
      }
      #expect(refused?.disposition == .hold)
      try producer.abort(timeout: .seconds(10))
    }
  }
}
