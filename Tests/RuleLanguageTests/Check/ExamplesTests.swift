import Diagnostics
import RuleLanguage
import Testing

@Suite("Checking of the language's examples")
struct ExamplesTests {
  @Test("nothing is wrong with them but what is not supported yet")
  func examples() {
    let result = RuleProgram.check(files: [FileParsingTests.examples], schemas: TestProgram.schema)
    let others = result.diagnostics.filter { !(800...899).contains($0.code.number) }
    #expect(TextRenderer(sources: result.sources).render(others) == "")
    #expect(result.program == nil)
    #expect(
      result.summaries.map(\.name) == [
        "compliance.card_number_in_text", "compliance.erasure_overdue", "inventory.stale_reservation",
        "orders.total_adds_up",
        "payments.capture_timeout", "payments.gateway_silent",
      ])
  }
}
