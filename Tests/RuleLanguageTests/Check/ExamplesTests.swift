import Diagnostics
import RuleLanguage
import Testing

@Suite("Checking of the language's examples")
struct ExamplesTests {
  static let result = RuleProgram.check(files: [FileParsingTests.examples], schemas: TestProgram.schema)

  @Test("nothing is wrong with them, and one warning names the rules that are not evaluated, another the tests")
  func examples() throws {
    let result = Self.result
    #expect(result.diagnostics.map(\.code.number) == [801, 802], "\(TextRenderer(sources: result.sources).render(result.diagnostics))")
    let program = try #require(result.program)
    #expect(program.unevaluated.allSatisfy { !$0.missing.isEmpty })
    #expect(result.diagnostics[0].notes.count == program.unevaluated.count)
    #expect(result.summaries.map(\.name) == (program.rules.map(\.name) + program.unevaluated.map(\.rule.name)).sorted())
  }

  @Test(
    "each form has its parts",
    arguments: [
      ("payments.double_capture", "prohibition"), ("fraud.takeover", "chain"), ("payments.captures_incomplete", "join"),
      ("order", "lifecycle"), ("fulfilment.promise_missed", "obligation"), ("inventory.oversold", "limit"), ("revenue.gmv", "kpi"),
    ])
  func forms(name: String, pattern: String) throws {
    let program = try #require(Self.result.program)
    let rule = try #require((program.rules + program.unevaluated.map(\.rule)).first { $0.name == name })
    #expect(RuleSummary(rule, in: program).pattern == pattern)
    switch rule.form {
    case .prohibition(let prohibition):
      #expect(prohibition.steps.count == (pattern == "chain" ? 2 : 1))
      #expect(prohibition.steps.allSatisfy { $0.reach.direction == .after })
      #expect(prohibition.steps.map { $0.excuse == nil } == (pattern == "chain" ? [false, false] : [true]))
    case .join(let joins): #expect(joins.map(\.quantifier) == [.all])
    case .lifecycle(let lifecycle):
      #expect(lifecycle.states.filter(\.isInitial).map(\.name) == ["placed"])
      #expect(lifecycle.states.allSatisfy { !$0.next.isEmpty || $0.isEnd })
    case .obligation(let obligation): #expect(obligation.reach.due?.type == .timestamp)
    case .limit(.all(let opening, let isOnce, let retain)):
      #expect(rule.patterns[opening].role == .opening && !isOnce && retain == .fixed(.seconds(400 * 86_400)))
    case .kpi(let measure):
      #expect(measure.fill == .seconds(86_400))
      #expect(measure.target?.comparison.name == "_>=_")
    default: Issue.record("\(name) is of another form")
    }
  }
}
