import Diagnostics
import EventModel
import RuleLanguage
import Testing

/// Rows of tables in tests (language.md 26.2).
@Suite("Rows of tables in tests")
struct TableRowTests {
  private func check(_ lines: String) -> (lines: [CheckedTest.Line], missing: [String], mistakes: [String]) {
    let schema = """
      {"type": "object", "required": ["sku", "currency", "amount", "from"], "properties": {
        "sku": {"type": "string"}, "currency": {"type": "string"}, "amount": {"type": "number", "format": "decimal"},
        "from": {"type": "string", "format": "date-time"}, "note": {"type": "string"}}}
      """
    let text = """
      stream orders { topic "orders.v1"  schema "order.json"  key sku  time from }
      table prices { topic "prices.v1"  schema "price.json"  key sku, currency  time from }
      fixture euros = prices { currency: "EUR" }
      test "t" {
      \(lines)
      }
      """
    let result = RuleProgram.check(files: [SourceText(file: "t.tenet", bytes: Array(text.utf8))]) { _ in Array(schema.utf8) }
    let test = result.program?.tests.first
    return (test?.lines ?? [], test?.missing ?? [], result.diagnostics.filter { $0.severity == .error }.map(\.message))
  }

  @Test("a row has the fields that its schema asks for, is dated by its line, and is named by its key")
  func rows() throws {
    let (lines, missing, mistakes) = check(
      """
        at 10:00  prices { sku: "a", amount: 5.00 }
        at 10:01  euros { sku: "b", from: timestamp("2026-01-05T09:00:00Z") } from partition 2
        at 10:02  prices { sku: "a" } deleted
        at 10:03  prices lags
        at 10:04  prices catches up
      """)
    #expect(mistakes == [] && missing == [])
    try #require(lines.count == 5)
    guard case .row(let first) = lines[0].content, case .row(let second) = lines[1].content, case .row(let third) = lines[2].content,
      case .lags(.table(0)) = lines[3].content, case .catchesUp(.table(0)) = lines[4].content
    else {
      Issue.record("\(lines)")
      return
    }
    #expect(first.value?.compact == #"{"sku":"a","currency":"EUR","amount":5.00,"from":"2026-01-05T10:00:00Z"}"#)
    #expect(first.key == #"["a","EUR"]"# && first.partition == 0)
    #expect(second.value?.compact == #"{"sku":"b","currency":"EUR","amount":0,"from":"2026-01-05T09:00:00Z"}"# && second.partition == 2)
    #expect(third.key == first.key && third.value == nil)
  }

  @Test("a table has no kinds, and an event is not deleted")
  func mistakes() {
    #expect(check("  at 10:00  prices.placed { sku: \"a\" }").mistakes == ["`prices` is a table: it has no kinds"])
    #expect(check("  at 10:00  orders { sku: \"a\" } deleted").mistakes == ["only rows of tables are deleted"])
    #expect(check("  at 10:00  prices { skew: \"a\" }").mistakes.count == 1)
  }
}
