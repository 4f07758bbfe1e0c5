import EventModel
import RuleEngine
import Testing

@testable import StreamRuntime

@Suite struct EndProverTests {
  let a = Source(topic: "orders", partition: 0)
  let b = Source(topic: "orders", partition: 1)
  let now = EventTime(microseconds: 1_000)

  @Test func `a source is proven when its end, asked for afterwards, is where reading stopped`() {
    var prover = EndProver()
    let proofs = prover.proofs(
      of: [a: 5, b: 7], at: now, counts: ["orders": 2], known: ["orders": 2], ends: [a: 5, b: 9], clocksAgree: true)
    #expect(proofs == [EndProver.Proof(source: a, at: now, end: 5)])
    #expect(prover.failures == [b: [.unread: 1]])
  }

  @Test func `no answer, a new partition and clocks apart prove nothing, and are counted`() {
    var prover = EndProver()
    #expect(prover.proofs(of: [a: 5], at: now, counts: ["orders": 2], known: ["orders": 2], ends: nil, clocksAgree: true) == [])
    #expect(prover.proofs(of: [a: 5], at: now, counts: nil, known: ["orders": 2], ends: [a: 5], clocksAgree: true) == [])
    #expect(prover.proofs(of: [a: 5], at: now, counts: ["orders": 3], known: ["orders": 2], ends: [a: 5], clocksAgree: true) == [])
    #expect(prover.proofs(of: [a: 5], at: now, counts: ["orders": 2], known: ["orders": 2], ends: [a: 5], clocksAgree: false) == [])
    #expect(prover.failures == [a: [.noAnswer: 2, .partitions: 1, .clocks: 1]])
  }

  @Test func `ends are asked for twice a second`() {
    var prover = EndProver()
    #expect(prover.isDue(at: .zero))
    prover.asked(at: .zero)
    #expect(!prover.isDue(at: .milliseconds(499)) && prover.isDue(at: .milliseconds(500)))
  }
}

@Suite struct BrokerClockTests {
  private func at(_ seconds: Int64) -> EventTime { EventTime(microseconds: seconds * 1_000_000) }

  @Test func `an append between sending and acknowledgement shows no difference`() {
    var clock = BrokerClock()
    #expect(clock.difference(at: .zero, now: at(12)) == nil)
    clock.saw(append: at(11), acknowledged: at(12), elapsed: .seconds(2), at: .seconds(2))
    #expect(clock.difference(at: .seconds(2), now: at(12)) == 0)
  }

  @Test func `an append before sending, or after the acknowledgement, shows how far the clocks are apart at least`() {
    var clock = BrokerClock()
    clock.saw(append: at(7), acknowledged: at(12), elapsed: .seconds(2), at: .seconds(2))
    #expect(clock.difference(at: .seconds(5), now: at(15)) == -3_000_000)
    clock.saw(append: at(13), acknowledged: at(12), elapsed: .seconds(2), at: .seconds(2))
    #expect(clock.difference(at: .seconds(5), now: at(15)) == 1_000_000)
  }

  @Test func `evidence counts for ten minutes, and is renewed before`() {
    var clock = BrokerClock()
    func isNeeded(_ uptime: Int64, now: Int64) -> Bool {
      clock.needsEvidence(at: .seconds(uptime), now: at(now), within: .seconds(2))
    }
    #expect(!isNeeded(10_000, now: 10_001))
    clock.saw(append: at(1), acknowledged: at(1), elapsed: .seconds(0), at: .zero)
    #expect(clock.difference(at: .seconds(600), now: at(601)) == 0 && clock.difference(at: .seconds(601), now: at(602)) == nil)
    #expect(!isNeeded(479, now: 480) && isNeeded(480, now: 481))
    // Clocks that are apart may be set right at any time.
    #expect(!isNeeded(4, now: 65) && isNeeded(5, now: 66))
  }

  @Test func `a wall clock that jumped since is apart by as much`() {
    var clock = BrokerClock()
    clock.saw(append: at(11), acknowledged: at(12), elapsed: .seconds(2), at: .seconds(2))
    #expect(clock.difference(at: .seconds(5), now: at(75)) == -60_000_000)
    #expect(clock.difference(at: .seconds(5), now: at(5)) == 10_000_000)
  }

  @Test func `a wall clock that jumps while a record is under way hides nothing`() {
    var clock = BrokerClock()
    // Sent at 10 by the old clock, acknowledged half a second later at 40 by the new one.
    clock.saw(append: at(10), acknowledged: at(40), elapsed: .milliseconds(500), at: .seconds(3))
    #expect(clock.difference(at: .seconds(3), now: at(40)) == -29_500_000)
  }
}
