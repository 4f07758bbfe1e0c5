import Diagnostics
import RuleLanguage
import Testing

@Suite("Programs with very many mistakes")
struct ManyMistakesTests {
  private func repeated(_ text: (Int) -> String, count: Int = 700) -> String { (0..<count).map(text).joined() }

  @Test(
    "the first are told, and that there are more; the rest is not looked for",
    arguments: [
      { "rule r.a\($0) { on orders.placed as o  when o.totl > 1 }\n" }, { "rule r.a\($0) { on orders.plcd } " }, { _ in "; " },
      { "let l\($0) = missing\n" }, { "fixture f\($0) = ordrs.placed\n" }, { _ in "rule\n" }, { _ in "let twice = 1\n" },
      { "stream s\($0) { topic \"t\" schema \"s\" time t }\n" }, { "test \"t\($0)\" { at 10:00 ordrs.placed }\n" },
    ] as [@Sendable (Int) -> String])
  func many(_ text: @Sendable (Int) -> String) {
    let diagnostics = TestProgram.check(repeated(text)).diagnostics
    // What stands together is one mistake.
    guard diagnostics.count != 1 else { return }
    #expect(diagnostics.count == 501)
    #expect(diagnostics.count { $0.code == DiagnosticCode(100) && $0.severity == .error } == 1)
  }

  @Test("warnings do not push errors out")
  func warnings() throws {
    let warnings = repeated { "rule a.r\($0) { on orders.placed as o  when o.total > 1  violation \"x\" exposure 5 }\n" }
    let result = TestProgram.check(warnings + "rule z.r { on orders.placed as o  when o.totl > 1 }\n")
    #expect(result.program == nil)
    #expect(result.diagnostics.count { $0.severity == .error } == 1)
    #expect(result.diagnostics.filter { $0.code == DiagnosticCode(100) }.map(\.severity) == [.warning])
  }

  @Test("as many as are told are all told")
  func few() {
    let diagnostics = TestProgram.check(repeated({ "rule r.a\($0) { on orders.placed as o  when o.totl > 1 }\n" }, count: 499)).diagnostics
    #expect(diagnostics.count == 499)
    #expect(diagnostics.allSatisfy { $0.code != DiagnosticCode(100) })
  }
}
