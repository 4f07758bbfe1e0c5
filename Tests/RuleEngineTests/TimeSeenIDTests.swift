import EventModel
import RuleLanguage
import Testing

@testable import RuleEngine

@Suite struct TimeSeenIDTests {
  static let hour: Int64 = 3_600_000_000
  func ids(span: Int64 = hour, lateness: Int64 = 0) -> SeenIDs { SeenIDs(span: span, keep: span + lateness, spread: span * 2) }
  func id(_ name: UInt64, content: UInt64 = 1, _ time: Int64) -> SeenID {
    SeenID(low: name &* 0x9E37_79B9_7F4A_7C15, high: name, content: content, time: time)
  }

  @Test("the first of one id counts, the same again is a duplicate, another content a conflict") func verdicts() {
    var ids = ids()
    #expect(ids.insert(id(1, 0), watermark: .min) == .new)
    #expect(ids.insert(id(1, Self.hour), watermark: 0) == .duplicate)
    #expect(ids.insert(id(1, content: 2, 0), watermark: 0) == .conflict)
    #expect(ids.insert(id(2, 0), watermark: 0) == .new)
  }

  @Test("ids dated further apart than the span are not compared, and what did not count makes nothing a duplicate") func span() {
    var ids = ids()
    #expect(ids.insert(id(1, 0), watermark: .min) == .new)
    #expect(ids.insert(id(1, Self.hour), watermark: 0) == .duplicate)
    #expect(ids.insert(id(1, Self.hour + 1), watermark: 0) == .new)
    #expect(ids.insert(id(1, -Self.hour - 1), watermark: 0) == .new)
  }

  @Test("a thousand ids survive a growing table and a restore of the drained parts") func restore() {
    var ids = ids()
    var rows: [Int64: [Int: [UInt8]]] = [:]
    for number in 0..<1000 as Range<UInt64> {
      #expect(ids.insert(id(number, Int64(number) * 1_000_000), watermark: .min) == .new)
      if number % 77 == 0 {
        for part in ids.drain() { rows[part.bucketEnd, default: [:]][part.sequence] = part.value }
      }
    }
    for part in ids.drain() { rows[part.bucketEnd, default: [:]][part.sequence] = part.value }
    var restored = self.ids()
    for (end, parts) in rows {
      for (sequence, value) in parts {
        #expect(value.count <= 4096)
        #expect(restored.restore(bucketEnd: end, sequence: sequence, value) == true)
      }
    }
    restored.finishRestore()
    #expect(restored.drain().count == 0)
    for number in 0..<1000 as Range<UInt64> {
      #expect(restored.insert(id(number, Int64(number) * 1_000_000), watermark: 0) == .duplicate)
    }
    #expect(restored.insert(id(5000, 0), watermark: .min) == .new)
    let next = restored.drain()
    #expect(next.count == 1)
    let old = rows[next[0].bucketEnd]?[next[0].sequence] ?? []
    #expect(next[0].value?.prefix(old.count).elementsEqual(old) == true)
  }

  @Test("a drain writes the touched part alone, and a part that has been written grows no further than a kilobyte") func parts() {
    var ids = ids()
    for number in 0..<40 as Range<UInt64> { _ = ids.insert(id(number, 0), watermark: .min) }
    #expect(ids.drain().map(\.sequence) == [0])
    #expect(ids.drain().count == 0)
    _ = ids.insert(id(100, 0), watermark: .min)
    #expect(ids.drain().map { [$0.sequence, $0.value?.count ?? 0] } == [[1, 32]])
    _ = ids.insert(id(101, 0), watermark: .min)
    #expect(ids.drain().map { [$0.sequence, $0.value?.count ?? 0] } == [[1, 64]])
    for number in 200..<400 as Range<UInt64> { _ = ids.insert(id(number, 0), watermark: .min) }
    #expect(ids.drain().map { [$0.sequence, $0.value?.count ?? 0] } == [[1, 4096], [2, 2368]])
  }

  @Test("ids go with their bucket when the watermark has passed it by the span and the lateness, with their rows") func expiry() {
    var ids = ids(lateness: Self.hour)
    #expect(ids.insert(id(1, 0), watermark: .min) == .new)
    let written = ids.drain()
    ids.expire(watermark: 2 * Self.hour)
    #expect(ids.insert(id(1, 0), watermark: 2 * Self.hour) == .duplicate)
    ids.expire(watermark: 3 * Self.hour)
    let gone = ids.drain()
    #expect(gone.map(\.bucketEnd) == written.map(\.bucketEnd) && gone.map(\.sequence) == [0] && gone[0].value == nil)
    #expect(ids.insert(id(1, 0), watermark: 3 * Self.hour) == .new)
  }

  @Test("an id read late is remembered from the watermark at its reading on") func late() {
    var ids = ids()
    #expect(ids.insert(id(1, 0), watermark: 100 * Self.hour) == .new)
    ids.expire(watermark: 100 * Self.hour)
    #expect(ids.insert(id(1, 0), watermark: 101 * Self.hour) == .duplicate)
  }

  @Test("ids of many edits of the span are restored as far as there is room, and new ones are remembered") func edited() {
    var ids = ids()
    let row = self.ids().part(of: id(0, 0))
    let taken = (0..<50).map { ids.restore(bucketEnd: Int64($0) * Self.hour / 3, sequence: 0, row) }
    ids.finishRestore()
    #expect(taken.count { $0 } == 31)
    for number in 1..<100 as Range<UInt64> {
      #expect(ids.insert(id(number, 20 * Self.hour), watermark: .min) == .new)
      #expect(ids.insert(id(number, 20 * Self.hour), watermark: .min) == .duplicate)
    }
  }

  @Test("years may pass within one batch") func jumps() {
    var ids = ids()
    for number in 0..<1000 as Range<UInt64> {
      let time = Int64(number) * 700 * Self.hour
      #expect(ids.insert(id(number, time), watermark: time - 5_000_000) == .new)
    }
  }
}

extension SeenIDs {
  /// The part in which an id is written.
  fileprivate func part(of id: SeenID) -> [UInt8] {
    var ids = self
    _ = ids.insert(id, watermark: .min)
    return ids.drain().first?.value ?? []
  }
}
