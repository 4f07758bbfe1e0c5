import Diagnostics
import EventModel
import RuleEngine
import RuleLanguage
import Testing

@testable import RuleTesting
@testable import tenet

/// Rows of lookup tables in recorded events, and in tests.
@Suite("Lookup tables in replays and tests")
struct TableReplayTests {
  private static func program(tests: String = "") throws -> CheckedProgram {
    let text = """
      stream orders { topic "orders.v1"  schema "order.json"  key sku  time at  id event_id within 1h  disorder 1s }
      table prices { topic "prices.v1"  schema "price.json"  key sku  time from  max_rows 1 }
      rule price { on orders as o when prices.get(o.sku).amount > o.total }
      \(tests)
      """
    let result = RuleProgram.check(files: [SourceText(file: "r.tenet", bytes: Array(text.utf8))]) { file in
      let names = file == "order.json" ? ["at", "event_id", "total"] : ["from", "amount"]
      let types = ["at": time, "from": time, "event_id": "\"string\"", "total": "\"integer\"", "amount": "\"integer\""]
      let fields = names.map { "\"\($0)\": {\"type\": \(types[$0] ?? "")}" }.joined(separator: ", ")
      let required = (["sku"] + names).map { "\"\($0)\"" }.joined(separator: ", ")
      return Array(#"{"type": "object", "required": [\#(required)], "properties": {"sku": {"type": "string"}, \#(fields)}}"#.utf8)
    }
    var program = try #require(result.program, "\(result.diagnostics)")
    program.rules += program.unevaluated.map(\.rule)
    program.unevaluated = []
    for index in program.tests.indices { program.tests[index].missing = [] }
    return program
  }

  private static let time = #""string", "format": "date-time""#

  @Test("a replay reads rows from its file, by their topic, dated as they say")
  func replay() throws {
    let replayer = Replayer(try Self.program(), options: .init(region: "us-east-1", slots: 1)) { _ in }
    replayer.attach([:])
    for line in [
      #"{"topic": "prices.v1", "key": "a", "value": {"sku": "a", "amount": 5, "from": "2026-01-05T10:00:00Z"}}"#,
      #"{"topic": "prices.v1", "key": "b", "value": {"sku": "b", "amount": 5, "from": "2026-01-05T10:01:00Z"}}"#,
      #"{"topic": "prices.v1", "key": "c", "value": {"sku": "c", "amount": 5, "from": "2026-01-05T10:02:00Z"}}"#,
      #"{"topic": "prices.v1", "key": "c", "timestamp": 1767607380000, "value": null}"#,
    ] {
      guard case .record(let record) = try RecordedLine.read(line) else { continue }
      try replayer.take(record)
    }
    replayer.finish()
    #expect(replayer.unread == 0)
    let table = try #require(replayer.engine.counters.tables["prices"])
    #expect(table.rows == 2 && table.read == 4 && table.limit == 1 && table.isOverLimit)
    #expect(replayer.engine.counters.deadLetters.isEmpty)
  }

  @Test("a test's rows are there for its events, also those of before the rules started")
  func tests() throws {
    let program = try Self.program(
      tests: """
        test "rows" {
          at 10:00  prices { sku: "a", amount: 5 }
          at 10:01  rules start
          at 10:02  prices { sku: "b", amount: 7 } from partition 1
          at 10:03  orders { sku: "a", total: 3, event_id: "e" }
          at 10:04  prices { sku: "b" } deleted from partition 1
          at 10:05  prices lags
          at 10:06  prices catches up
          at 10:07  time passes
          expect price { sku: "a" }
        }
        """)
    let failures = TestRun.failures(of: try #require(program.tests.first), in: program)
    #expect(failures.map { "\($0.message) \($0.found)" } == [])
  }
}
