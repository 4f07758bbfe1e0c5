import Foundation
import TestKit
import Testing

@testable import StreamRuntime

/// The real engine under a real worker, on a simulated Kafka that does what Kafka may do (protocol.md 17, as far as one worker goes).
/// `TENET_SEED=N` runs one seed alone, `TENET_SEEDS=N` so many.
@Suite struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seeds: ClosedRange<UInt64> = {
    if let one = environment["TENET_SEED"].flatMap(UInt64.init) { return one...one }
    return 1...(environment["TENET_SEEDS"].flatMap(UInt64.init) ?? 200)
  }()

  @Test func `whatever goes wrong, what stands is what a plain computation says, and no invariant breaks`() {
    var counts: [String: Int] = [:]
    var said = 0
    for seed in Self.seeds {
      let simulation = Simulation(seed: seed)
      do { try simulation.run() } catch { simulation.auditor.breach("\(error)") }
      let (expected, published, doubled) = simulation.standing
      let (missed, wrong) = (expected.lines(missingIn: published), published.lines(missingIn: expected))
      var breaches = simulation.auditor.breaches + missed.map { "8: missed \($0)" } + wrong.map { "8: false \($0)" }
      breaches +=
        doubled.map { "8: doubled \($0)" } + simulation.handedOverUncommitted.map { "11: not committed, but shown: \($0)" }
      if !breaches.isEmpty {
        Issue.record("TENET_SEED=\(seed) swift test --filter SimulationTests\n\(breaches.prefix(12).joined(separator: "\n"))")
        if Self.seeds.count == 1 { print(simulation.log.lines.joined(separator: "\n")) }
        return
      }
      said += expected.violations.count + expected.kpis.count
      counts.merge(simulation.counts) { $0 + $1 }
      let seen = simulation.auditor.counts
      counts.merge(["transactions": seen.transactions, "slices": seen.slices, "deletions": seen.deletions]) { $0 + $1 }
    }
    guard Self.seeds.count >= 200 else { return }
    #expect(said > Self.seeds.count * 5, "the shops have something to say")
    let never = Self.wanted.filter { counts[$0] ?? 0 == 0 }
    #expect(never.isEmpty, "each fault happens in some run")
    if Self.environment["TENET_SEEDS"] != nil { for (name, count) in counts.sorted(by: { $0.key < $1.key }) { print("\(count)\t\(name)") } }
  }

  /// Everything that must happen over a run of seeds.
  private static let wanted: [String] = {
    var names = FaultPlan.Fault.allCases.filter { !$0.isAtCall }.map(\.rawValue)
    names += FaultPlan.atCalls.map { "\($0.rawValue) \($1.rawValue)" }
    names += ["late", "too late", "future", "doubled", "malformed", "unknown kind", "silent", "open transaction of another instance"]
    return names + ["slices", "deletions", "aborted transaction", "unpublishable"]
  }()
}

extension Simulation {
  /// What a worker showed after a commit, and no committed reader sees.
  var handedOverUncommitted: [String] {
    var committed: [String: Int] = [:]
    for topic in ["tenet.violations.v1", "tenet.kpis.v1", "tenet.dead-letters.v1", "tenet.late.v1"] {
      for record in kafka.committedRecords(topic) { committed[String(decoding: record.value ?? [], as: UTF8.self), default: 0] += 1 }
    }
    return handedOver.lines.filter { line in
      committed[line, default: 0] -= 1
      return committed[line, default: 0] < 0
    }
  }
}
