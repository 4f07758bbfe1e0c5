import EventModel
import Foundation
import RuleEngine
import RuleLanguage
import Settings
import StreamRuntime
import TestKit
import Testing

@testable import tenet

/// `tenet explain ID`: what led to a violation.
@Suite("Violations explained")
struct ExplainViolationTests {
  private func explained(
    _ rule: String, _ message: String, format: String = "text", _ events: String = ReplayProject.events, rules: String = ReplayProject.rules
  ) throws -> String {
    let project = try ReplayProject(rules: rules)
    defer { project.remove() }
    try project.write(events: events)
    let records = try project.replay().out.split(separator: "\n").map { try JSONValue.parse(Array($0.utf8))["value"] ?? .null }
    let id = try #require(records.last { $0["rule"]?.text == rule && $0["message"]?.text?.contains(message) == true }?["id"]?.text)
    let (code, out, error) = project.call(.explain, id, "--events", project.path("events.jsonl"), "--format", format)
    #expect(code == .good, "\(error)")
    return out
  }

  @Test("a condition: the event with the fields that the rule reads, and the comparison with its values")
  func condition() throws {
    let out = try explained("orders.large", "o-2")
    #expect(out.contains("orders.large  (condition, Rules/rules.tenet:1:"), "\(out)")
    #expect(out.contains("  on  orders.placed  2026-03-02T10:01:00Z  e-2  orders.v1/0@1\n"), "\(out)")
    #expect(out.contains("total: 1200.00"))
    #expect(out.contains("  when\n    o.total > review_limit:  1200.00 > 1000.00  is true\n"), "\(out)")
    #expect(out.contains("exposure  1200.00 EUR") && out.contains("order_id: o-2"))
  }

  @Test("an obligation: from when to when it waited, what it waited for, and that nothing came")
  func obligation() throws {
    let out = try explained("payments.paid", "o-2")
    #expect(out.contains("from 2026-03-02T10:00:59Z  to 2026-03-02T10:31:01Z  in which `payments.captured` was to come"), "\(out)")
    #expect(out.contains("widened by 1s at both ends"))
    #expect(out.contains("It is open: the rule's clock"), "\(out)")
    #expect(out.contains("severity high when\n    exposure > 100:  1200.00 > 100  is true"), "\(out)")
  }

  @Test("one that was resolved says what came, and how late")
  func resolved() throws {
    let out = try explained("payments.paid", "o-4")
    #expect(out.contains("It is resolved: `payments.captured` came at 2026-03-02T10:50:00Z, 13m after 2026-03-02T10:37:00Z."), "\(out)")
    #expect(out.contains("resolved (late)"), "\(out)")
  }

  @Test("a limit: the window, its events, and what they add up to")
  func limit() throws {
    let out = try explained("payments.burst", "c-1")
    #expect(out.contains("from 2026-03-02T09:55:00Z  to 2026-03-02T10:05:00Z  the window, without its first instant"), "\(out)")
    #expect(out.split(separator: "\n").count { $0.contains("over  payments.declined") } == 3)
    #expect(out.contains("count() >= most:  3 >= 3  is true"), "\(out)")
    #expect(out.contains("where of payments.declined e-3\n    has(d.card)  is true"), "\(out)")
  }

  @Test("a window whose evidence is cut off is added up from all its events")
  func longWindow() throws {
    let events = (0..<15).map {
      "10:\($0 < 10 ? "0" : "")\($0) payments declined d-\($0) \"order_id\": \"o-1\", \"currency\": \"EUR\", \"amount\": 1.50, \"card\": \"c-1\""
    }.joined(separator: "\n")
    let rules = ReplayProject.rules.replacing("sliding 10m", with: "sliding 1h").replacing(
      "count() >= most", with: "count() >= most && sum(d.amount) > 20 && max(d.amount) < 2 || distinct(d.order_id) > 3"
    ).replacing("default 3", with: "default 12").replacing("by card\n", with: "by card, currency\n")
    let out = try explained("payments.burst", "declines", events, rules: rules)
    #expect(out.contains("14 >= 12  is true") && out.contains("21.00 > 20  is true") && out.contains("1.50 < 2  is true"), "\(out)")
    #expect(out.contains("1 > 3  is false"), "\(out)")
    #expect(out.contains("and 4 more"), "\(out)")
  }

