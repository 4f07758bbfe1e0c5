import Commerce
import Diagnostics
import EventModel
import Foundation
import RuleEngine
import RuleLanguage
import Testing

@testable import tenet

/// The rules of the repository, checked.
let rulePack: RuleProgram.Result = {
  let files = (try? RuleFiles.read([repository.appendingPathComponent("Rules").path])) ?? []
  return RuleProgram.check(files: files) { RuleFiles.schema($0, in: repository.appendingPathComponent("Schemas").path) }
}()

/// What stands after some hours of the shop, with time passing long enough at the end for everything to fall due.
private func replayed(_ region: String, seed: UInt64, hours: Int64) throws -> (score: ScreenState.Faults, complaints: [String]) {
  let program = try #require(rulePack.program)
  let opening = try #require(EventTime(rfc3339: "2026-03-02T08:00:00Z"))
  var shop = Shop(ShopOptions(seed: seed, region: region, opening: opening, traffic: .steady(0.8)))
  var board = DemoBoard()
  let replayer = Replayer(program, options: .init(region: region, slots: 1, application: "replay")) { board.take([$0]) }
  let partitions: Int32 = 3
  replayer.attach(Dictionary(uniqueKeysWithValues: Shop.topics.map { ($0, partitions) }))
  func take(_ record: ShopRecord) {
    let partition = Int32(record.key.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) } % UInt32(partitions))
    do {
      try replayer.take(
        .init(
          topic: record.topic, partition: partition, offset: nil, timestamp: record.published, region: nil, key: record.key,
          value: record.value))
    } catch {
      Issue.record("\(error)")
    }
  }
  let end = opening.advanced(byMicroseconds: hours * 3_600_000_000)
  shop.advance(to: end, take)
  shop.close(at: end, take)
  replayer.pass(to: end.advanced(byMicroseconds: 60_000_000))
  board.plant(shop.planted)
  let clocks = Dictionary(replayer.engine.ruleClocks.map { ($0.rule, $0.clock) }) { min($0, $1) }
  let clock = { (rule: String) in clocks[rule] ?? .distantPast }
  return (
    board.score.faults(clock: clock, tolerance: .seconds(2)), board.score.complaints(clock: clock, tolerance: .seconds(2))
  )
}

@Suite("The rules of the repository")
struct RulePackTests {
  @Test("their tests see every clause, and every condition true and false, of all that is evaluated")
  func coverage() throws {
    let program = try #require(rulePack.program)
    let report = CoverageReport(program.tests, in: program, sources: rulePack.sources)
    #expect(report.percent == 100, "\(report.text)")
  }

  @Test("they check without a mistake, and with no warning but of forms that are not evaluated")
  func clean() throws {
    let others = rulePack.diagnostics.filter { ![801, 802].contains($0.code.number) }
    #expect(others.isEmpty, "\(TextRenderer(sources: rulePack.sources).render(others))")
    let program = try #require(rulePack.program)
    let forms = (program.rules + program.unevaluated.map(\.rule)).map(\.form)
    #expect(forms.count { if case .kpi = $0 { false } else { true } } >= 110)
    #expect(forms.count { if case .kpi = $0 { true } else { false } } >= 20)
  }

  @Test("each says what it is for, who owns it, what it belongs to and where to read on, and has a test")
  func notes() throws {
    let program = try #require(rulePack.program)
    let named = program.tests.reduce(into: Set<String>()) { $0.formUnion($1.namedRules) }
    for rule in program.rules + program.unevaluated.map(\.rule) {
      #expect(rule.documentation != nil, "\(rule.name)")
      #expect(rule.notes.owner != nil && rule.notes.runbook != nil && !rule.notes.tags.isEmpty, "\(rule.name)")
      #expect(named.contains { $0 == rule.name || $0.hasPrefix(rule.name + ".") }, "\(rule.name) has no test")
    }
  }

  @Test(
    "every fault that the shop plants is found, and nothing else stands",
    arguments: [("eu-west-1", 11), ("us-east-1", 12), ("eu-west-1", 13)] as [(String, UInt64)])
  func faults(_ region: String, _ seed: UInt64) throws {
    let result = try replayed(region, seed: seed, hours: 5)
    #expect(result.complaints == [])
    #expect(result.score.missed == 0 && result.score.unexplained == 0)
    #expect(result.score.found > 20)
  }

  @Test("the faults that the shop plants are of many rules, and of none that there is not")
  func covered() throws {
    let program = try #require(rulePack.program)
    let rules = program.rules.filter { if case .kpi = $0.form { false } else { true } }.map(\.name)
    let opening = try #require(EventTime(rfc3339: "2026-03-02T08:00:00Z"))
    var shop = Shop(ShopOptions(seed: 5, region: "eu-west-1", opening: opening, traffic: .steady(2)))
    shop.advance(to: opening.advanced(byMicroseconds: 9 * 3_600_000_000)) { _ in }
    let planted = Set(shop.planted.map(\.rule))
    #expect(planted.isSubset(of: rules))
    #expect(planted.count == 19)
  }
}
