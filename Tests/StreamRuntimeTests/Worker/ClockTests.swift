import EventModel
import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

/// Clocks that go on without records, starts and stops.
@Suite struct ClockTests {
  private static func quiet(_ laboratory: Laboratory) -> [String] { laboratory.outputs.filter { $0.contains("quiet") }.sorted() }

  @Test func `without further records the end of every source is proven, and what is due falls due`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.clock.advance(by: .seconds(70))
    try laboratory.run { Self.quiet(laboratory).count == 11 }
    laboratory.process.kill()
    laboratory.clock.advance(by: .seconds(70))
    var rounds = 0
    try laboratory.run {
      rounds += 1
      return laboratory.lives == 2 && rounds > 300
    }
    #expect(Self.quiet(laboratory).count == 11)
  }

  @Test func `a proof says what was known an idle margin before it, for the broker's clock may be so far behind`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    let fed = laboratory.clock.now
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.clock.advance(by: .seconds(60))
    try laboratory.run { laboratory.clock.now > fed.advanced(byMicroseconds: 61_900_000) }
    #expect(Self.quiet(laboratory).isEmpty)
    try laboratory.run { Self.quiet(laboratory).count == 11 }
  }

  @Test func `a clock that moves and decides nothing makes no transaction`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    let before = laboratory.worker?.status.counters.transactions
    var rounds = 0
    try laboratory.run {
      rounds += 1
      return rounds > 1_000
    }
    #expect(laboratory.worker?.status.counters.transactions == before)
    #expect(laboratory.worker?.status.lag == 0)
  }

  @Test func `a foreign transaction that is open holds the clock, for it may hold what is waited for`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    let shop = try laboratory.kafka.process().transactionalProducer(id: "shop")
    try shop.initialize(timeout: .seconds(1))
    try shop.begin()
    try shop.produce(ProducedRecord(topic: "orders", partition: 1, key: nil, value: Array("k1 5".utf8)))
    laboratory.clock.advance(by: .seconds(9))
    var rounds = 0
    try laboratory.run {
      rounds += 1
      return rounds > 150
    }
    let unproven = laboratory.worker?.status.sources.first { $0.source == Source(topic: "orders", partition: 1) }?.unproven
    #expect(unproven?[.unread] ?? 0 > 0)
    try shop.commit(timeout: .seconds(1))
    try laboratory.run { laboratory.named.count == 31 }
  }

  @Test func `clocks of worker and broker that are apart prove nothing`() throws {
    let laboratory = Laboratory()
    laboratory.kafka.appendClockDifference(.seconds(-5))
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.clock.advance(by: .seconds(70))
    var rounds = 0
    try laboratory.run {
      rounds += 1
      return rounds > 300
    }
    #expect(Self.quiet(laboratory).isEmpty)
    #expect(laboratory.worker?.status.sources.allSatisfy { $0.unproven[.clocks] ?? 0 > 0 } == true)
    #expect(laboratory.worker?.status.holdReason == "the broker's clock is 5 s behind the worker's: no deadline falls due")
    #expect(laboratory.worker?.status.isReady == false)
    laboratory.kafka.appendClockDifference(.zero)
    try laboratory.run(rounds: 4_000) { Self.quiet(laboratory).count == 11 }
    #expect(laboratory.worker?.status.isReady == true)
  }

  @Test func `a wall clock that jumps proves nothing until the broker's was seen again`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    // Only the worker's: the broker's goes on as before.
    laboratory.clock.jump(by: .seconds(70))
    laboratory.kafka.appendClockDifference(.seconds(-70))
    var rounds = 0
    try laboratory.run {
      rounds += 1
      return rounds > 1_500
    }
    #expect(Self.quiet(laboratory).isEmpty)
    #expect(laboratory.worker?.status.holdReason?.contains("70 s behind") == true)
    laboratory.clock.jump(by: .seconds(-70))
    laboratory.kafka.appendClockDifference(.zero)
    laboratory.clock.advance(by: .seconds(70))
    try laboratory.run { Self.quiet(laboratory).count == 11 }
  }

  @Test func `a partition that is added is read from its beginning`() throws {
    let laboratory = Laboratory()
    laboratory.settings.start = .latest
    laboratory.feed(0..<12)
    try laboratory.run { laboratory.worker?.status.isReady == true && !(laboratory.worker?.status.sources.isEmpty ?? true) }
    #expect(laboratory.named.isEmpty)
    laboratory.kafka.createTopic("orders", partitions: 4)
    laboratory.kafka.append("orders", 3, value: "k1 100")
    try laboratory.run { laboratory.named == ["k1 orders/3@0"] }
    try laboratory.run { laboratory.worker?.status.sources.count == 7 }
  }

  @Test(arguments: [(StartPosition.earliest, 12), (.latest, 0)])
  func `a new application begins where it is told`(start: StartPosition, count: Int) throws {
    let laboratory = Laboratory()
    laboratory.settings.start = start
    laboratory.feed(0..<12)
    try laboratory.run { laboratory.worker?.status.isReady == true }
    laboratory.kafka.append("payments", 2, value: "k9 1")
    try laboratory.run { laboratory.named.contains("k9 payments/2@2") }
    try laboratory.run { laboratory.isCaughtUp }
    #expect(laboratory.named.count == count + 1)
  }

  @Test func `a new application begins at a time`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<12)
    laboratory.clock.advance(by: .seconds(100))
    laboratory.settings.start = .time(laboratory.clock.now)
    for number in 12..<24 { laboratory.kafka.append("orders", Int32(number % 3), value: "k1 \(number)") }
    try laboratory.run { laboratory.named.count == 12 }
    try laboratory.run { laboratory.worker?.status.lag == 0 }
    #expect(laboratory.named.count == 12)
  }

  @Test func `where a source began is kept, even if nothing came before the process ended`() throws {
    let laboratory = Laboratory()
    laboratory.settings.start = .latest
    laboratory.feed(0..<12)
    try laboratory.run { laboratory.kafka.committedOffsets(group: "app").count > 3 }
    laboratory.process.kill()
    laboratory.kafka.append("payments", 2, value: "k9 1")
    try laboratory.run { laboratory.lives == 2 && laboratory.named == ["k9 payments/2@2"] }
  }

  @Test func `a topic that does not exist is named, and waited for`() throws {
    let laboratory = Laboratory()
    laboratory.settings.inputs.append("refunds")
    var rounds = 0
    try laboratory.run {
      rounds += 1
      return rounds > 100
    }
    #expect(laboratory.worker?.status.holdReason == "topic `refunds` does not exist")
    laboratory.kafka.createTopic("refunds", partitions: 1)
    laboratory.kafka.append("refunds", 0, value: "k5 5")
    try laboratory.run { laboratory.named == ["k5 refunds/0@0"] }
  }

  @Test func `a worker that may not write holds, reads nothing, and stops at once when it is told`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    laboratory.kafka.intercept { call, _ in
      call == .produce ? .fail(KafkaFault(.hold, code: "TOPIC_AUTHORIZATION_FAILED", "no right to write")) : .pass
    }
    try laboratory.run { laboratory.worker?.status.holdReason == "no right to write" }
    #expect(laboratory.worker?.status.isReady == false)
    let before = laboratory.clock.uptime
    laboratory.worker?.stop()
    try laboratory.run { laboratory.worker?.isFinished == true }
    #expect(laboratory.clock.uptime - before < .milliseconds(100))
    try laboratory.start()
    laboratory.kafka.intercept { _, _ in .pass }
    try laboratory.run { laboratory.isCaughtUp }
    try laboratory.expectExactlyOnce(0..<30)
  }
}
