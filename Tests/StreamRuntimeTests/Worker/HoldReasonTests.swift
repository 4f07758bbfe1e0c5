import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

/// What `/readyz` says while a worker cannot do its work.
@Suite struct HoldReasonTests {
  private static func status(_ change: (inout WorkerBoard.Contents) -> Void) -> WorkerStatus {
    let board = WorkerBoard(slots: 3, storesOffsets: true)
    for slot in 0..<3 {
      _ = board.handle(.assigned, slot: slot)
      _ = board.handle(.noOffset(low: 0, stable: 0, end: 0), slot: slot)
    }
    return board.with { contents in
      contents.held = [0, 1, 2]
      contents.partitions = ["orders": 3]
      change(&contents)
      return WorkerStatus(contents)
    }
  }

  @Test func `a worker with all slots, whose clock is the broker's, is ready`() {
    let status = Self.status { _ in }
    #expect(status.isReady && status.holdReason == nil)
  }

  @Test func `slots that the group gave to another worker are named`() {
    let status = Self.status { $0.held = [1] }
    #expect(!status.isReady && status.holdReason == "slots held by another worker: 0, 2")
  }

  @Test func `clocks that are apart are named, with the side that is behind`() {
    #expect(
      Self.status { $0.clocksApart = .milliseconds(-2_600) }.holdReason
        == "the broker's clock is 3 s behind the worker's: no deadline falls due")
    #expect(Self.status { $0.clocksApart = .seconds(90) }.holdReason?.contains("90 s ahead of") == true)
  }

  @Test func `state that takes more memory than it may is named, while slots go on`() {
    let status = Self.status { $0.stateMemory = (300 << 20, 256 << 20) }
    #expect(status.holdReason == "state takes about 300 MB, more than the 256 MB of `memory.state`")
    #expect(!status.isReady && status.slots.allSatisfy { $0.state == .running })
  }

  @Test func `a worker whose state outgrows its memory says so, and works on`() throws {
    let laboratory = Laboratory()
    laboratory.settings.stateMemory = 200
    laboratory.feed(0..<40)
    try laboratory.run { laboratory.isCaughtUp }
    #expect(laboratory.worker?.status.holdReason?.contains("memory.state") == true)
    #expect(laboratory.log.lines.contains { $0.contains("over 80 %") })
    try laboratory.expectExactlyOnce(0..<40)
  }

  @Test func `a slot that stopped says why, and what holds everything comes first`() {
    let stopped = Self.status { _ = $0.slots[1].handle(.outOfRange("4 records are gone")) }
    #expect(!stopped.isReady && stopped.holdReason == "slot 1 is stopped: 4 records are gone")
    let held = Self.status { contents in
      contents.held = []
      contents.holdReason = "no right to write"
    }
    #expect(held.holdReason == "no right to write")
  }
}
