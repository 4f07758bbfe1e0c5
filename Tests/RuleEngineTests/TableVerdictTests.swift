import Diagnostics
import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

/// Verdicts that rest on rows of tables.
@Suite struct TableVerdictTests {
  private static let rules = """
    stream orders { topic "orders.v1"  schema "order.json"  kind type  key order_id  time occurred_at  id event_id within 1h }
    table prices { topic "prices.v1"  schema "price.json"  key sku  time valid_from  keep 1h }

    rule orders.again {
      by order_id
      on orders.placed as o where prices.get(o.sku).amount > 5
      forbid orders.placed within 5h
    }
    """

  private static let order = """
    {"type": "object", "required": ["type", "order_id", "occurred_at", "event_id", "sku"], "properties": {
      "type": {"const": "placed"}, "order_id": {"type": "string"}, "occurred_at": {"type": "string", "format": "date-time"},
      "event_id": {"type": "string"}, "sku": {"type": "string"}}}
    """
  private static let price = """
    {"type": "object", "required": ["sku", "amount", "valid_from"], "properties": {
      "sku": {"type": "string"}, "amount": {"type": "integer"}, "valid_from": {"type": "string", "format": "date-time"}}}
    """

  @Test("a violation stands, though the row that it rests on is not known any more when another event comes")
  func forgottenRow() throws {
    let result = RuleProgram.check(files: [SourceText(file: "r.tenet", bytes: Array(Self.rules.utf8))]) { file in
      Array((file.hasPrefix("order") ? Self.order : Self.price).utf8)
    }
    let program = try #require(result.program, "\(result.diagnostics)")
    let said = lines(
      program,
      """
      10:00 prices row p-1 sku=a amount=10 valid_from=2026-01-05T10:00:00Z
      10:10 orders placed e-1 order_id=o-1 sku=a
      10:20 orders placed e-2 order_id=o-1 sku=a
      10:30 time
      10:40 prices row p-2 sku=a amount=1 valid_from=2026-01-05T10:40:00Z
      12:00 time
      13:00 orders placed e-3 order_id=o-1 sku=a
      13:10 time
      20:00 time
      """)
    #expect(said.contains { $0.hasPrefix("open") && $0.contains("on e-1 forbid e-2") })
    #expect(!said.contains { $0.hasPrefix("withdrawn") }, "\(said)")
  }
}
