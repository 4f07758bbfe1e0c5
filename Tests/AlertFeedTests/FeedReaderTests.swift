import Foundation
import HTTPServing
import StreamRuntime
import Telemetry
import TestKit
import Testing

@testable import AlertFeed

@Suite(.timeLimit(.minutes(1))) struct FeedReaderTests {
  @Test("a feed is ready when it has read both topics to their end, and lists what was there")
  func ready() throws {
    let topics = MemoryTopics()
    for n in 0..<1_200 {
      topics.append(
        Records.violation("v\(n)", at: "2026-01-05T10:00:00.\(String(n + 1_000))Z"), to: FeedUnderTest.violations, partition: Int32(n % 2))
    }
    topics.append(Records.kpi(), to: FeedUnderTest.kpis)
    let feed = try FeedUnderTest(topics: topics)
    try feed.untilReady()
    #expect(try feed.get("/readyz").status == 200)
    #expect(try feed.get("/startupz").status == 200)
    #expect(try feed.list("/api/v1/violations?limit=3") == ["v1199", "v1198", "v1197"])
    #expect(try feed.list("/api/v1/kpis", "kpi") == ["revenue.gmv"])
  }

  @Test("a restart goes on where the history ends, and reads nothing twice")
  func restart() throws {
    let topics = MemoryTopics()
    let folder = try TestFolder()
    topics.append(Records.violation("a"), to: FeedUnderTest.violations)
    let first = try FeedUnderTest(topics: topics, folder: folder)
    try first.untilReady()
    first.feed.stop()
    topics.append(Records.violation("b"), to: FeedUnderTest.violations)
    let second = try FeedUnderTest(topics: topics, folder: folder)
    try second.untilReady()
    #expect(try second.list("/api/v1/violations") == ["b", "a"])
    #expect(second.metrics.text().contains(#"tenet_feed_records_total{kind="violation",result="held"} 1"#))
    #expect(second.metrics.text().contains(#"tenet_feed_records_total{kind="violation",result="outdated"} 0"#))
  }

  @Test("a position that the log no longer has is answered by reading from the log's beginning")
  func truncated() throws {
    let topics = MemoryTopics()
    let folder = try TestFolder()
    topics.append(Records.violation("a"), to: FeedUnderTest.violations)
    let first = try FeedUnderTest(topics: topics, folder: folder)
    try first.untilReady()
    first.feed.stop()
    for id in ["lost", "b", "c"] { topics.append(Records.violation(id), to: FeedUnderTest.violations) }
    topics.truncate(FeedUnderTest.violations, before: 3)
    let second = try FeedUnderTest(topics: topics, folder: folder)
    try second.untilReady()
    #expect(try second.list("/api/v1/violations") == ["c", "b", "a"])
  }

  @Test("what cannot be read is counted, and the rest goes on")
  func unreadable() throws {
    let topics = MemoryTopics()
    topics.append("not json", to: FeedUnderTest.violations)
    topics.append(nil, to: FeedUnderTest.kpis)
    topics.append(Records.violation("a"), to: FeedUnderTest.violations)
    let feed = try FeedUnderTest(topics: topics)
    try feed.untilReady()
    #expect(try feed.list("/api/v1/violations") == ["a"])
    #expect(feed.metrics.text().contains(#"tenet_feed_records_total{kind="violation",result="unreadable"} 1"#))
    #expect(feed.metrics.text().contains(#"tenet_feed_records_total{kind="kpi",result="tombstone"} 1"#))
  }

  @Test("a fault that only a restart cures shows in the health, and what is known is still served")
  func fatal() throws {
    let topics = MemoryTopics()
    topics.append(Records.violation("a"), to: FeedUnderTest.violations)
    let feed = try FeedUnderTest(topics: topics)
    try feed.untilReady()
    topics.fail(KafkaFault(.fatal, code: "_FATAL", "the client is broken"))
    try feed.untilUnready()
    let live = try feed.get("/livez")
    #expect(live.status == 503)
    #expect(live.text.contains("the client is broken"))
    #expect(try feed.list("/api/v1/violations") == ["a"])
  }

  @Test("a fault that passes makes the feed unready until Kafka answers again")
  func passing() throws {
    let topics = MemoryTopics()
    let feed = try FeedUnderTest(topics: topics, clock: FixedClock(uptime: .seconds(1)))
    try feed.untilReady()
    topics.fail(KafkaFault(.retry, code: "_ALL_BROKERS_DOWN", "no broker answers"))
    try feed.untilUnready()
    #expect(try feed.get("/livez").status == 200)
    #expect(try feed.get("/readyz").text.contains("no broker answers"))
    topics.append(Records.violation("a"), to: FeedUnderTest.violations)
    try feed.untilReady()
  }

  @Test("a taken port is refused unless a free one will do")
  func takenPort() throws {
    let feed = try FeedUnderTest()
    var settings = FeedSettings(listen: feed.feed.address, history: feed.folder.path + "/second.sqlite")
    func second() throws -> Feed {
      try Feed(
        settings: settings, sources: [], consumer: MemoryTopics().consumer(), clock: FixedClock(), metrics: feed.metrics, log: .silent)
    }
    let fault = #expect(throws: ListenFault.self) { try second().start() }
    #expect(fault?.isTaken == true)
    settings.orFreePort = true
    let other = try second()
    try other.start()
    #expect(other.address.port != feed.feed.address.port)
    other.stop()
  }
}
