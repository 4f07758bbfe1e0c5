import EventModel
import Telemetry
import TestKit
import Testing

@testable import AlertFeed

@Suite(.timeLimit(.minutes(1))) struct InterfaceTests {
  static func feed() throws -> FeedUnderTest {
    let topics = MemoryTopics()
    let records = [
      Records.violation("a", severity: "low", at: "2026-01-05T10:00:00Z"),
      Records.violation("b", state: "resolved", rule: "stock.oversold", region: "eu-west-1", at: "2026-01-05T10:01:00Z"),
      Records.violation("c", severity: "critical", region: nil, at: "2026-01-05T10:02:00.5Z"),
      Records.violation("d", state: "withdrawn", severity: "critical", rule: "stock.oversold", at: "2026-01-05T10:02:00Z"),
    ]
    for record in records { topics.append(record, to: FeedUnderTest.violations) }
    topics.append(Records.violation("a", revision: 1, severity: "low", at: "2026-01-05T10:00:00Z"), to: FeedUnderTest.violations)
    topics.append(Records.kpi(), to: FeedUnderTest.kpis)
    topics.append(Records.kpi("orders.placed", start: "2026-01-05T11:00:00Z", region: nil), to: FeedUnderTest.kpis)
    let feed = try FeedUnderTest(topics: topics)
    try feed.untilReady()
    return feed
  }

  @Test(
    "violations are listed newest first, as asked for",
    arguments: [
      ("", ["c", "d", "b", "a"]), ("?state=open", ["c", "a"]), ("?state=open,resolved", ["c", "b", "a"]),
      ("?state=open&state=withdrawn", ["c", "d", "a"]), ("?severity=critical", ["c", "d"]), ("?severity=critical&state=open", ["c"]),
      ("?rule=stock.oversold", ["d", "b"]), ("?region=eu-west-1", ["b"]), ("?rule=none.such", []), ("?limit=1", ["c"]),
    ])
  func filters(query: String, ids: [String]) throws {
    #expect(try Self.feed().list("/api/v1/violations\(query)") == ids)
  }

  @Test("a list goes on where its cursor says")
  func cursor() throws {
    let feed = try Self.feed()
    let first = try feed.json("/api/v1/violations?limit=3")
    let next = try #require(first["next"]?.text)
    let second = try feed.json("/api/v1/violations?limit=3&cursor=\(next)")
    #expect(second["items"]?.elements?.map { $0["id"]?.text } == ["a"])
    #expect(second["next"] == .null)
  }

  @Test("one violation is the record that holds, and its revisions are all that was said")
  func one() throws {
    let feed = try Self.feed()
    #expect(try feed.json("/api/v1/violations/a")["revision"] == .number("1"))
    let revisions = try #require(try feed.json("/api/v1/violations/a/revisions")["items"]?.elements)
    #expect(revisions.map { $0["revision"] } == [.number("1"), .number("0")])
  }

  @Test("rules come with their counts")
  func rules() throws {
    let items = try #require(try Self.feed().json("/api/v1/rules")["items"]?.elements)
    #expect(
      items.map(\.compact) == [
        #"{"rule":"payments.capture_timeout","open":2,"resolved":0,"withdrawn":0,"open_by_severity":{"critical":1,"high":0,"medium":0,"low":1,"info":0},"last":"2026-01-05T10:02:00.5Z"}"#,
        #"{"rule":"stock.oversold","open":0,"resolved":1,"withdrawn":1,"open_by_severity":{"critical":0,"high":0,"medium":0,"low":0,"info":0},"last":"2026-01-05T10:02:00Z"}"#,
      ])
  }

  @Test("KPIs are listed by window, the newest first", arguments: [("", 2), ("?kpi=revenue.gmv", 1), ("?region=us-east-1", 1)])
  func kpis(query: String, count: Int) throws {
    let names = try Self.feed().list("/api/v1/kpis\(query)", "kpi")
    #expect(names.count == count)
    if count == 2 { #expect(names == ["orders.placed", "revenue.gmv"]) }
  }

  @Test(
    "mistakes are told as problems",
    arguments: [
      ("/api/v1/violations?state=closed", 400, "`state` is one of `open`, `resolved`, `withdrawn`, not `closed`"),
      ("/api/v1/violations?limit=501", 400, "`limit` is a whole number from 1 to 500, not `501`"),
      ("/api/v1/violations?cursor=x", 400, "`cursor` is what `next` of a list said, not `x`"),
      ("/api/v1/kpis?rule=a", 400, "`rule` is not a parameter here: there are `kpi`, `region`, `limit`, `cursor`"),
      ("/api/v1/violations/zz", 404, "there is no violation `zz`, or no longer"),
      ("/api/v1/violations/zz/revisions", 404, "there is no violation `zz`, or no longer"),
      ("/api/v1/rules?limit=1", 400, "`limit` is not a parameter here: there are none"),
      ("/api/v2/rules", 404, "there is nothing at `/api/v2/rules`"),
    ])
  func problems(target: String, status: Int, detail: String) throws {
    let response = try Self.feed().get(target)
    #expect(response.status == status)
    #expect(response.header("Content-Type") == "application/problem+json")
    #expect(try JSONValue.parse(response.body)["detail"]?.text == detail)
  }

  @Test("metrics and health are served beside the interface")
  func health() throws {
    let feed = try Self.feed()
    for path in ["/livez", "/readyz", "/startupz"] { #expect(try feed.json(path)["status"]?.text == "ok") }
    let text = try feed.get("/metrics").text
    for line in [
      #"tenet_feed_records_total{kind="violation",result="held"} 5"#, #"tenet_feed_history_rows{table="kpis"} 2"#,
      #"tenet_feed_next_offset{topic="tenet.violations.v1",partition="0"} 9"#,
    ] { #expect(text.contains(line + "\n")) }
  }
}
