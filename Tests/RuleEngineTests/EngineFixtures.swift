import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

/// Programs for the tests of the matching half, made by hand: two streams, `orders` (placed, cancelled) and `payments` (captured,
/// declined), each event with `order_id`, `n` (integer), `total` (decimal) and an optional `note`.
enum Hand {
  static let fields = [
    Fixture.field("n", .integer(minimum: 0, maximum: nil), required: false),
    Fixture.field("total", .decimal(minimum: nil, minorUnits: false, currency: nil), required: false),
    Fixture.field("ratio", .number(minimum: nil, maximum: nil), required: false),
    Fixture.field("note", .string(allowed: nil), required: false, nullable: true),
  ]
  static let streams: [CheckedStream] = {
    var orders = Fixture.stream("orders", fields: fields)
    var payments = Fixture.stream("payments", kinds: ["captured", "declined"], fields: fields)
    orders.skew = .seconds(1)
    payments.skew = .seconds(2)
    return [orders, payments]
  }()
  static let placed = EventPattern.Kind(stream: 0, kind: 0)
  static let cancelled = EventPattern.Kind(stream: 0, kind: 1)
  static let captured = EventPattern.Kind(stream: 1, kind: 0)
  static let declined = EventPattern.Kind(stream: 1, kind: 1)

  static func pattern(
    _ kinds: [EventPattern.Kind], as role: EventPattern.Role = .on, where condition: CheckedExpression? = nil
  ) -> EventPattern {
    EventPattern(
      role: role, alias: nil, kinds: kinds, where: condition, fields: ["order_id", "n", "total", "ratio", "note"].map(Fixture.path),
      span: Fixture.nowhere)
  }

  static func notes(
    _ message: [MessagePart] = [.text("wrong")], exposure: CheckedExpression? = nil, mode: CheckedNotes.Mode = .active,
    remember: Duration = .seconds(3600), details: [(name: String, value: CheckedExpression)] = []
  ) -> CheckedNotes {
    CheckedNotes(
      severities: [(.medium, nil)], owner: "owners", runbook: nil, tags: ["a"], mode: mode, scope: .region, remember: .fixed(remember),
      message: message, exposure: exposure, currency: exposure == nil ? nil : .constant("EUR"), expected: nil, actual: nil,
      details: details)
  }

  /// By `order_id`, unless `isKeyed` is false.
  static func rule(
    _ name: String, _ patterns: [EventPattern], _ form: CheckedRule.Form, when: CheckedExpression? = nil,
    functions: [WindowFunction] = [], notes: CheckedNotes = notes(), isKeyed: Bool = true
  ) -> CheckedRule {
    let part = KeyPart(
      name: "order_id", type: .string, expressions: patterns.indices.map { CheckedExpression.field("order_id", of: $0) })
    return CheckedRule(
      name: name, documentation: nil, patterns: patterns, key: isKeyed ? [part] : [], form: form, when: when, aggregates: functions,
      notes: notes, span: Fixture.nowhere)
  }

  static func program(_ rules: CheckedRule...) -> CheckedProgram {
    Fixture.program(streams, rules.sorted { $0.name < $1.name })
  }

  static func function(_ name: WindowFunction.Name, _ field: String? = nil, _ type: ValueType = .int, of pattern: Int = 0) -> WindowFunction
  {
    WindowFunction(
      name: name, pattern: field == nil ? nil : pattern, argument: field.map { typed(.field($0, of: pattern), type) },
      type: name == .count || name == .distinct ? .int : type, isNonNegative: field == "n")
  }

  static func typed(_ expression: CheckedExpression, _ type: ValueType) -> CheckedExpression {
    var expression = expression
    expression.type = type
    return expression
  }

  static func aggregate(_ index: Int, _ type: ValueType = .int) -> CheckedExpression {
    CheckedExpression(.aggregate(index), type: type, span: Fixture.nowhere)
  }

  static func obligation(_ direction: Obligation.Direction = .after, within: Duration, excuse: Int? = nil) -> CheckedRule.Form {
    .obligation(Obligation(expected: 1, excuse: excuse, within: .fixed(within), direction: direction))
  }
}

/// Runs a script in both ways, which must agree, and gives the outputs as lines.
func lines(_ program: CheckedProgram, _ script: String, partitions: [String: Int] = [:], firstOffset: Int64 = 0) -> [String] {
  let script = EventScript(script)
  let ways = EngineDriver.Way.allCases.map { way in
    let driver = EngineDriver(program, partitions: partitions, firstOffset: firstOffset)
    return driver.run(script, way).flatMap { $0 }
  }
  // All but the clock: a proof that decided nothing is not committed.
  let (straight, restarted) = (ways[0].map(OutputLine.text), ways[1].map(OutputLine.text))
  #expect(straight == restarted, "a restart changes nothing")
  return straight
}
