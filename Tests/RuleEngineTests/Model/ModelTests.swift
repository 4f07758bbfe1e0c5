import Diagnostics
import EventModel
import Foundation
import RuleEngine
import RuleLanguage
import TestKit
import Testing

/// The engine against the naive model of the language, on random rules and events. `TENET_SEED=N` runs one seed alone.
@Suite("The engine and the naive model agree")
struct ModelTests {
  private static let seeds: [UInt64] = {
    if let one = ProcessInfo.processInfo.environment["TENET_SEED"].flatMap(UInt64.init) { return [one] }
    let count = ProcessInfo.processInfo.environment["TENET_SEEDS"].flatMap(UInt64.init) ?? 300
    return Array(1...count)
  }()

  @Test("what stands is what a plain computation says, however the reading is cut into batches, and over restarts")
  func standing() throws {
    var said = 0
    for seed in Self.seeds {
      let world = ModelWorld(seed: seed)
      let program = try check(world.rules)
      let expected = NaiveModel(program: program, region: "us-east-1").standing(placed(world.records), clock: world.end)
      said += expected.violations.count + expected.kpis.count
      var random = TestRandom(seed: seed ^ 0xABCD)
      for restarts in [false, true] {
        let stands = run(world, program, restarts: restarts, &random)
        let (missed, wrong) = (expected.lines(missingIn: stands), stands.lines(missingIn: expected))
        if !missed.isEmpty || !wrong.isEmpty {
          Issue.record(
            """
            TENET_SEED=\(seed)\(restarts ? ", restarted" : "")
            \(world.rules)
            \(world.records.map { "\($0.topic)/\($0.partition) \(String(decoding: $0.value ?? [], as: UTF8.self))" }.joined(separator: "\n"))
            missed:
            \(missed.joined(separator: "\n"))
            false:
            \(wrong.joined(separator: "\n"))
            """)
          return
        }
      }
    }
    #expect(said > Self.seeds.count, "the worlds have something to say")
  }

  private func run(_ world: ModelWorld, _ program: CheckedProgram, restarts: Bool, _ random: inout TestRandom) -> Standing {
    let driver = EngineDriver(program, partitions: ["a.v1": ModelWorld.partitions, "b.v1": ModelWorld.partitions])
    var left = world.records[...]
    while !left.isEmpty {
      let piece = left.prefix(random.whole(1...12))
      driver.read(Array(piece))
      left = left.dropFirst(piece.count)
      if random.chance(0.5) {
        driver.commit()
        if restarts, random.chance(0.5) { driver.restart() }
      }
    }
    driver.commit()
    if restarts { driver.restart() }
    driver.prove(at: world.end)
    driver.commit()
    var published = PublishedStanding()
    for output in driver.outputs {
      if output.topic == .violations { published.take(violation: output.value ?? []) }
      if output.topic == .kpis { published.take(kpi: output.value ?? []) }
    }
    return published.standing
  }

  private func check(_ rules: String) throws -> CheckedProgram {
    let result = RuleProgram.check(files: [SourceText(file: "world.tenet", bytes: Array(rules.utf8))]) { file in
      Array(ModelWorld.schema(String(file.prefix(1))).utf8)
    }
    return try #require(result.program, "\(result.diagnostics.filter { $0.severity == .error })")
  }

  private func placed(_ records: [EngineDriver.Record]) -> [NaiveRecord] {
    var ends: [Source: Int64] = [:]
    return records.map { record in
      let source = Source(topic: record.topic, partition: record.partition)
      defer { ends[source, default: 0] += 1 }
      return NaiveRecord(
        topic: record.topic, partition: record.partition, offset: ends[source, default: 0], timestamp: record.timestamp,
        value: record.value)
    }
  }
}
