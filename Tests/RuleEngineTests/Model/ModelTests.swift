import Foundation
import RuleLanguage
import TestKit
import Testing

/// The engine against the naive model of the language, on random rules and events. `TENET_SEED=N` runs one seed alone, `TENET_SEEDS=N` so
/// many, `TENET_FORMS=join,chain` rules of these forms alone, `TENET_FAILURES=N` ends with the Nth that fails.
@Suite("The engine and the naive model agree")
struct ModelTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seeds: [UInt64] = {
    if let one = environment["TENET_SEED"].flatMap(UInt64.init) { return [one] }
    return Array(1...(environment["TENET_SEEDS"].flatMap(UInt64.init) ?? 300))
  }()
  private static let forms: Set<ModelForm> =
    environment["TENET_FORMS"].map { Set($0.split(separator: ",").compactMap { ModelForm(rawValue: String($0)) }) } ?? ModelForm.evaluated

  private static let failures = environment["TENET_FAILURES"].flatMap(Int.init) ?? 1

  @Test("what stands is what a plain computation says, however the reading is cut into batches, and over restarts")
  func standing() throws {
    var (said, failed) = (0, 0)
    for seed in Self.seeds {
      let world = ModelWorld(seed: seed, forms: Self.forms)
      let checked = world.checked()
      let program = try #require(checked, "TENET_SEED=\(seed) \(world.mistakes)\n\(world.text)")
      for restarts in [false, true] {
        let run = ModelRun(world, program, restarts: restarts)
        said += run.expected.violations.count + run.expected.kpis.count
        guard !run.isRight else { continue }
        var shrinker = ModelShrinker(world, restarts: restarts)
        shrinker.shrink()
        let small = try #require(shrinker.world.checked())
        let trace = ModelTrace(world: shrinker.world, run: ModelRun(shrinker.world, small, restarts: restarts))
        Issue.record("TENET_SEED=\(seed)\(restarts ? ", restarted" : "")\n\(trace.text)")
        failed += 1
        if failed == Self.failures { return }
        break
      }
    }
    #expect(said > Self.seeds.count, "the worlds have something to say")
  }

  @Test("the worlds hold every edge that they are to hold")
  func edges() throws {
    var edges = ModelEdges()
    var mistakes: [String: UInt64] = [:]
    let forms = Set(ModelForm.allCases)
    for seed in UInt64(1)...300 {
      let world = ModelWorld(seed: seed, forms: forms)
      if let program = world.checked() {
        edges.count(world, program, world.expected(program))
      } else {
        for mistake in world.mistakes { mistakes[mistake] = seed }
      }
    }
    #expect(mistakes.isEmpty, "seeds of worlds whose rules are wrong")
    let missing = ModelEdges.names(of: forms).filter { edges.counts[$0, default: 0] == 0 }
    #expect(missing.isEmpty)
    guard Self.environment["TENET_EDGES"] != nil else { return }
    print(ModelEdges.names(of: forms).map { "\($0): \(edges.counts[$0, default: 0])" }.joined(separator: "\n"))
  }
}
