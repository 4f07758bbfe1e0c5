import EventModel
import Testing

@Suite("Event times")
struct EventTimeTests {
  @Test("milliseconds that do not fit are the distant past or future")
  func milliseconds() {
    #expect(EventTime(milliseconds: -1).microseconds == -1_000)
    #expect(EventTime(milliseconds: .max) == .distantFuture && EventTime(milliseconds: .min) == .distantPast)
  }

  @Test(
    "RFC 3339 text is read to the microsecond and printed in UTC with the digits it needs",
    arguments: [
      ("2026-01-05T10:30:00Z", "2026-01-05T10:30:00Z"),
      ("2026-01-05t10:30:00z", "2026-01-05T10:30:00Z"),
      ("2026-01-05T10:30:00.250Z", "2026-01-05T10:30:00.25Z"),
      ("2026-01-05T10:30:00.123456789Z", "2026-01-05T10:30:00.123456Z"),
      ("2026-01-05T10:30:00.0000009Z", "2026-01-05T10:30:00Z"),
      ("2026-01-05T10:30:00+01:00", "2026-01-05T09:30:00Z"),
      ("2026-01-05T00:30:00+05:45", "2026-01-04T18:45:00Z"),
      ("2025-12-31T23:59:59-00:30", "2026-01-01T00:29:59Z"),
      ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
      ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"),
      ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
      ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
      ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ])
  func reads(_ text: String, as printed: String) {
    #expect(EventTime(rfc3339: text)?.rfc3339 == printed)
  }

  @Test(
    "what is no such time is refused",
    arguments: [
      "", "2026-01-05", "2026-01-05 10:30:00Z", "2026-01-05T10:30:00", "2026-01-05T10:30Z", "2026-13-05T10:30:00Z", "2026-00-05T10:30:00Z",
      "2026-02-30T10:30:00Z", "2025-02-29T10:30:00Z", "1900-02-29T10:30:00Z", "2026-01-05T24:00:00Z", "2026-01-05T10:60:00Z",
      "2026-01-05T10:30:60Z", "2026-01-05T10:30:00.Z", "2026-01-05T10:30:00+1:00", "2026-01-05T10:30:00+01", "2026-01-05T10:30:00+24:00",
      "2026-01-05T10:30:00Z ", "2026-01-05T10:30:00.5", "2026-1-05T10:30:00Z0", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01",
      "9999-12-31T23:59:59-00:01", "２026-01-05T10:30:00Z", "+026-01-05T10:30:00Z",
    ])
  func refuses(_ text: String) {
    #expect(EventTime(rfc3339: text) == nil)
  }

  @Test("every day of four centuries is the one after the day before it")
  func days() {
    var expected = CivilDate(year: 1899, month: 12, day: 31)
    for day in CivilDate(year: 1900, month: 1, day: 1).daysSinceEpoch...CivilDate(year: 2300, month: 1, day: 1).daysSinceEpoch {
      expected.day += 1
      if expected.day > CivilDate.days(inMonth: expected.month, ofYear: expected.year) {
        (expected.month, expected.day) = (expected.month + 1, 1)
      }
      if expected.month > 12 { (expected.year, expected.month) = (expected.year + 1, 1) }
      #expect(CivilDate(daysSinceEpoch: day) == expected)
      #expect(expected.daysSinceEpoch == day)
    }
    #expect(CivilDate(daysSinceEpoch: 0).dayOfWeek == 4)
    #expect(CivilDate(year: 1969, month: 12, day: 28).dayOfWeek == 0)
    #expect(CivilDate(year: 2024, month: 12, day: 31).dayOfYear == 365)
  }

  @Test("moving the distant past and an overflow end at the ends of time")
  func moves() {
    #expect(EventTime.distantPast.advanced(byMicroseconds: 5) == .distantPast)
    #expect(EventTime(microseconds: .max - 1).advanced(byMicroseconds: 5) == .distantFuture)
    #expect(EventTime(microseconds: 5).advanced(byMicroseconds: -7) == EventTime(microseconds: -2))
  }
}

@Suite("Durations")
struct DurationTextTests {
  @Test(
    "a duration reads and prints as rules write it",
    arguments: [
      ("1h30m", "1h30m"), ("24h", "1d"), ("7d", "7d"), ("500ms", "500ms"), ("1w", "7d"), ("90s", "1m30s"), ("1500ms", "1s500ms"),
      ("0s", "0s"), ("1h1h", "2h"), ("1ms", "1ms"), ("1d1ms", "1d1ms"),
    ])
  func rules(_ text: String, _ printed: String) {
    #expect(Duration(ruleText: text)?.ruleText == printed)
  }

  @Test(
    "what rules cannot write is no duration", arguments: ["", "1", "h", "1.5h", "-1h", "1 h", "1x", "1h30", "1us", "99999999999w", "９s"])
  func refusesRules(_ text: String) {
    #expect(Duration(ruleText: text) == nil)
  }

  @Test("a duration that rules cannot write prints as a fraction and with its sign")
  func odd() {
    #expect(Duration.microseconds(250).ruleText == "0.00025s")
    #expect(Duration.seconds(-5400).ruleText == "-1h30m")
    #expect(Duration.milliseconds(-1500).ruleText == "-1s500ms")
  }

  @Test(
    "CEL's durations are read with fractions and signs and printed in seconds",
    arguments: [
      ("1.5h", "5400s"), ("-1m", "-60s"), ("1h30m", "5400s"), ("10ms", "0.01s"), ("1us", "0.000001s"), ("100ns", "0.0000001s"), ("0", "0s"),
      ("0.5s", "0.5s"), (".5s", "0.5s"), ("1.s", "1s"), ("-1.5s", "-1.5s"),
    ])
  func cel(_ text: String, _ printed: String) {
    #expect(Duration(celText: text)?.celText == printed)
  }

  @Test("what CEL refuses is no duration", arguments: ["", "-", "1", "1d", "h", "1.2.3s", ".s", "1 s", "9999999999999s"])
  func refusesCEL(_ text: String) {
    #expect(Duration(celText: text) == nil)
  }
}
