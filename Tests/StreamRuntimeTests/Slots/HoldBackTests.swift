import EventModel
import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

@Suite struct HoldBackTests {
  private static func source(_ partition: Int32) -> Source { Source(topic: "orders", partition: partition) }
  private static func reading(_ partition: Int32, _ minutes: Int64?, more: Bool = true) -> HoldBack.Reading {
    HoldBack.Reading(
      source: source(partition), clock: minutes.map { EventTime(microseconds: $0 * 60_000_000) } ?? .distantPast, hasRecords: more)
  }

  @Test func `a source ten minutes ahead waits while the least clock's has records, and goes on when it has come near`() {
    var holdBack = HoldBack()
    let first = holdBack.look([Self.reading(0, 0), Self.reading(1, 9), Self.reading(2, 11)])
    #expect(first.wait == [Self.source(2)] && first.goOn.isEmpty)
    let second = holdBack.look([Self.reading(0, 3), Self.reading(1, 9), Self.reading(2, 11)])
    #expect(second.wait.isEmpty && second.goOn.isEmpty && holdBack.held == [Self.source(2)])
    let third = holdBack.look([Self.reading(0, 6), Self.reading(1, 9), Self.reading(2, 11)])
    #expect(third.goOn == [Self.source(2)] && holdBack.held.isEmpty)
  }

  @Test func `nothing waits for a source that has no records, however far behind it is`() {
    var holdBack = HoldBack()
    let first = holdBack.look([Self.reading(0, 0, more: false), Self.reading(1, 50), Self.reading(2, 55)])
    #expect(first.wait.isEmpty)
    let behind = holdBack.look([Self.reading(0, nil), Self.reading(1, 50), Self.reading(2, 55)])
    #expect(behind.wait == [Self.source(1), Self.source(2)])
    let read = holdBack.look([Self.reading(0, 1, more: false), Self.reading(1, 50), Self.reading(2, 55)])
    #expect(read.goOn == [Self.source(1), Self.source(2)])
  }

  @Test func `a topic that is hours long is read together with one that is not, and nothing is lost or doubled`() throws {
    let laboratory = Laboratory()
    let start = laboratory.clock.now.advanced(byMicroseconds: -7_200_000_000)
    for number in 0..<240 {
      // A record of `orders` every two minutes in each partition, of `payments` all in a few seconds.
      let topic = laboratory.settings.inputs[number % 2]
      let time = start.advanced(byMicroseconds: number % 2 == 0 ? Int64(number / 6) * 180_000_000 : 7_000_000_000 + Int64(number))
      laboratory.kafka.append(topic, Int32(number / 2 % 3), value: "k\(number % 11) \(number)", timestamp: time)
    }
    var farthest: Int64 = 0
    try laboratory.run {
      let next = Dictionary(uniqueKeysWithValues: (laboratory.worker?.status.sources ?? []).map { ($0.source, $0.next) })
      let orders = (0..<3).compactMap { next[Source(topic: "orders", partition: $0)] }.min() ?? 0
      let payments = (0..<3).compactMap { next[Source(topic: "payments", partition: $0)] }.max() ?? 0
      // Of 40 records a partition.
      if orders < 30 { farthest = max(farthest, payments) }
      return laboratory.isCaughtUp
    }
    #expect(farthest < 40, "payments wait until orders have come near")
    #expect(laboratory.log.lines.contains { $0.contains("sources wait for others") })
    try laboratory.expectExactlyOnce(0..<240)
  }
}
