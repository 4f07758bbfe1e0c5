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

@Suite("The rules of the repository")
struct RulePackTests {
  @Test("they check without a mistake or a warning")
  func clean() {
    #expect(rulePack.diagnostics.isEmpty, "\(TextRenderer(sources: rulePack.sources).render(rulePack.diagnostics))")
    #expect(rulePack.summaries.count == 24)
  }

  @Test("each says who owns it and how bad it is, and money at stake where there is some")
  func notes() throws {
    for rule in try #require(rulePack.program).rules {
      #expect(rule.documentation != nil, "\(rule.name)")
      if case .kpi = rule.form { continue }
      #expect(rule.notes.owner != nil, "\(rule.name)")
    }
  }

  @Test("every rule has a fault that the shop plants")
  func covered() throws {
    let program = try #require(rulePack.program)
    let rules = program.rules.filter { if case .kpi = $0.form { false } else { true } }.map(\.name)
    let opening = try #require(EventTime(rfc3339: "2026-03-02T08:00:00Z"))
    var shop = Shop(ShopOptions(seed: 5, region: "eu-west-1", opening: opening, traffic: .steady(2)))
    shop.advance(to: opening.advanced(byMicroseconds: 9 * 3_600_000_000)) { _ in }
    #expect(Set(shop.planted.map(\.rule)) == Set(rules))
  }
}
