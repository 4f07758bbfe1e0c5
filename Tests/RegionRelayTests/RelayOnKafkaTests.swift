import Glibc
import KafkaIO
import RuleEngine
import StreamRuntime
import TestKit
import Testing

@testable import RegionRelay

@Suite(.serialized, .onOwnThreads, .enabled(if: TestCluster.twoAreWanted, Comment(rawValue: TestCluster.whyNotTwo)))
struct RelayOnKafkaTests {
  @Test("2,000 records reach the other region once each through kill -9 amid and behind transactions, and none goes round in circles")
  func killed() async throws {
    let regions = try await onThread { try KafkaRegions() }
    try await onThread { try regions.publish(0..<800, in: 0) }

    await #expect(processExitsWith: .signal(SIGKILL)) { [regions = regions as KafkaRegions] in
      try await onThread { _ = try regions.relay(from: 0, killed: Kill(place: .produce, count: 150)).run() }
    }
    await #expect(processExitsWith: .signal(SIGKILL)) { [regions = regions as KafkaRegions] in
      try await onThread { _ = try regions.relay(from: 0, killed: Kill(place: .beforeCommit, count: 4)).run() }
    }
    try await onThread { try regions.publish(800..<1400, in: 0) }
    await #expect(processExitsWith: .signal(SIGKILL)) { [regions = regions as KafkaRegions] in
      try await onThread { _ = try regions.relay(from: 0, killed: Kill(place: .afterCommit, count: 3)).run() }
    }

    try await onThread {
      let there = RunningRelay(try regions.relay(from: 0))
      let back = RunningRelay(try regions.relay(from: 1))
      try regions.publish(1400..<2000, in: 0)
      try regions.publish(0..<100, in: 1)
      let ends = try [0, 1].map { try regions.ends(in: $0) }
      let caughtUp = wait { there.relay.status.hasPassed(ends[0]) && back.relay.status.hasPassed(ends[1]) }
      #expect(caughtUp, "\(there.relay.status) \(back.relay.status)")
      #expect(there.stop() < .seconds(5))
      #expect(back.stop() < .seconds(5))
      for region in 0..<2 {
        #expect(try regions.readable(in: region) == regions.expected(in: region, published: [0..<2000, 0..<100]))
      }
    }
  }

  /// Looks until it holds, at most a minute.
  private func wait(until holds: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while !holds() {
      guard ContinuousClock.now < deadline else { return false }
      _ = Rendezvous().wait(atMost: .milliseconds(50))
    }
    return true
  }
}

extension RelayStatus {
  /// Whether everything at home, up to there, is at the peers or passed over.
  fileprivate func hasPassed(_ ends: [Source: Int64]) -> Bool {
    isReady && peers.values.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.position ?? -1 >= ends[$0.source, default: 0] } }
  }
}
