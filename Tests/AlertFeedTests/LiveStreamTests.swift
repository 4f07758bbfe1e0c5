import EventModel
import HTTPServing
import Synchronization
import TestKit
import Testing

@testable import AlertFeed

@Suite(.timeLimit(.minutes(1))) struct LiveStreamTests {
  func ids(_ source: EventSource, count: Int) throws -> [String] {
    try (0..<count).map { _ in
      let event = try #require(try source.next())
      return try JSONValue.parse(Array(event.data.utf8))["id"]?.text ?? event.name ?? ""
    }
  }

  @Test("what is committed is on the streams, as it was published, and in the lists by then")
  func live() throws {
    let feed = try FeedUnderTest()
    try feed.untilReady()
    let source = try feed.stream()
    let record = Records.violation("a")
    feed.topics.append(record, to: FeedUnderTest.violations)
    let event = try #require(try source.next())
    #expect(event.name == "violation")
    #expect(event.data == record)
    #expect(try feed.list("/api/v1/violations") == ["a"])
    feed.topics.append(Records.kpi(), to: FeedUnderTest.kpis)
    #expect(try source.next()?.name == "kpi")
  }

  @Test("a client that comes back misses nothing and gets nothing twice, though more comes meanwhile")
  func resume() throws {
    let feed = try FeedUnderTest()
    try feed.untilReady()
    let first = try feed.stream()
    feed.topics.append(Records.violation("a"), to: FeedUnderTest.violations)
    let seen = try #require(try first.next()?.id)
    for n in 0..<300 { feed.topics.append(Records.violation("b\(n)"), to: FeedUnderTest.violations) }
    #expect(try ids(first, count: 300).last == "b299")
    let second = try feed.stream(after: seen)
    for n in 0..<100 { feed.topics.append(Records.violation("c\(n)"), to: FeedUnderTest.violations) }
    #expect(try ids(second, count: 400) == (0..<300).map { "b\($0)" } + (0..<100).map { "c\($0)" })
  }

  @Test("an id of another history, or of none, is answered with all there is", arguments: ["00000000-7", "17", "", "a-b-c"])
  func foreign(id: String) throws {
    let topics = MemoryTopics()
    for id in ["a", "b"] { topics.append(Records.violation(id), to: FeedUnderTest.violations) }
    let feed = try FeedUnderTest(topics: topics)
    try feed.untilReady()
    #expect(try ids(feed.stream(after: id), count: 2) == ["a", "b"])
  }

  @Test("a client that reads slowly catches up with a long history without being cut off")
  func slowly() throws {
    let topics = MemoryTopics()
    let message = String(repeating: "long ", count: 4_000)
    for n in 0..<100 { topics.append(Records.violation("v\(n)", message: message), to: FeedUnderTest.violations) }
    var limits = ServerLimits()
    limits.streamBytes = 100_000
    let feed = try FeedUnderTest(topics: topics, limits: limits)
    try feed.untilReady()
    let source = try EventSource("/api/v1/stream", port: feed.port, lastEventID: "0", receiveBuffer: 4_096)
    #expect(try ids(source, count: 100) == (0..<100).map { "v\($0)" })
    topics.append(Records.violation("live"), to: FeedUnderTest.violations)
    #expect(try ids(source, count: 1) == ["live"])
  }
}
