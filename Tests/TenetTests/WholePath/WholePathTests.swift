import Commerce
import EventModel
import Foundation
import RuleLanguage
import StreamRuntime
import TestKit
import Testing

/// Events of the shop on a real Kafka, `tenet run` as a process that is killed, and what the naive model says of the same events.
@Suite("The whole path", .enabled(if: TestCluster.isWanted, Comment(rawValue: TestCluster.whyNot)), .onOwnThreads, .timeLimit(.minutes(8)))
struct WholePathTests {
  @Test("killed at three random moments, the processor loses and doubles nothing")
  func killedThreeTimes() async throws {
    try await onThread {
      let seed = UInt64(ProcessInfo.processInfo.environment["TENET_SEED"] ?? "") ?? .random(in: .min ... .max)
      print("whole path: TENET_SEED=\(seed)")
      let project = try ShopProject(seed: seed, events: 20_000)
      defer { project.project.remove() }
      let expected = try project.expected()
      try #require(expected.violations.count > 100 && expected.kpis.count > 100, "the shop gives the rules something to say")

      let tail = try project.tail()
      defer { tail.close() }
      var random = TestRandom(seed: seed)
      // A moment is named by what has been committed by then: a share of all outputs.
      for share in [5...30, 35...60, 65...95] {
        let moment = (expected.violations.count + expected.kpis.count) * Int(random.whole(share)) / 100
        let worker = try project.project.start("run")
        let came = try tail.read(within: .seconds(90)) { $0.records >= moment || !worker.isRunning }
        try #require(came && worker.isRunning, "it had published \(tail.records) of \(moment) records: \(worker.said)")
        worker.kill()
      }

      let worker = try project.project.start("run")
      try tail.read(within: .seconds(150)) {
        // To compare takes long: only where nothing comes at the moment.
        ($0.isQuiet && $0.deadLetters == expected.deadLetters && expected.isReached(by: $0.published.standing)) || !worker.isRunning
      }
      let stands = tail.published.standing
      #expect(expected.lines(missingIn: stands) == [], "missed: \(worker.said)")
      #expect(stands.lines(missingIn: expected) == [], "false")
      #expect(tail.published.doubled == [], "each revision is published once")
      #expect(tail.deadLetters == expected.deadLetters)
      #expect(try worker.terminate().code == 0, "SIGTERM ends it well: \(worker.said)")
    }
  }
}

extension Standing {
  /// Each has what the other has.
  fileprivate func isReached(by other: Standing) -> Bool { lines(missingIn: other).isEmpty && other.lines(missingIn: self).isEmpty }
}
