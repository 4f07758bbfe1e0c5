import TestKit
import Testing

@testable import StreamRuntime

/// Fencing a dead writer (protocol.md 6).
@Suite struct DeadWriterTests {
  @Test func `an end that stands still for a second below what was there is somebody's open transaction`() {
    var watch = DeadWriterWatch()
    let idle = watch.isDue(at: .zero)
    watch.took(slot: 1)
    watch.took(slot: 2)
    let due = [0, 900, 1_000].map { watch.isDue(at: .milliseconds($0)) }
    #expect(!idle && due == [true, false, true])
    let settled = watch.stands(slot: 1, stable: 5, end: 5, at: .seconds(1))
    #expect(!settled && watch.slots == [2])
    // The last two: it moved, so something else may stand in the way, but not what came after the slot was taken.
    let looks: [(stable: Int64, end: Int64)] = [(5, 9), (5, 9), (7, 30), (9, 30)]
    let stands = looks.enumerated().map { watch.stands(slot: 2, stable: $1.stable, end: $1.end, at: .seconds($0 + 1)) }
    #expect(stands == [false, true, false, false])
    #expect(watch.slots.isEmpty)
  }

  /// A worker called `old` that ended in the middle of a transaction, which nobody ends for ten minutes.
  private func abandoned() throws -> Laboratory {
    let laboratory = Laboratory(transactionTimeout: .seconds(600))
    laboratory.settings.instance = "old"
    laboratory.feed(0..<20)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.feed(20..<40)
    laboratory.kafka.intercept { call, _ in call == .sendOffsets ? .crash : .pass }
    while !laboratory.process.isDead {
      try? laboratory.worker?.step()
      laboratory.clock.advance(by: .milliseconds(5))
    }
    laboratory.kafka.intercept { _, _ in .pass }
    return laboratory
  }

  @Test func `who takes the slots of a worker that is gone ends the transaction that it left open`() throws {
    let laboratory = try abandoned()
    laboratory.settings.instance = "new"
    try laboratory.run { laboratory.isCaughtUp }
    // The outputs behind the open transaction can be read, and nothing of it.
    try laboratory.run { laboratory.named.count == 40 }
    try laboratory.expectExactlyOnce(0..<40)
    #expect(laboratory.log.lines.contains { $0.contains("dead writer") && $0.contains("old.0") })
  }

  @Test func `a live member is never fenced`() throws {
    let laboratory = try abandoned()
    laboratory.settings.instance = "new"
    let counter = Counter()
    // The group says that the old one is there, as if it had come back.
    laboratory.kafka.setMembers(["new", "old"])
    laboratory.kafka.intercept { call, _ in
      if call == .members { _ = counter.next() }
      return .pass
    }
    try laboratory.run { laboratory.isCaughtUp && counter.next() > 3 }
    #expect(!laboratory.log.lines.contains { $0.contains("dead writer") })
  }
}
