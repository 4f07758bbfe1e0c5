import EventModel
import RuleLanguage
import Testing

@testable import RuleEngine

@Suite struct ReadConditionTests {
  static let fields = [
    Fixture.field("total", .decimal(minimum: nil, minorUnits: false, currency: nil), required: false),
    Fixture.field("quantity", .integer(minimum: nil, maximum: nil), required: false), Fixture.field("gift", .bool, required: false),
    Fixture.field("tier", .string(allowed: nil), required: false),
    Fixture.field("score", .number(minimum: nil, maximum: nil), required: false),
    Fixture.field("paid_at", .timestamp, required: false), Fixture.field("due_at", .timestamp, required: false),
  ]
  static let stream = Fixture.stream(fields: fields)
  static let anyKind: [EventPattern.Kind] = [.init(stream: 0, kind: 0), .init(stream: 0, kind: 1)]

  /// The places, in the batch, of the events for which a condition is true, and of those for which it ended in an error.
  func answers(
    _ condition: CheckedExpression, _ events: [String], on kinds: [EventPattern.Kind] = anyKind, where first: CheckedExpression? = nil
  )
    -> [[Int]]
  {
    let rule = Fixture.rule("r", on: kinds, fields: Self.fields.map(\.name), where: first, when: condition)
    let bench = ReadBench(Fixture.program([Self.stream], [rule]))
    let batch = bench.read(events.enumerated().map { Fixture.order($1, id: "\($0)", type: $0 % 2 == 0 ? "placed" : "cancelled") })
    let violations = batch.violations(rule: 0)
    return [violations.true, violations.undetermined]
  }

  @Test("a list longer than a column has room for is compared all the same", arguments: [500, 600, 70_000]) func longList(count: Int) {
    let tiers = ["0", "\(count - 1)", "\(count)", "gold"].map { "\"tier\":\"\($0)\"" }
    let list = Expression.literal(.list((0..<count).map { .string("\($0)") }), .list(.string))
    #expect(answers(.call("in", .field("tier"), list), tiers) == [[0, 1], []])
    let isGold = CheckedExpression.call("==", .field("tier"), Expression.string("gold"))
    #expect(answers(.or(isGold, .call("in", .field("tier"), list)), tiers) == [[0, 1, 3], []])
  }

  @Test("decimals compare exactly, whatever their digits") func decimals() {
    let totals = ["1000", "1000.00", #""1000.0000000000000000001""#, "999.9999999999999999", "1e3", "12345678901234567890", "-1"].map {
      "\"total\":\($0)"
    }
    let limit = Expression.decimal("1000.00")
    #expect(answers(.call(">", .field("total"), limit), totals) == [[2, 5], []])
    #expect(answers(.call(">=", .field("total"), limit), totals) == [[0, 1, 2, 4, 5], []])
    #expect(answers(.call("==", .field("total"), limit), totals) == [[0, 1, 4], []])
    #expect(answers(.call("!=", .field("total"), limit), totals) == [[2, 3, 5, 6], []])
    #expect(answers(.call("<", limit, .field("total")), totals) == [[2, 5], []])
    #expect(answers(.call("<=", limit, .field("total")), totals) == [[0, 1, 2, 4, 5], []])
    #expect(answers(.call("in", .field("total"), .list([limit, Expression.decimal("-1")])), totals) == [[0, 1, 4, 6], []])
    #expect(answers(.call(">", .field("total"), Expression.decimal("999.99999999999999995")), totals) == [[0, 1, 2, 4, 5], []])
  }

