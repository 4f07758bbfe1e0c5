package import EventModel
import KafkaIO
package import RuleEngine
package import StreamRuntime

/// A record as a test reads it back.
package struct ReadRecord: Sendable, Equatable {
  package var source: Source
  package var offset: Int64
  package var timestamp: EventTime?
  package var key: [UInt8]?
  package var value: [UInt8]?
  package var headers: [OutputRecord.Header]

  package var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
  package var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
}

/// Kafka did not do what a test needs.
package struct TestTopicFault: Error, CustomStringConvertible {
  package var description: String
  package init(description: String) { self.description = description }
}

extension TestCluster {
  /// Creates a topic with a name of its own.
  package func topic(_ stem: String, partitions: Int32 = 1, settings: [String: String] = [:]) throws -> String {
    let name = unique(stem)
    try create([TopicToCreate(name: name, partitions: partitions, replication: nil, settings: settings)])
    return name
  }

  package func create(_ topics: [TopicToCreate]) throws {
    try client().admin().createTopics(topics, timeout: .seconds(20))
  }

  /// Writes without a transaction.
  package func write(_ records: [ProducedRecord]) throws {
    let producer = try client().producer()
    defer { producer.close() }
    for record in records { try producer.produce(record) }
    try producer.flush(timeout: .seconds(20))
  }

  /// Everything that was written to a topic before the call, partition by partition, in order.
  /// - Parameter committed: waits for the outcome of open transactions, and leaves out what was aborted.
  package func readAll(_ topic: String, committed: Bool = true, within limit: Duration = .seconds(30)) throws -> [ReadRecord] {
    // The end of a partition is told when a fetch from there comes back.
    let client = try client(properties: ["fetch.wait.max.ms": "10"])
    let admin = try client.admin()
    let count = try admin.partitionCounts(of: [topic], timeout: .seconds(10))[topic] ?? 0
    let sources = (0..<count).map { Source(topic: topic, partition: $0) }
    let ends = try admin.ends(of: sources, timeout: .seconds(10))
    let consumer = try client.dataConsumer(readCommitted: committed)
    defer { consumer.close() }
    try consumer.assign(sources.map { ($0, try consumer.bounds(of: $0, timeout: .seconds(10)).lowerBound) })

    var records: [ReadRecord] = []
    var left = Set(sources.filter { ends[$0, default: 0] > 0 })
    let deadline = ContinuousClock.now + limit
    while !left.isEmpty {
      guard ContinuousClock.now < deadline else { throw TestTopicFault(description: "\(left) not read to the end in \(limit)") }
      try consumer.poll(limit: 1000, wait: .milliseconds(100)) { polled in
        switch polled {
        case .record(let record):
          records.append(ReadRecord(record, headers: consumer.headers(of: record)))
          if record.offset + 1 >= ends[record.source, default: 0] { left.remove(record.source) }
        case .end(let source, let offset): if offset >= ends[source, default: 0] { left.remove(source) }
        case .outOfRange, .fault: break
        }
      }
      consumer.release()
    }
    return records.sorted { ($0.source, $0.offset) < ($1.source, $1.offset) }
  }
}

extension ReadRecord {
  init(_ record: PolledRecord, headers: [OutputRecord.Header]) {
    self.init(
      source: record.source, offset: record.offset, timestamp: record.timestamp, key: record.key.map(Array.init),
      value: record.value.map(Array.init), headers: headers)
  }
}

extension ProducedRecord {
  /// A record of text.
  package init(_ topic: String, _ partition: Int32? = nil, key: String? = nil, _ value: String?, token: Int? = nil) {
    self.init(topic: topic, partition: partition, key: key.map { Array($0.utf8) }, value: value.map { Array($0.utf8) }, token: token)
  }
}
