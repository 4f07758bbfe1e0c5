import AlertFeed
import EventModel
import Foundation
import HTTPServing
import RuleEngine
import StreamRuntime
import Telemetry
import TestKit
import Testing

/// Wall clock and uptime that stand where the test puts them.
final class FixedClock: WorkerClock {
  let now: EventTime
  let uptime: Duration
  init(_ now: String = "2026-01-05T12:00:00Z", uptime: Duration = .seconds(3_600)) {
    self.now = EventTime(rfc3339: now) ?? EventTime(microseconds: 0)
    self.uptime = uptime
  }
}

/// A folder that goes away with the test.
final class TestFolder: Sendable {
  let path: String
  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("tenet-feed-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A feed on topics in memory. It may be stopped and started again on the same history.
final class FeedUnderTest {
  static let violations = "tenet.violations.v1"
  static let kpis = "tenet.kpis.v1"

  let topics: MemoryTopics
  let folder: TestFolder
  let metrics = MetricsRegistry()
  /// Sent with every line of the log.
  private let change = ChangeSignal()
  let feed: Feed
  var port: UInt16 { feed.address.port }

  init(
    topics: MemoryTopics = MemoryTopics(), folder: TestFolder? = nil, clock: FixedClock = FixedClock(), retention: Retention = Retention(),
    limits: ServerLimits = ServerLimits()
  ) throws {
    let folder = try folder ?? TestFolder()
    (self.topics, self.folder) = (topics, folder)
    var settings = FeedSettings(listen: ListenAddress(host: "127.0.0.1", port: 0), history: folder.path + "/feed.sqlite")
    settings.retention = retention
    settings.limits = limits
    let sources = Feed.topics(prefix: "tenet").flatMap { topic in (0..<2).map { Source(topic: topic, partition: $0) } }
    feed = try Feed(
      settings: settings, sources: sources, consumer: topics.consumer(), clock: clock, metrics: metrics,
      log: Logger(to: LogSink { [change] _ in change.signal() }))
    try feed.start()
  }

  deinit { feed.stop() }

  /// Returns when everything that is in the topics was read.
  func untilReady() throws { try change.wait(for: "reading to the end") { feed.isReady } }

  /// Returns when something is wrong.
  func untilUnready() throws { try change.wait(for: "a fault") { !feed.isReady } }

  func get(_ target: String) throws -> HTTPConnection.Response { try HTTPConnection.get(target, port: port) }

  /// A reply as JSON; it must be a good one.
  func json(_ target: String) throws -> JSONValue {
    let response = try get(target)
    try #require(response.status == 200, "\(target): \(response.text)")
    return try JSONValue.parse(response.body)
  }

  /// A member of each of a list's items.
  func list(_ target: String, _ member: String = "id") throws -> [String] {
    try #require(try json(target)["items"]?.elements).map { $0[member]?.text ?? "" }
  }

  func stream(after id: String? = nil) throws -> EventSource { try EventSource("/api/v1/stream", port: port, lastEventID: id) }
}
