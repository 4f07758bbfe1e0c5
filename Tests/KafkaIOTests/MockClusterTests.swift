import EventModel
import KafkaIO
import RuleEngine
import StreamRuntime
import TestKit
import Testing

@Suite(.serialized) struct MockClusterTests {
  /// Reads until `count` records came.
  private func read(_ count: Int, of topic: String, partitions: Int32, on cluster: KafkaCluster) throws -> [String] {
    let consumer = try cluster.dataConsumer()
    defer { consumer.close() }
    try consumer.assign((0..<partitions).map { (Source(topic: topic, partition: $0), 0) })
    var values: [String] = []
    let deadline = ContinuousClock.now + .seconds(20)
    while values.count < count, ContinuousClock.now < deadline {
      try consumer.poll(limit: 100, wait: .milliseconds(100)) { polled in
        if case .record(let record) = polled { values.append(record.value.map { String(decoding: $0, as: UTF8.self) } ?? "none") }
      }
      consumer.release()
    }
    return values
  }

  @Test("a transaction is read back from the cluster in the process")
  func transaction() async throws {
    try await onThread {
      let mock = try MockCluster()
      defer { mock.close() }
      try mock.createTopic("orders", partitions: 2)
      let cluster = try mock.cluster(application: "shop")
      #expect(cluster.capabilities == .mock)
      let producer = try cluster.transactionalProducer(id: "shop-1")
      defer { producer.close() }
      try producer.initialize(timeout: .seconds(10))
      try producer.begin()
      for number in 0..<10 { try producer.produce(ProducedRecord("orders", Int32(number % 2), "\(number)")) }
      try producer.commit(timeout: .seconds(10))
      #expect(try Set(read(10, of: "orders", partitions: 2, on: cluster)) == Set((0..<10).map(String.init)))
    }
  }

  @Test("topics of the mock cluster have the partitions they were made with, and others are not there")
  func topics() async throws {
    try await onThread {
      let mock = try MockCluster()
      defer { mock.close() }
      try mock.createTopic("orders", partitions: 3)
      let admin = try mock.cluster(application: "shop").admin()
      #expect(try admin.partitionCounts(of: ["orders", "payments"], timeout: .seconds(10)) == ["orders": 3])
      #expect(try admin.describeCluster(timeout: .seconds(10)).brokers == 1)
      #expect(try admin.ends(of: [Source(topic: "orders", partition: 2)], timeout: .seconds(10)).values.map { $0 } == [0])
    }
  }

  @Test(
    "a refusal of the transaction's coordinator says what to do",
    arguments: [(Int32(90), KafkaFault.Disposition.fatal), (53, .hold)])
  func refusedInitialization(code: Int32, expected: KafkaFault.Disposition) async throws {
    try await onThread {
      let mock = try MockCluster()
      defer { mock.close() }
      mock.refuse(request: 22, with: [code])
      let producer = try mock.cluster(application: "shop").transactionalProducer(id: "shop-1")
      defer { producer.close() }
      let refused = fault { () throws(KafkaFault) in try producer.initialize(timeout: .seconds(10)) }
      #expect(refused?.disposition == expected)
    }
  }

  @Test("a record that the broker refuses fails the commit, with its token, and the same effects can be sent again")
  func refusedRecord() async throws {
    try await onThread {
      let mock = try MockCluster()
      defer { mock.close() }
      try mock.createTopic("orders", partitions: 1)
      let producer = try mock.cluster(application: "shop").transactionalProducer(id: "shop-1")
      defer { producer.close() }
      try producer.initialize(timeout: .seconds(10))
      mock.refuse(request: 0, with: [10])
      try producer.begin()
      try producer.produce(ProducedRecord("orders", 0, "too large", token: 7))
      let refused = fault { () throws(KafkaFault) in try producer.commit(timeout: .seconds(10)) }
      #expect(refused?.code == "MSG_SIZE_TOO_LARGE")
      #expect(refused?.disposition == .abort)
      #expect(refused?.token == 7)
      // The refused record left a gap in the producer's numbers: 2.0.2 finds out in the next transaction, and mends it in its abort.
      var attempts = 0
      repeat {
        try producer.abort(timeout: .seconds(10))
        try producer.begin()
        try producer.produce(ProducedRecord("orders", 0, "smaller", token: 8))
        attempts += 1
      } while fault { () throws(KafkaFault) in try producer.commit(timeout: .seconds(10)) }?.disposition == .abort && attempts < 5
      #expect(producer.storedOffset(of: 8) == 0)
    }
  }

  @Test("statistics tell how far a consumer is behind")
  func statistics() async throws {
    try await onThread {
      let mock = try MockCluster()
      defer { mock.close() }
      try mock.createTopic("orders", partitions: 1)
      let seen = Seen<KafkaStatistics>()
      let cluster = try mock.cluster(
        application: "shop", statistics: KafkaStatisticsSink(every: .milliseconds(50)) { seen.add($0) })
      let producer = try cluster.producer()
      defer { producer.close() }
      for number in 0..<5 { try producer.produce(ProducedRecord("orders", 0, "\(number)")) }
      try producer.flush(timeout: .seconds(10))
      let consumer = try cluster.dataConsumer()
      defer { consumer.close() }
      try consumer.assign([(Source(topic: "orders", partition: 0), 0)])
      let deadline = ContinuousClock.now + .seconds(20)
      while !seen.all.contains(where: { $0.partitions.first?.lag == 0 }), ContinuousClock.now < deadline {
        try consumer.poll(limit: 10, wait: .milliseconds(100)) { _ in }
      }
      #expect(seen.all.contains { $0.partitions.first?.lag == 0 && $0.partitions.first?.position == 5 })
    }
  }
}
