import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Windows that end")
struct WindowGridTests {
  private func span(_ grid: WindowGrid?, _ instant: String) throws -> String {
    let spans = try #require(grid).spans(holding: EventScript.time(instant).microseconds)
    return spans.map { "\(EventTime(microseconds: $0.start).rfc3339) to \(EventTime(microseconds: $0.end).rfc3339)" }.joined(
      separator: ", ")
  }

  @Test("hopping windows begin at multiples of their step, and each holds its start and not its end")
  func hopping() throws {
    let grid = WindowGrid(.hopping(.seconds(600), every: .seconds(300)))
    #expect(
      try span(grid, "10:05") == "2026-01-05T10:00:00Z to 2026-01-05T10:10:00Z, 2026-01-05T10:05:00Z to 2026-01-05T10:15:00Z")
    #expect(
      try span(grid, "10:04:59.999999") == "2026-01-05T09:55:00Z to 2026-01-05T10:05:00Z, 2026-01-05T10:00:00Z to 2026-01-05T10:10:00Z")
    let before = WindowGrid(.tumbling(.seconds(7)))
    #expect(before?.spans(holding: -1) == [WindowSpan(start: -7_000_000, end: 0)])
  }

  @Test(
    "calendar windows begin at the first instant of the local hour, date, Monday or month",
    arguments: [
      (CalendarUnit.day, "Europe/Dublin", "2026-03-29T12:00", "2026-03-29T00:00:00Z to 2026-03-29T23:00:00Z"),
      (.day, "Europe/Dublin", "2026-10-25T12:00", "2026-10-24T23:00:00Z to 2026-10-26T00:00:00Z"),
      (.day, "America/New_York", "2026-03-08T12:00", "2026-03-08T05:00:00Z to 2026-03-09T04:00:00Z"),
      (.day, "America/New_York", "2026-11-01T04:00", "2026-11-01T04:00:00Z to 2026-11-02T05:00:00Z"),
      (.week, "Europe/Dublin", "2026-03-29T22:59:59.999999", "2026-03-23T00:00:00Z to 2026-03-29T23:00:00Z"),
      (.week, "Europe/Dublin", "2026-03-29T23:00", "2026-03-29T23:00:00Z to 2026-04-05T23:00:00Z"),
      (.week, "UTC", "1969-12-31T00:00", "1969-12-29T00:00:00Z to 1970-01-05T00:00:00Z"),
      (.month, "Europe/Dublin", "2026-10-31T23:59", "2026-09-30T23:00:00Z to 2026-11-01T00:00:00Z"),
      (.month, "America/New_York", "2026-01-01T04:59", "2025-12-01T05:00:00Z to 2026-01-01T05:00:00Z"),
      (.hour, "Asia/Kathmandu", "2026-03-29T00:20", "2026-03-29T00:15:00Z to 2026-03-29T01:15:00Z"),
      // The hour that the clocks show twice, and the one behind an hour that they skip.
      (.hour, "Europe/Dublin", "2026-10-25T00:30", "2026-10-25T00:00:00Z to 2026-10-25T02:00:00Z"),
      (.hour, "Europe/Dublin", "2026-10-25T01:30", "2026-10-25T00:00:00Z to 2026-10-25T02:00:00Z"),
      (.hour, "Europe/Dublin", "2026-03-29T01:00", "2026-03-29T01:00:00Z to 2026-03-29T02:00:00Z"),
      (.hour, "Australia/Lord_Howe", "2026-04-04T15:10", "2026-04-04T14:00:00Z to 2026-04-04T15:30:00Z"),
      // A date that was skipped has no window.
      (.day, "Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z to 2011-12-31T10:00:00Z"),
    ])
  func calendars(_ unit: CalendarUnit, _ zone: String, _ instant: String, _ expected: String) throws {
    #expect(try span(WindowGrid(.calendar(unit: unit, zone: zone)), instant) == expected)
  }

  @Test(
    "windows follow one another without gap, in every zone",
    arguments: [
      "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "America/St_Johns",
    ])
  func partition(_ zone: String) throws {
    for unit in [CalendarUnit.hour, .day, .week, .month] {
      let grid = try #require(WindowGrid(.calendar(unit: unit, zone: zone)))
      for begin in ["2011-12-01T00:00", "2026-02-25T00:00", "2026-10-20T00:00"] {
        var span = grid.spans(holding: EventScript.time(begin).microseconds)[0]
        for _ in 0..<500 {
          let next = grid.next(after: span)
          #expect(next.start == span.end && next.end > next.start, "\(unit) in \(zone) after \(span.start)")
          #expect(grid.spans(holding: next.start) == [next] && grid.spans(holding: next.end - 1) == [next])
          span = next
        }
      }
    }
  }

  @Test("a day ago is the same hour or date of the clocks, if there was one")
  func ago() throws {
    let day = try #require(WindowGrid(.calendar(unit: .day, zone: "Europe/Dublin")))
    let hour = try #require(WindowGrid(.calendar(unit: .hour, zone: "Europe/Dublin")))
    let oneDay: Int64 = 86_400_000_000
    func start(_ grid: WindowGrid, _ from: String, _ distance: Int64) -> String? {
      grid.start(distance, before: EventScript.time(from).microseconds).map { EventTime(microseconds: $0).rfc3339 }
    }
    #expect(start(day, "2026-03-29T23:00", oneDay) == "2026-03-29T00:00:00Z")
    #expect(start(day, "2026-04-01T23:00", 7 * oneDay) == "2026-03-26T00:00:00Z")
    #expect(start(hour, "2026-03-30T00:00", oneDay) == nil)
    #expect(start(hour, "2026-03-30T01:00", oneDay) == "2026-03-29T01:00:00Z")
    #expect(start(hour, "2026-10-26T01:00", oneDay) == "2026-10-25T00:00:00Z")
    #expect(start(hour, "2026-10-26T02:00", oneDay) == "2026-10-25T02:00:00Z")
    let month = try #require(WindowGrid(.calendar(unit: .month, zone: "UTC")))
    #expect(start(month, "2026-03-01T00:00", 28 * oneDay) == "2026-02-01T00:00:00Z")
    #expect(start(month, "2026-04-01T00:00", 28 * oneDay) == nil)
    let hopping = try #require(WindowGrid(.hopping(.seconds(600), every: .seconds(300))))
    #expect(hopping.start(300_000_000, before: 0) == -300_000_000)
  }
}
