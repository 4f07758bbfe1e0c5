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
    #expect(!clock.agrees(within: .seconds(2), at: .zero))
    clock.saw(append: at(11), sent: at(10), acknowledged: at(12), at: .zero)
    #expect(clock.difference == 0 && clock.agrees(within: .zero, at: .zero))
  }

  @Test func `an append before sending, or after the acknowledgement, shows how far the clocks are apart at least`() {
    var clock = BrokerClock()
    clock.saw(append: at(7), sent: at(10), acknowledged: at(12), at: .zero)
    #expect(clock.difference == -3_000_000)
    #expect(!clock.agrees(within: .seconds(2), at: .zero) && clock.agrees(within: .seconds(3), at: .zero))
    clock.saw(append: at(13), sent: at(10), acknowledged: at(12), at: .zero)
    #expect(clock.difference == 1_000_000)
  }

  @Test func `evidence counts for ten minutes, and is renewed before`() {
    var clock = BrokerClock()
    #expect(!clock.needsEvidence(at: .seconds(10_000)))
    clock.saw(append: at(1), sent: at(1), acknowledged: at(1), at: .zero)
    #expect(clock.agrees(within: .zero, at: .seconds(600)) && !clock.agrees(within: .zero, at: .seconds(601)))
    #expect(!clock.needsEvidence(at: .seconds(479)) && clock.needsEvidence(at: .seconds(480)))
  }
}
