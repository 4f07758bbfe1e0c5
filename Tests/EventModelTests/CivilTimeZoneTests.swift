import EventModel
import Foundation
import TestKit
import Testing

@Suite("Time zones")
struct CivilTimeZoneTests {
  @Test(
    "offsets are those of the system's database",
    arguments: [
      "Europe/Dublin", "Europe/Berlin", "America/New_York", "US/Central", "America/St_Johns", "Australia/Sydney", "Australia/Lord_Howe",
      "Asia/Kathmandu", "Asia/Tokyo", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "UTC", "America/Santiago",
    ])
  func offsets(_ name: String) throws {
    let zone = try #require(CivilTimeZone(name))
    let reference = try #require(TimeZone(identifier: name))
    var random = TestRandom(seed: 7)
    for _ in 0..<2_000 {
      // 1950 to 2080.
      let seconds = Int64.random(in: -631_152_000...3_471_292_800, using: &random)
      let expected = reference.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
      #expect(zone.offset(at: seconds) == expected, "\(name) at \(seconds)")
    }
  }

  @Test("the database has the names that the world uses, and no others")
  func names() {
    #expect(CivilTimeZone.names.count > 500)
    #expect(CivilTimeZone("Europe/Dublin") != nil)
    #expect(CivilTimeZone("Europe/Dublim") == nil)
    #expect(CivilTimeZone.version.count == 5)
  }

  @Test(
    "a distance from UTC is a zone of CEL",
    arguments: [("-02:30", -9_000), ("+05:45", 20_700), ("02:00", 7_200), ("-00:00", 0)])
  func distances(_ name: String, _ offset: Int) {
    #expect(CivilTimeZone(celName: name)?.offset(at: 0) == offset)
  }

  @Test("what is no distance is no zone", arguments: ["24:00", "1:60", "+-1:00", "1:2", ":", "01:00:00", "٣:٠٠"])
  func noDistances(_ name: String) { #expect(CivilTimeZone(celName: name) == nil) }

  @Test(
    "a day begins and ends by the zone's clocks",
    arguments: [
      // Twenty-three hours, twenty-five, a day that begins at 01:00, a date that was left out, a plain one.
      ("Europe/Dublin", "2026-03-29", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"),
      ("Europe/Dublin", "2026-10-25", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"),
      ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
      ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
      ("Asia/Tokyo", "2026-01-05", "2026-01-04T15:00:00Z", "2026-01-05T15:00:00Z"),
    ])
  func days(_ name: String, _ day: String, _ start: String, _ end: String) throws {
    let zone = try #require(CivilTimeZone(name))
    let date = try #require(CivilDate(iso: day))
    #expect(Timestamp(seconds: zone.start(of: date)).rfc3339 == start)
    #expect(Timestamp(seconds: zone.end(of: date)).rfc3339 == end)
  }
}
