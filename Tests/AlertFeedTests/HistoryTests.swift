import EventModel
import RuleEngine
import Testing

@testable import AlertFeed

@Suite struct HistoryTests {
  let folder: TestFolder
  let history: History

  init() throws {
    folder = try TestFolder()
    history = try History(path: folder.path + "/feed.sqlite")
  }

  @discardableResult
  func write(_ violations: [String] = [], kpis: [String] = [], written: String = "2026-01-05T12:00:00Z") throws -> [HistoryEvent] {
    let time = try #require(EventTime(rfc3339: written))
    var batch = HistoryBatch()
    batch.records = try violations.map { (.violation(try ViolationRecord(Array($0.utf8))), time) }
    batch.records += try kpis.map { (.kpi(try KPIRecord(Array($0.utf8))), time) }
    return try history.write(batch)
  }

  func held(_ id: String) throws -> JSONValue { try JSONValue.parse(try #require(try history.violation(id))) }

  @Test(
    "of two records of one id the one with the higher epoch and revision holds, whatever comes first",
    arguments: [((0, 1), (0, 2)), ((0, 9), (1, 0)), ((1, 0), (1, 1))])
  func holds(lower: (Int, Int), higher: (Int, Int)) throws {
    for (id, order) in [("a", [lower, higher]), ("b", [higher, lower])] {
      let events = try order.map { try write([Records.violation(id, epoch: $0.0, revision: $0.1)]).count }
      #expect(events == (id == "a" ? [1, 1] : [1, 0]))
      let record = try held(id)
      #expect(record["epoch"] == .number("\(higher.0)"))
      #expect(record["revision"] == .number("\(higher.1)"))
      #expect(try history.revisions(of: id).count == 2)
    }
  }

  @Test("a record that comes twice changes nothing")
  func twice() throws {
    let record = Records.violation("a", revision: 1)
    #expect(try write([record, record]).count == 1)
    #expect(try write([record]).isEmpty)
    #expect(try history.revisions(of: "a").count == 1)
  }

  @Test("revisions are kept newest first, and only the latest fifty besides the one that holds")
  func revisions() throws {
    try write((0..<80).map { Records.violation("a", revision: $0) })
    let kept = try history.revisions(of: "a").map { try JSONValue.parse($0)["revision"] }
    #expect(kept == (29...79).reversed().map { .number("\($0)") })
  }

  @Test("a KPI is known by name, region, key and window")
  func kpis() throws {
    let records = [
      Records.kpi(), Records.kpi(currency: "GBP"), Records.kpi(region: nil), Records.kpi("orders.placed"),
      Records.kpi(start: "2026-01-05T09:00:00Z"),
    ]
    #expect(try write(kpis: records).count == 5)
    #expect(try write(kpis: records).isEmpty)
    #expect(try write(kpis: [Records.kpi(revision: 1, value: "2.00")]).count == 1)
    #expect(try history.kpis([], after: nil, limit: 10).records.count == 5)
  }

  @Test("sequence numbers rise over all that is written, and never come again")
  func sequence() throws {
    let first = try write([Records.violation("a"), Records.violation("b")], kpis: [Records.kpi()])
    #expect(first.map(\.sequence) == [1, 2, 3])
    try write([Records.violation("a", revision: 1)])
    #expect(try history.events(after: 1, limit: 10).map(\.sequence) == [2, 3, 4])
    #expect(try history.events(after: 0, limit: 2).map(\.sequence) == [2, 3])
    var nothing = Retention()
    (nothing.violations, nothing.kpis) = (0, 0)
    _ = try history.forget(nothing, now: EventTime(microseconds: 0), limit: 100)
    #expect(try History(path: folder.path + "/feed.sqlite").sequence() == 4)
    #expect(try write([Records.violation("c")]).map(\.sequence) == [5])
  }

  @Test("positions are written with the records, or not at all")
  func positions() throws {
    let source = Source(topic: "t", partition: 3)
    var batch = HistoryBatch()
    batch.positions = [source: 17]
    _ = try history.write(batch)
    #expect(try history.positions() == [source: 17])
    #expect(throws: HistoryFault.self) {
      try history.write { database throws(HistoryFault) in
        try database.query("update positions set next = 18")
        try database.query("insert into facts values ('identity', 'x')")
      }
    }
    #expect(try history.positions() == [source: 17])
  }

  @Test("a file is one history for good, and a foreign one is refused")
  func identity() throws {
    let path = folder.path + "/feed.sqlite"
    #expect(try History(path: path).identity == history.identity)
    #expect(try History(path: folder.path + "/other.sqlite").identity != history.identity)
    let foreign = try Database(path: folder.path + "/foreign.sqlite", readOnly: false)
    try foreign.execute("create table x (y)")
    #expect(throws: HistoryFault.self) { try History(path: folder.path + "/foreign.sqlite") }
    #expect(throws: HistoryFault.self) { try History(path: folder.path + "/no/such/folder.sqlite") }
  }

  @Test("lists are the newest first, in pages that neither miss nor repeat")
  func pages() throws {
    // Two at the same instant, to need the second part of the cursor.
    let times = [5, 1, 3, 3, 2, 4, 3]
    try write(times.enumerated().map { Records.violation("v\($0)", at: "2026-01-05T10:0\($1):00Z") })
    var (ids, cursor): ([String], ListCursor?) = ([], nil)
    repeat {
      let page = try history.violations([], after: cursor, limit: 2)
      ids += try page.records.map { try JSONValue.parse($0)["id"]?.text ?? "" }
      #expect(page.records.count <= 2)
      cursor = page.next
      if let next = cursor { #expect(ListCursor(next.text) == next) }
    } while cursor != nil
    #expect(ids == ["v0", "v5", "v6", "v3", "v2", "v4", "v1"])
  }

  @Test("a revision keeps a violation's place in the list")
  func place() throws {
    try write([Records.violation("a", at: "2026-01-05T10:00:00Z"), Records.violation("b", at: "2026-01-05T10:00:00Z")])
    try write([Records.violation("a", revision: 1, at: "2026-01-05T10:00:00Z")])
    let ids = try history.violations([], after: nil, limit: 9).records.map { try JSONValue.parse($0)["id"]?.text }
    #expect(ids == ["b", "a"])
  }

  @Test("what is too old or too much is forgotten, with its revisions")
  func retention() throws {
    try write([Records.violation("old"), Records.violation("old", revision: 1)], written: "2025-12-01T00:00:00Z")
    try write((0..<5).map { Records.violation("v\($0)", at: "2026-01-05T10:0\($0):00Z") })
    var retention = Retention()
    retention.violations = 3
    let now = try #require(EventTime(rfc3339: "2026-01-05T12:00:00Z"))
    #expect(try history.forget(retention, now: now, limit: 100) == 3)
    let ids = try history.violations([], after: nil, limit: 9).records.map { try JSONValue.parse($0)["id"]?.text }
    #expect(ids == ["v4", "v3", "v2"])
    #expect(try history.counts().map(\.rows) == [3, 0, 0])
    #expect(try history.forget(retention, now: now, limit: 100) == 0)
  }

  @Test("rules are counted by state, and their open violations by severity")
  func rules() throws {
    try write([
      Records.violation("a", severity: "low", rule: "r.one", at: "2026-01-05T10:00:00Z"),
      Records.violation("b", rule: "r.two"), Records.violation("c", severity: "critical", rule: "r.two", at: "2026-01-05T11:00:00Z"),
      Records.violation("d", state: "resolved", rule: "r.two"),
    ])
    let rules = try history.rules()
    #expect(rules.map(\.rule) == ["r.two", "r.one"])
    #expect(rules[0].states == ["open": 2, "resolved": 1])
    #expect(rules[0].openBySeverity == ["high": 1, "critical": 1])
    #expect(rules[0].last == EventTime(rfc3339: "2026-01-05T11:00:00Z")?.microseconds)
  }

  @Test(
    "bytes that are no record are refused with the reason",
    arguments: [
      ("", "the text ends in the middle of a value at byte 0"), ("[]", "it is no object"), ("{}", "`id` is missing or no text"),
      (#"{"id":"a","epoch":0.5}"#, "`epoch` is missing or no whole number"),
      (Records.violation("a", state: "lost"), "`lost` is no state"), (Records.violation("a", severity: "dire"), "`dire` is no severity"),
      (Records.violation("a", at: "yesterday"), "`at` is missing or no time"),
    ])
  func unreadable(text: String, reason: String) {
    #expect(throws: UnreadableRecord(reason: reason)) { try ViolationRecord(Array(text.utf8)) }
  }
}