  @Test("what was there, and did not count, is told with why")
  func misses() throws {
    let rules = ReplayProject.rules.replacing(
      "expect payments.captured within", with: "expect payments.captured as c where c.currency == o.currency && c.amount >= o.total within")
    let events = """
      10:00 orders placed e-1 "order_id": "o-1", "currency": "EUR", "total": "20.00"
      10:10 payments captured e-2 "order_id": "o-1", "currency": "EUR", "amount": 12.00
      10:11 payments captured e-3 "order_id": "o-2", "currency": "EUR", "amount": 1.00
      11:00 time
      """
    let out = try explained("payments.paid", "o-1", events, rules: rules)
    #expect(
      out.contains(
        "These were there, and did not count\n  where of payments.captured e-2\n")
        && out.contains("c.amount >= o.total:  12.00 >= 20.00  is false"),
      "\(out)")
    #expect(!out.contains("e-3"), "\(out)")
  }

  @Test("the same as JSON")
  func json() throws {
    let out = try explained("payments.paid", "o-4", format: "json")
    let json = try JSONValue.parse(Array(out.utf8))
    #expect(json["violation"]?["state"]?.text == "resolved")
    #expect(json["evidence"]?.elements?.map { $0["fields"]?["total"]?.text ?? "" }.first == "1500.00", "\(out)")
    #expect(json["spans"]?.elements?.first?["from"]?.text == "2026-03-02T10:06:59Z")
    #expect(json["revisions"]?.elements?.last?["reason"]?.text == "late")
    #expect(json["compared"]?.elements?.contains { $0["result"]?["value"]?.text == "true" } == true)
    #expect(json["reasons"]?.elements?.isEmpty == false)
  }

  @Test("an id that no violation has is the input's fault")
  func unknown() throws {
    let project = try ReplayProject()
    defer { project.remove() }
    try project.write(events: ReplayProject.events)
    let (code, _, error) = project.call(.explain, String(repeating: "0", count: 32), "--events", project.path("events.jsonl"))
    #expect(code == .input && error.contains("no violation of these events has the id"))
  }

  @Test("from the topics everything is read to where they end, and the same is said")
  func topics() throws {
    let project = try ReplayProject()
    defer { project.remove() }
    let program = try Rulebook.check([project.path("Rules")], schemas: project.path("Schemas")).program
    let kafka = SimulatedKafka(clock: VirtualClock(now: EventTime(microseconds: 0)))
    for topic in ["orders.v1", "payments.v1"] { kafka.createTopic(topic, partitions: 2) }
    try project.write(events: ReplayProject.events)
    let lines = try String(contentsOfFile: project.path("events.jsonl"), encoding: .utf8).split(separator: "\n")
    for line in lines {
      guard case .record(let record)? = try RecordedLine.read(line), let value = record.value else { continue }
      let json = try JSONValue.parse(value)
      let time = try #require(json["at"]?.text.flatMap { EventTime(rfc3339: $0) })
      kafka.append(record.topic, json["order_id"]?.text == "o-2" ? 1 : 0, value: String(decoding: value, as: UTF8.self), timestamp: time)
    }
    let feed = try TopicFeed(try #require(program), from: .latest, on: DryRunCluster(kafka.process()))
    defer { feed.close() }
    for _ in 0..<2 {
      var standing = StandingResult()
      let replayer = Replayer(try #require(program), options: .init(region: "us-east-1", slots: 1)) { standing.take($0) }
      try feed.feed(replayer)
      replayer.pass(to: try #require(EventTime(rfc3339: "2026-03-02T11:30:00Z")))
      replayer.finish()
      #expect(standing.violationCounts == ["orders.large": 2, "payments.paid": 2, "payments.burst": 1])
    }
  }
}
