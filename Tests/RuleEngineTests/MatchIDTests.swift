import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Ids that are compared again by key")
struct MatchIDTests {
  private static let hour: Int64 = 3_600_000_000
  private static let kinds = RefKinds(
    Hand.rule("r", [Hand.pattern([Hand.placed, Hand.captured])], .condition), streams: Hand.streams)

  private func event(_ id: String, at time: Int64, kind: UInt8 = 0) -> EventRef {
    EventRef(
      time: EventTime(microseconds: time), kind: kind, stream: Self.kinds.stream(of: kind), partition: 0, offset: 0,
      id: .text(Array(id.utf8)[...]))
  }

  @Test("of one stream, key and id within the span the first counts")
  func spans() {
    var ids = KeyedIDs(Self.kinds)
    #expect(ids.insert(event("e", at: 0), under: [1]) == true)
    #expect(ids.insert(event("e", at: 0), under: [1]) == false)
    #expect(ids.insert(event("e", at: Self.hour), under: [1]) == false)
    #expect(ids.insert(event("e", at: -Self.hour), under: [1]) == false)
    // What did not count makes nothing else a duplicate.
    #expect(ids.insert(event("e", at: Self.hour + 1), under: [1]) == true)
    #expect(ids.insert(event("e", at: 2 * Self.hour), under: [1]) == false)
    #expect(ids.insert(event("e", at: -Self.hour - 1), under: [1]) == true)
    // Another key, stream or id.
    #expect(ids.insert(event("e", at: 0), under: [2]) == true)
    #expect(ids.insert(event("e", at: 0, kind: 1), under: [1]) == true)
    #expect(ids.insert(event("f", at: 0), under: [1]) == true)
  }

  @Test("a bucket goes when nothing is compared with it any more, and its rows with it", arguments: [false, true])
  func forgetting(isRestored: Bool) {
    var ids = KeyedIDs(Self.kinds)
    #expect(ids.insert(event("e", at: 0), under: [1]) == true)
    var rows = written(&ids)
    #expect(rows.count == 1)
    if isRestored {
      ids = KeyedIDs(Self.kinds)
      for (key, bytes) in rows { ids.load(key: key, parts: [(0, bytes)]) }
    }
    ids.forget(before: Self.hour)
    #expect(ids.insert(event("e", at: Self.hour), under: [1]) == false)
    ids.forget(before: 3 * Self.hour)
    #expect(written(&ids).isEmpty)
    #expect(ids.insert(event("e", at: Self.hour), under: [1]) == true)
    ids.forget(before: 6 * Self.hour)
    rows = written(&ids)
    #expect(rows.isEmpty)
    #expect(ids.size == 0)
  }

  @Test("a bucket that comes back before its rows went keeps what it had")
  func revived() {
    var ids = KeyedIDs(Self.kinds)
    #expect(ids.insert(event("e", at: 0), under: [1]) == true)
    _ = written(&ids)
    ids.forget(before: 5 * Self.hour)
    #expect(ids.insert(event("f", at: 0), under: [1]) == true)
    #expect(ids.insert(event("e", at: 0), under: [1]) == false)
    #expect(written(&ids).count == 1)
  }

  /// The buckets' rows that stand.
  private func written(_ ids: inout KeyedIDs) -> [[UInt8]: [UInt8]] {
    var rows: [[UInt8]: [UInt8]] = [:]
    ids.drain { key, change in rows[key] = change.bytes }
    return rows
  }

  @Test("an id that comes back in another partition with another time counts once, in each form")
  func forms() {
    let script = """
      10:00 payments declined e-1 order_id=c n=5
      10:00:04 payments declined e-1 order_id=c n=5 p=1
      10:01:00 payments declined e-1 order_id=c n=5 p=2
      12:30 time
      """
    let burst = MatchLimitTests.limit(.call(">=", Hand.aggregate(0), Expression.int(2)), [Hand.function(.count)])
    #expect(lines(burst, script, partitions: ["payments.v1": 3]) == [])
    #expect(
      lines(MatchObligationTests.silent, script, partitions: ["payments.v1": 3]) == [
        #"open settled 1 silent {"order_id":"c"} at 10:10:00 medium "wrong" on e-1"#
      ])
    let count = Hand.program(
      Hand.rule(
        "count", [Hand.pattern([Hand.declined])],
        .kpi(Measure(window: .tumbling(.seconds(60)), expression: Hand.aggregate(0), emitEvery: nil)),
        functions: [Hand.function(.count)]))
    #expect(
      lines(count, script, partitions: ["payments.v1": 3]) == [
        #"final 1 count {"order_id":"c"} 10:00:00 to 10:01:00 = 1 of 1 events"#
      ])
  }
}

extension KeyedIDs {
  fileprivate mutating func insert(_ event: EventRef, under key: [UInt8]) -> Bool {
    guard case .text(let id) = event.id else { preconditionFailure("the tests' ids are texts") }
    let (low, high) = id.withUnsafeBytes { Fingerprint.hash128($0) }
    return insert(event, IDHash(low: low, high: high), under: KeyHash(key))
  }
}
