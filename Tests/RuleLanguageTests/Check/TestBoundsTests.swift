import Diagnostics
import RuleLanguage
import Testing

/// What is written in a test stays within bounds, however it is put together.
@Suite("Bounds of tests and fixtures")
struct TestBoundsTests {
  private static func messages(_ text: String) -> [String] { TestProgram.check(text).diagnostics.map(\.message) }

  @Test("fixtures go through 100 others at most, and a chain of very many is one mistake")
  func chains() {
    func chain(_ count: Int) -> String {
      "fixture f0 = orders.placed\n" + (1..<count).map { "fixture f\($0) = f\($0 - 1)\n" }.joined()
    }
    #expect(Self.messages(chain(100)) == [])
    #expect(Self.messages(chain(5_000)) == ["fixture `f100` goes through more than 100 others"])
    #expect(Self.messages(chain(5_000).replacing("= orders.placed", with: "= f4999")) == ["fixture `f0` is made of itself"])
  }

  @Test("lines count once for each row")
  func lines() {
    func test(rows: Int, lines: Int) -> String {
      "test \"t\" { cases (n) {\(String(repeating: " (1)", count: rows)) }\n"
        + String(repeating: "after 1s  orders.placed\n", count: lines) + "}\n"
    }
    #expect(Self.messages(test(rows: 10, lines: 10)) == [])
    #expect(
      Self.messages(test(rows: 300, lines: 300)) == ["this test has 300 lines for each of 300 rows: more than 20000 in all"])
  }

  @Test("an expression is no deeper than others with lets and the row's values in their places")
  func depth() {
    func nested(_ depth: Int, _ inner: String) -> String {
      String(repeating: "(", count: depth / 2) + inner + String(repeating: " + 1)", count: depth / 2)
    }
    let text =
      "test \"t\" { cases (n) { (\(nested(60, "1"))) }\n  at 10:00  orders.placed { order_id: string(\(nested(60, "n"))) }\n}\n"
    #expect(Self.messages(text) == ["this expression is nested more than 100 deep with the lets in it in their places"])
  }
}
