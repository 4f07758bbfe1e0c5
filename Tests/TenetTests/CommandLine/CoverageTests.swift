import Diagnostics
import Foundation
import RuleLanguage
import TestKit
import Testing

@testable import RuleTesting
@testable import tenet

/// `tenet test --coverage`: what no test has seen of the rules.
@Suite("The coverage of rules by tests")
struct CoverageTests {
  private static let rules = """
    stream orders {
      topic "orders" schema "order.json" kind type key order_id time at id id within 1h disorder 1s delay 1m lateness 1m
    }
    rule paid {
      by order_id
      on orders.placed as o where o.total > 0
      expect orders.paid or orders.refunded within 15m
      unless orders.cancelled
      severity high when o.total > 100, else low
      violation "order {order_id} of {o.coupon == "X" ? "nobody" : "somebody"} is not paid"
    }
    rule small {
      on orders.placed as o
      when !(o.total < 500) || o.items.exists(i, i > 3 && i < 9)
    }
    rule busy {
      by order_id
      on orders.placed
      over sliding 10m
      when count() > 1
    }
    kpi orders.count {
      on orders.placed over tumbling 1h measure count()
    }

    """

  private static let schema = """
    {"oneOf": [{"$ref": "#/$defs/placed"}, {"$ref": "#/$defs/paid"}, {"$ref": "#/$defs/refunded"}, {"$ref": "#/$defs/cancelled"}],
     "$defs": {
      "placed": {"type": "object", "required": ["type", "order_id", "at", "id", "total", "coupon", "items"], "properties": {
        "type": {"const": "placed"}, "order_id": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
        "id": {"type": "string"}, "total": {"type": "integer"}, "coupon": {"type": "string"},
        "items": {"type": "array", "items": {"type": "integer"}}}},
      "paid": {"type": "object", "required": ["type", "order_id", "at", "id"], "properties": {
        "type": {"const": "paid"}, "order_id": {"type": "string"}, "at": {"type": "string", "format": "date-time"}, "id": {"type": "string"}}},
      "refunded": {"type": "object", "required": ["type", "order_id", "at", "id"], "properties": {
        "type": {"const": "refunded"}, "order_id": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
        "id": {"type": "string"}}},
      "cancelled": {"type": "object", "required": ["type", "order_id", "at", "id"], "properties": {
        "type": {"const": "cancelled"}, "order_id": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
        "id": {"type": "string"}}}}}
    """

