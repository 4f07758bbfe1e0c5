import EventModel
import KafkaIO
import RuleEngine
import StreamRuntime
import TestKit
import Testing

extension Comment {
  static let whyNoKafka = Comment(rawValue: TestCluster.whyNot)
}

@Suite(.enabled(if: TestCluster.isWanted, .whyNoKafka), .onOwnThreads) struct ConsumerTests {
  /// Polls until the condition holds.
  private func poll(
    _ consumer: KafkaDataConsumer, until done: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation, _ take: (Polled) -> Void
  ) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while !done() {
      guard ContinuousClock.now < deadline else {
        Issue.record("nothing in 30 s", sourceLocation: sourceLocation)
        return
      }
      try consumer.poll(limit: 500, wait: .milliseconds(100), take)
      consumer.release()
    }
  }

  @Test("records come with place, time, key, bytes and headers; a tombstone has no value, an empty value is one")
  func records() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("records")
      let time = EventTime(microseconds: 1_767_600_000_123_000)
      try kafka.write([
        ProducedRecord(
          topic: topic, partition: 0, key: [1, 2], value: [3],
          headers: [.init("ce_id", "a/0.1"), .init("ce_id", bytes: []), .init("x", bytes: [0, 255])], timestamp: time),
        ProducedRecord(topic: topic, partition: 0, key: nil, value: nil), ProducedRecord(topic: topic, partition: 0, key: [], value: []),
      ])
      let read = try kafka.readAll(topic)
      #expect(read.map(\.offset) == [0, 1, 2])
      #expect(read.map(\.key) == [[1, 2], nil, []])
      #expect(read.map(\.value) == [[3], nil, []])
      #expect(read[0].headers == [.init("ce_id", "a/0.1"), .init("ce_id", bytes: []), .init("x", bytes: [0, 255])])
      #expect(read[0].timestamp == time)
      #expect(read[1].headers.isEmpty)
    }
  }

  @Test("reading begins at the offset given, ends are told with their offset, and a partition taken away is silent")
  func assignment() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("assigned", partitions: 2)
      try kafka.write((0..<20).map { ProducedRecord(topic, Int32($0 % 2), "\($0)") })
      let consumer = try kafka.client().dataConsumer(readCommitted: true)
      defer { consumer.close() }
      let first = Source(topic: topic, partition: 0)
      let second = Source(topic: topic, partition: 1)
      try consumer.assign([(first, 7)])
      var offsets: [Source: [Int64]] = [:]
      var ends: [Source: Int64] = [:]
      let take: (Polled) -> Void = { polled in
        switch polled {
        case .record(let record): offsets[record.source, default: []].append(record.offset)
        case .end(let source, let offset): ends[source] = offset
        case .outOfRange, .fault: break
        }
      }
      try poll(consumer, until: { ends[first] != nil }, take)
      #expect(offsets[first] == [7, 8, 9])
      #expect(ends[first] == 10)

      try consumer.assign([(second, 0)])
      try consumer.unassign([first])
      try kafka.write([ProducedRecord(topic, 0, "unseen"), ProducedRecord(topic, 1, "seen")])
      try poll(consumer, until: { offsets[second]?.count == 11 }, take)
      #expect(offsets[first]?.count == 3)

      try consumer.assign([(first, 9)])
      try poll(consumer, until: { offsets[first]?.count == 5 }, take)
      #expect(offsets[first] == [7, 8, 9, 9, 10])
    }
  }

  @Test("a poll hands over at most what was asked for, and bytes stay until the release")
  func limit() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("limit")
      try kafka.write((0..<100).map { ProducedRecord(topic, 0, "value \($0)") })
      let consumer = try kafka.client().dataConsumer(readCommitted: true)
      defer { consumer.close() }
      try consumer.assign([(Source(topic: topic, partition: 0), 0)])
      var values: [UnsafeRawBufferPointer] = []
      let deadline = ContinuousClock.now + .seconds(30)
      while values.count < 100, ContinuousClock.now < deadline {
        let before = values.count
        try consumer.poll(limit: 7, wait: .milliseconds(100)) { polled in
          if case .record(let record) = polled { values.append(record.value ?? .init(start: nil, count: 0)) }
        }
        #expect(values.count - before <= 7)
      }
      #expect(values.map { String(decoding: $0, as: UTF8.self) } == (0..<100).map { "value \($0)" })
    }
  }

  @Test("a position beyond the end, or deleted, is out of range and nothing is read instead")
  func outOfRange() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("range", partitions: 2)
      try kafka.write((0..<20).map { ProducedRecord(topic, Int32($0 % 2), "\($0)") })
      let deleted = Source(topic: topic, partition: 0)
      let beyond = Source(topic: topic, partition: 1)
      try kafka.client().admin().deleteRecords(before: [(deleted, 5)], timeout: .seconds(10))
      let consumer = try kafka.client().dataConsumer(readCommitted: true)
      defer { consumer.close() }
      #expect(try consumer.bounds(of: deleted, timeout: .seconds(10)) == 5..<10)
      try consumer.assign([(deleted, 3), (beyond, 1000)])
      var refused: Set<Source> = []
      try poll(consumer, until: { refused.count == 2 }) { polled in
        switch polled {
        case .outOfRange(let source): refused.insert(source)
        case .record(let record): Issue.record("read \(record.source) \(record.offset)")
        case .end, .fault: break
        }
      }
    }
  }

  @Test("bounds of a committed reader end before an open transaction, and those of an uncommitted one behind it")
  func bounds() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = try kafka.topic("bounds")
      let source = Source(topic: topic, partition: 0)
      try kafka.write([ProducedRecord(topic, 0, "a"), ProducedRecord(topic, 0, "b")])
      let client = try kafka.client()
      let producer = try client.transactionalProducer(id: kafka.unique("bounds"), settings: [:])
      defer { producer.close() }
      try producer.initialize(timeout: .seconds(20))
      try producer.begin()
      try producer.produce(ProducedRecord(topic, 0, "open", token: 1))
      while producer.storedOffset(of: 1) == nil { try producer.poll() }
      let committed = try client.dataConsumer(readCommitted: true)
      let uncommitted = try client.dataConsumer(readCommitted: false)
      defer {
        committed.close()
        uncommitted.close()
      }
      #expect(try committed.bounds(of: source, timeout: .seconds(10)) == 0..<2)
      #expect(try uncommitted.bounds(of: source, timeout: .seconds(10)) == 0..<3)
      try producer.abort(timeout: .seconds(10))
    }
  }

  @Test("reading what does not exist is told as a fault that waits for the topic")
  func missing() async throws {
    try await onThread {
      let kafka = try TestCluster.shared
      let topic = kafka.unique("missing")
      // By default a topic may take 30 s to become known.
      let consumer = try kafka.client().dataConsumer(readCommitted: true, settings: ["topic.metadata.propagation.max.ms": "0"])
      defer { consumer.close() }
      try consumer.assign([(Source(topic: topic, partition: 0), 0)])
      var told: KafkaFault?
      try poll(consumer, until: { told != nil }) { polled in
        if case .fault(_, let fault) = polled { told = fault }
      }
      #expect(told?.disposition == .hold)
    }
  }
}