  @Test("reading what is absent or not as its schema says is an error, asking whether it is there is not") func errors() {
    let events = [#""quantity":5"#, "", #""quantity":null"#, #""quantity":"x""#, #""quantity":4"#]
    let big = CheckedExpression.call(">", .field("quantity"), Expression.int(4))
    #expect(answers(big, events) == [[0], [1, 2, 3]])
    #expect(answers(.not(big), events) == [[4], [1, 2, 3]])
    #expect(answers(.has("quantity"), events) == [[0, 4], [2, 3]])
    #expect(answers(.and(.has("quantity"), big), events) == [[0], [2, 3]])
    #expect(answers(.or(.has("quantity"), big), events) == [[0, 4], [1, 2, 3]])
  }

  @Test("and and or absorb errors, and a condition in parts needs none that are false") func absorption() {
    let events = [#""gift":true"#, #""gift":false"#, #""gift":true,"quantity":5"#]
    let (gift, big) = (CheckedExpression.field("gift"), CheckedExpression.call(">", .field("quantity"), Expression.int(4)))
    #expect(answers(.and(big, gift), events) == [[2], [0]])
    #expect(answers(.or(big, gift), events) == [[0, 2], [1]])
    #expect(answers(.conditional(gift, big, .not(gift)), events) == [[1, 2], [0]])
    #expect(answers(.conditional(big, gift, gift), events) == [[2], [0, 1]])
  }

  @Test("texts are told apart by their bytes, with escapes and without") func texts() {
    let events = [#""tier":"gold""#, #""tier":"g\u006fld""#, #""tier":"golden""#, #""tier":"""#, #""tier":"silver""#, ""]
    #expect(answers(.call("==", .field("tier"), Expression.string("gold")), events) == [[0, 1], [5]])
    #expect(answers(.call("!=", .field("tier"), Expression.string("gold")), events) == [[2, 3, 4], [5]])
    #expect(answers(.call("in", .field("tier"), .list(["gold", "silver", ""].map(Expression.string))), events) == [[0, 1, 3, 4], [5]])
    #expect(answers(.call("in", .field("tier"), .list([])), events) == [[], [5]])
    #expect(answers(.call("==", .field("tier"), .field("order_id")), [#""tier":"o-1""#, #""tier":"o-2""#, ""]) == [[0], [2]])
  }

  @Test("fields of like type compare with each other") func columns() {
    let events = [
      #""paid_at":"2026-01-05T11:00:00+01:00","due_at":"2026-01-05T10:00:00Z""#,
      #""paid_at":"2026-01-05T10:00:00.000001Z","due_at":"2026-01-05T10:00:00Z""#, "",
    ]
    #expect(answers(.call("==", .field("paid_at"), .field("due_at")), events) == [[0], [2]])
    #expect(answers(.call(">", .field("paid_at"), .field("due_at")), events) == [[1], [2]])
    #expect(answers(.call("<=", .field("paid_at"), .field("due_at")), events) == [[0], [2]])
    #expect(
      answers(.call("==", .field("score"), Expression.double(0.1)), [#""score":0.1"#, #""score":0.10000000000000001"#, #""score":0.2"#])
        == [[0, 1], []])
  }

  @Test("a where that ended in an error makes an event undetermined, whatever when says") func whereErrors() {
    let (gift, big) = (CheckedExpression.field("gift"), CheckedExpression.call(">", .field("quantity"), Expression.int(4)))
    let events = [#""gift":true,"quantity":5"#, #""gift":false"#, #""quantity":1"#, #""gift":true"#]
    #expect(answers(big, events, where: gift) == [[0], [2, 3]])
  }

  @Test("only events of the pattern's kinds are asked") func kinds() {
    let events = Array(repeating: #""gift":true"#, count: 131)
    #expect(answers(.field("gift"), events, on: [.init(stream: 0, kind: 1)])[0] == (0..<131).filter { $0 % 2 == 1 })
    #expect(answers(.field("gift"), events)[0] == Array(0..<131))
  }

  @Test("parameters have the value of their region") func params() {
    let limit = CheckedParam(name: "limit", type: .int, defaultValue: .int(1), regional: ["us-east-1": .int(3)])
    let when = CheckedExpression.call(">", .field("quantity"), CheckedExpression(.param(0), type: .int, span: Fixture.nowhere))
    let rule = Fixture.rule("r", on: Self.anyKind, fields: ["quantity"], when: when)
    let batch = ReadBench(Fixture.program([Self.stream], [rule], params: [limit])).read([
      Fixture.order(#""quantity":2"#, id: "a"), Fixture.order(#""quantity":4"#, id: "b"),
    ])
    #expect(batch.violations(rule: 0).true == [1])
  }

  @Test("a part of the key is read of the event, and a pattern of two streams keeps the order of reading") func keysAndStreams() {
    let part = KeyPart(name: "order", type: .string, expressions: [.field("order_id")])
    let when = CheckedExpression.call("==", CheckedExpression(.keyPart(0), type: .string, span: Fixture.nowhere), Expression.string("o-1"))
    let kinds: [EventPattern.Kind] = [.init(stream: 0, kind: 0), .init(stream: 1, kind: 0)]
    let rule = Fixture.rule("r", on: kinds, fields: ["order_id"], when: when, key: [part])
    let bench = ReadBench(Fixture.program([Fixture.stream("orders"), Fixture.stream("payments")], [rule]))
    let records = (0..<6).map { index in
      bench.bytes.record(
        Array(Fixture.order(id: "\(index)", order: index == 3 ? "o-2" : "o-1").utf8), source: index % 2, offset: Int64(index))
    }
    #expect(bench.read(records).violations(rule: 0).true == [0, 1, 2, 4, 5])
  }

  @Test("what reads another pattern is left to be asked of pairs") func residual() {
    let own = CheckedExpression.call(">", .field("quantity", of: 1), Expression.int(4))
    let pair = CheckedExpression.call("==", .field("total", of: 1), .field("total", of: 0))
    var rule = Fixture.rule("r", on: Self.anyKind, fields: ["total"])
    let expected = EventPattern(
      role: .expect, alias: "b", kinds: Self.anyKind, where: .and(pair, own), fields: ["total", "quantity"].map(Fixture.path),
      span: Fixture.nowhere)
    rule.patterns.append(expected)
    rule.form = .obligation(Obligation(expected: 1, excuse: nil, within: .fixed(.seconds(60)), direction: .after))
    let bench = ReadBench(Fixture.program([Self.stream], [rule]))
    let batch = bench.read([Fixture.order(#""quantity":5"#, id: "a"), Fixture.order(#""quantity":4"#, id: "b"), Fixture.order(id: "c")])
    #expect(batch.matches(rule: 0, pattern: 0) == [0, 1, 2])
    #expect(batch.matches(rule: 0, pattern: 1) == [0])
    #expect(batch.undetermined(rule: 0, pattern: 1) == [2])
    #expect(bench.reader.residual(rule: 0, pattern: 0) == nil)
    guard case .call(let function, _)? = bench.reader.residual(rule: 0, pattern: 1)?.kind else {
      Issue.record("the comparison of the pair is left")
      return
    }
    #expect(function.name == "_==_")
  }
}
