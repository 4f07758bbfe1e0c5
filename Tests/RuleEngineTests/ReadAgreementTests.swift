import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

/// Makes random conditions and random events for them.
struct ConditionGenerator {
  var random: TestRandom

  enum Form: CaseIterable { case int, decimal, double, text, time }
  static let fields: [Form: [String]] = [
    .int: ["quantity", "weight"], .decimal: ["total", "tax"], .double: ["score", "rate"], .text: ["tier", "channel", "ship.country"],
    .time: ["paid_at", "due_at"],
  ]
  static let flags = ["gift", "express"]
  static var paths: [String] { Form.allCases.flatMap { fields[$0, default: []] } + flags }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  // Conditions

  mutating func condition(_ depth: Int) -> CheckedExpression {
    if depth == 0 { return leaf() }
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1: return .and(condition(depth - 1), condition(depth - 1))
    case 2, 3: return .or(condition(depth - 1), condition(depth - 1))
    case 4: return .not(condition(depth - 1))
    case 5: return .conditional(condition(depth - 1), condition(depth - 1), condition(depth - 1))
    default: return leaf()
    }
  }

  private mutating func leaf() -> CheckedExpression {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return .field(random.pick(Self.flags))
    case 1: return .has(random.pick(Self.paths))
    case 2: return Expression.bool(chance(50))
    case 3: return Self.call("_==_", .field(random.pick(Self.flags)), Expression.bool(chance(50)))
    case 4: return membership()
    case 5: return Self.call("startsWith", .field(random.pick(["tier", "channel"])), Expression.string(random.pick(["g", "gold", ""])))
    case 6: return Self.call("_>_", Self.call("_+_", .field("quantity"), .field("weight")), Expression.int(5))
    case 7: return Self.call("_==_", CheckedExpression(.keyPart(0), type: .string, span: Fixture.nowhere), Expression.string("o-1"))
    default: return comparison()
    }
  }

  private mutating func comparison() -> CheckedExpression {
    let form = random.pick(Form.allCases)
    let operation = random.pick(form == .text ? ["_==_", "_!=_", "_<_"] : ["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"])
    let fields = Self.fields[form, default: []]
    let left = CheckedExpression.field(random.pick(fields))
    let right = chance(30) ? CheckedExpression.field(random.pick(fields)) : constant(form)
    return chance(70) ? Self.call(operation, left, right) : Self.call(operation, right, left)
  }

  private mutating func membership() -> CheckedExpression {
    let form = random.pick([Form.int, .decimal, .text])
    let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in constant(form) }
    return Self.call("@in", .field(random.pick(Self.fields[form, default: []])), .list(elements))
  }

  private mutating func constant(_ form: Form) -> CheckedExpression {
    switch form {
    case .int: chance(20) ? CheckedExpression(.param(0), type: .int, span: Fixture.nowhere) : Expression.int(random.pick([0, 1, 5, .max]))
    case .decimal:
      chance(20) ? Expression.int(1000) : Expression.decimal(random.pick(["1000.00", "0", "-1", "0.0000001", "12345678901234567890"]))
    case .double: chance(20) ? Expression.int(1) : Expression.double(random.pick([0.1, -2.5, 1e300]))
    case .text: Expression.string(random.pick(["gold", "", "KP", "gol", "golden"]))
    case .time: Expression.literal(.timestamp(Timestamp(Fixture.time(random.pick([0, 0.5, 1])))), .timestamp)
    }
  }

  private static func call(_ name: String, _ arguments: CheckedExpression...) -> CheckedExpression {
    guard let entry = FunctionTable.entry(name) else { preconditionFailure("`\(name)` is a function") }
    return CheckedExpression(.call(entry.function, arguments), type: .bool, span: Fixture.nowhere)
  }

  // Events

  static let stream = Fixture.stream(
    fields: [
      Fixture.field("quantity", .integer(minimum: nil, maximum: nil), required: false),
      Fixture.field("weight", .integer(minimum: 0, maximum: nil), required: false),
      Fixture.field("total", .decimal(minimum: nil, minorUnits: false, currency: nil), required: false),
      Fixture.field("tax", .decimal(minimum: .zero, minorUnits: false, currency: nil)),
      Fixture.field("score", .number(minimum: nil, maximum: nil), required: false),
      Fixture.field("rate", .number(minimum: 0, maximum: nil), required: false, nullable: true),
      Fixture.field("tier", .string(allowed: ["gold", "tin"]), required: false),
      Fixture.field("channel", .string(allowed: nil), nullable: true),
      Fixture.field("paid_at", .timestamp, required: false), Fixture.field("due_at", .timestamp, required: false),
      Fixture.field("gift", .bool, required: false), Fixture.field("express", .bool),
      Fixture.field(
        "ship", .object(ObjectType(fields: [Fixture.field("country", .string(allowed: nil), required: false)])), required: false,
        nullable: true),
    ])

  mutating func event(_ number: Int) -> String {
    var members: [String] = []
    for path in Self.paths where !chance(20) {
      let value = chance(20) ? random.pick(["null", "{}", "[1]", "7", #""x""#, "true"]) : value(path)
      members.append(path == "ship.country" ? (chance(10) ? #""ship":null"# : #""ship":{"country":\#(value)}"#) : "\"\(path)\":\(value)")
    }
    return Fixture.order(
      members.shuffled(using: &random).joined(separator: ","), id: "\(number)", type: random.pick(["placed", "cancelled"]),
      order: random.pick(["o-1", "o-2"]))
  }

  private mutating func value(_ path: String) -> String {
    switch Self.fields.first(where: { $0.value.contains(path) })?.key {
    case .int: random.pick(["0", "1", "5", "-3", "9223372036854775807", "9223372036854775808", "1.0", "50e-1"])
    case .decimal:
      random.pick(["1000", "1000.00", #""1000.000""#, "1000.0000000000000000001", "0.0000001", "12345678901234567890", "-1", "0", "1e3"])
    case .double: random.pick(["0.1", "0.10000000000000001", "1", "-2.5", "1e300", "1e999", "0.30000000000000004"])
    case .text: random.pick([#""gold""#, #""g\u006fld""#, #""golden""#, #""""#, #""KP""#, #""a text of more than sixteen bytes""#])
    case .time:
      random.pick([#""2026-01-05T10:00:00Z""#, #""2026-01-05T11:00:00.5+01:00""#, #""2026-01-05T10:00:01.0000009Z""#, #""soon""#])
    case nil: random.pick(["true", "false"])
    }
  }
}

@Suite struct ReadAgreementTests {
  @Test("columns and the plain evaluator say the same of random conditions and events", arguments: 0..<48 as Range<UInt64>) func agree(
    seed: UInt64
  ) {
    var generator = ConditionGenerator(random: TestRandom(seed: seed))
    let kinds: [[EventPattern.Kind]] = [[.init(stream: 0, kind: 0)], [.init(stream: 0, kind: 0), .init(stream: 0, kind: 1)]]
    let key = KeyPart(name: "order_id", type: .string, expressions: [.field("order_id")])
    let rules = (0..<6).map { number in
      Fixture.rule(
        "r\(number)", on: generator.random.pick(kinds), fields: ConditionGenerator.paths + ["order_id"],
        where: generator.chance(50) ? generator.condition(1) : nil, when: generator.condition(3), key: [key])
    }
    let limit = CheckedParam(name: "limit", type: .int, defaultValue: .int(5), regional: [:])
    let bench = ReadBench(Fixture.program([ConditionGenerator.stream], rules, params: [limit]))
    let texts = (0..<Int.random(in: 60...140, using: &generator.random)).map { generator.event($0) }
    let batch = bench.read(texts)
    #expect(batch.events.count == texts.count)
    for (index, rule) in rules.enumerated() {
      var (holds, failed) = ([Int](), [Int]())
      for (event, header) in batch.events.enumerated() where rule.patterns[0].kinds.contains(.init(stream: 0, kind: header.kind)) {
        let activation = EventActivation(batch: batch, rule: rule, pattern: 0, event: event, params: [limit.defaultValue])
        let answers = [rule.patterns[0].where, rule.when].map { $0.map { try? $0.evaluate(activation) } ?? .bool(true) }
        if answers[0] == .bool(false) { continue }
        if answers == [.bool(true), .bool(true)] { holds.append(event) }
        if answers[0] == nil || answers[1] == nil { failed.append(event) }
      }
      let found = batch.violations(rule: index)
      #expect(found.true == holds, "rule \(index)")
      #expect(found.undetermined == failed, "rule \(index)")
    }
  }
}