  /// What is said of the rules above and these tests.
  private func report(_ tests: String, _ options: String...) throws -> (code: ExitCode, lines: [String]) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-coverage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try (Self.rules + tests).write(to: folder.appending(path: "rules.tenet"), atomically: true, encoding: .utf8)
    try Self.schema.write(to: folder.appending(path: "order.json"), atomically: true, encoding: .utf8)
    let transcript = Transcript()
    let words = ["test", folder.appending(path: "rules.tenet").path, "--schemas", folder.path, "--coverage"] + options
    let code = CommandLineTool.run(words, verbs: [.test], console: transcript.console)
    return (code, transcript.out.replacing(folder.path + "/", with: "").split(separator: "\n").map(String.init))
  }

  /// Tests that see everything.
  private static let all = """
    test "paid" {
      at 10:00 orders.placed { order_id: "a", total: 50, coupon: "X" }
      at 10:05 orders.paid { order_id: "a" }
      at 10:10 orders.placed { order_id: "b", total: 50 }
      at 10:10 orders.placed { order_id: "c", total: 150, coupon: "X" }
      at 10:10 orders.placed { order_id: "d", total: 0 }
      at 10:10 orders.placed { order_id: "e", total: 50 }
      at 10:10 orders.placed { order_id: "f", total: 50 }
      at 10:11 orders.cancelled { order_id: "e" }
      at 10:12 orders.refunded { order_id: "f" }
      at 11:00 time passes
      expect paid { order_id: "b", severity: "low" }
      expect paid { order_id: "c", severity: "high" }
    }
    test "small" {
      at 10:00 orders.placed { total: 1, items: [1, 10, 5] }
      at 10:00 orders.placed { total: 1, items: [1, 10] }
      at 10:00 orders.placed { total: 600 }
      expect 2 small
    }
    test "busy" {
      at 10:00 orders.placed { order_id: "a" }
      at 10:05 orders.placed { order_id: "a" }
      at 12:00 time passes
      expect busy resolved
      expect orders.count == 2
    }

    """

  @Test("without a test, every clause and condition is told, with its place")
  func none() throws {
    let (code, lines) = try report("")
    #expect(code == .good)
    #expect(
      lines.joined(separator: "\n") == """
        0 passed, 0 failed
        coverage: 0 % (0 of 27)
          rules.tenet:4:6: no test makes `paid` say something
          rules.tenet:6:6: no `orders.placed` takes part in any test
          rules.tenet:6:31: `o.total > 0` was never evaluated
          rules.tenet:7:10: no `orders.paid` takes part in any test
          rules.tenet:7:10: no `orders.refunded` takes part in any test
          rules.tenet:8:10: no `orders.cancelled` takes part in any test
          rules.tenet:9:22: `o.total > 100` was never evaluated
          rules.tenet:10:35: `o.coupon == "X"` was never evaluated
          rules.tenet:12:6: no test makes `small` say something
          rules.tenet:13:6: no `orders.placed` takes part in any test
          rules.tenet:14:10: `o.total < 500` was never evaluated
          rules.tenet:14:28: `o.items.exists(i, i > 3 && i < 9)` was never evaluated
          rules.tenet:14:46: `i > 3` was never evaluated
          rules.tenet:14:55: `i < 9` was never evaluated
          rules.tenet:16:6: no test makes `busy` say something
          rules.tenet:18:6: no `orders.placed` takes part in any test
          rules.tenet:20:8: `count() > 1` was never evaluated
          rules.tenet:22:5: no test makes `orders.count` say something
          rules.tenet:23:6: no `orders.placed` takes part in any test
        """)
  }

  @Test("tests that see each clause, and each condition true and false, cover the rules whole")
  func whole() throws {
    let (code, lines) = try report(Self.all, "--coverage-min", "100")
    #expect(lines == ["3 passed, 0 failed", "coverage: 100 % (27 of 27)"])
    #expect(code == .good)
  }

  @Test("what a test lacks is told: a condition that was only true, a kind that never came, a rule that said nothing")
  func gaps() throws {
    let tests = """
      test "paid in time" {
        at 10:00 orders.placed { order_id: "a", total: 50 }
        at 10:05 orders.paid { order_id: "a" }
        at 11:00 time passes
        expect no paid
      }

      """
    let (code, lines) = try report(tests, "--coverage-min", "50")
    #expect(code == .input)
    #expect(
      lines.prefix { !$0.contains("`small`") }.joined(separator: "\n") == """
        1 passed, 0 failed
        coverage: 11 % (3 of 27)
          rules.tenet:4:6: no test makes `paid` say something
          rules.tenet:6:31: `o.total > 0` was never false
          rules.tenet:7:10: no `orders.refunded` takes part in any test
          rules.tenet:8:10: no `orders.cancelled` takes part in any test
          rules.tenet:9:22: `o.total > 100` was never evaluated
          rules.tenet:10:35: `o.coupon == "X"` was never evaluated
        """)
  }

  @Test("a share that is none is refused", arguments: ["101", "-1", "all"])
  func share(_ text: String) throws {
    #expect(try report("", "--coverage-min", text).code == .call)
  }

  @Test("rules that tell how their conditions come out say the same")
  func same() throws {
    let program = try #require(rulePack.program)
    var observed = program
    for index in program.rules.indices { observed.rules[index] = ObservedRule(program.rules[index], in: program, by: Observations()).rule }
    for test in program.tests where test.missing.isEmpty {
      let failures = TestRun.failures(of: test, in: observed)
      #expect(failures.map(\.message) == [], "\(test.title)")
    }
  }
}
