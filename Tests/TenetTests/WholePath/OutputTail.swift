import EventModel
import Foundation
import KafkaIO
import RuleEngine
import StreamRuntime
import TestKit

/// Reads the published records as a committed reader does, from their beginning on.
final class OutputTail {
  private let consumer: any DataConsumer
  private(set) var published = PublishedStanding()
  private(set) var deadLetters: [String: Int] = [:]
  /// Violations and KPIs that came.
  private(set) var records = 0
  /// The last look at the topics brought nothing.
  private(set) var isQuiet = false

  init(_ kafka: TestCluster, prefix: String) throws {
    let client = try kafka.client()
    let topics = ["violations.v1", "kpis.v1", "corrections.v1", "dead-letters.v1"].map { "\(prefix).\($0)" }
    let counts = try client.admin().partitionCounts(of: topics, timeout: .seconds(10))
    consumer = try client.dataConsumer()
    try consumer.assign(
      topics.flatMap { topic in (0..<counts[topic, default: 0]).map { (source: Source(topic: topic, partition: $0), offset: 0) } })
  }

  /// Reads until `enough`; false: it was not within the time.
  @discardableResult
  func read(within limit: Duration, until enough: (OutputTail) -> Bool) throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while !enough(self) {
      if ContinuousClock.now > deadline { return false }
      isQuiet = true
      try consumer.poll(limit: 500, wait: .milliseconds(50)) { polled in
        guard case .record(let record) = polled else { return }
        isQuiet = false
        take(record)
      }
      consumer.release()
    }
    return true
  }

  private func take(_ record: PolledRecord) {
    let value = record.value.map { Array($0) } ?? []
    if record.source.topic.hasSuffix("dead-letters.v1") {
      let reason = consumer.headers(of: record).first { $0.name == "tenet-reason" }
      deadLetters[String(decoding: reason?.value ?? [], as: UTF8.self), default: 0] += 1
      return
    }
    if record.source.topic.hasSuffix("corrections.v1") { return published.take(correction: value) }
    records += 1
    if record.source.topic.hasSuffix("kpis.v1") { published.take(kpi: value) } else { published.take(violation: value) }
  }

  func close() { consumer.close() }
}
