import Diagnostics
import EventModel
import RuleLanguage

@testable import RuleEngine

/// Checked programs as the checker would hand them on, made by hand.
enum Fixture {
  static let nowhere = SourceSpan(file: "test.tenet", range: 0..<0)
  static let orders = Source(topic: "orders.v1", partition: 0)

  static func field(_ name: String, _ type: FieldType, required: Bool = true, nullable: Bool = false) -> Field {
    Field(name: name, type: type, isRequired: required, isNullable: nullable)
  }

  /// A stream `NAME.v1` whose kinds all have the fields `type`, `order_id`, `occurred_at`, `event_id` and those given.
  static func stream(
    _ name: String = "orders", kinds: [String] = ["placed", "cancelled"], fields: [Field] = [], idSpan: Duration? = .seconds(3600),
    disorder: Duration = .seconds(5), delay: Duration = .seconds(30), lateness: Duration = .seconds(5)
  ) -> CheckedStream {
    let common = [
      field("type", .string(allowed: kinds)), field("order_id", .string(allowed: nil)), field("occurred_at", .timestamp),
      field("event_id", .string(allowed: nil)),
    ]
    let object = ObjectType(fields: common + fields)
    let schema = EventSchema(file: "\(name).json", kinds: kinds.map { KindSchema(name: $0, fields: object) }, canonical: [])
    return CheckedStream(
      name: name, topic: "\(name).v1", schema: schema, kind: path("type"), kinds: kinds, key: [path("order_id")], time: path("occurred_at"),
      id: path("event_id"), idSpan: idSpan, partitioner: nil, disorder: disorder, delay: delay, skew: .zero, lateness: lateness,
      span: nowhere)
  }

  static func path(_ dotted: String) -> FieldPath { FieldPath(dotted.split(separator: ".").map(String.init)) }

  /// A condition on all kinds of the streams, or those given.
  static func rule(
    _ name: String, on kinds: [EventPattern.Kind], fields: [String] = [], where condition: CheckedExpression? = nil,
    when: CheckedExpression? = nil, form: CheckedRule.Form = .condition, key: [KeyPart] = []
  ) -> CheckedRule {
    let pattern = EventPattern(role: .on, alias: "o", kinds: kinds, where: condition, fields: fields.map(path), span: nowhere)
    let notes = CheckedNotes(
      severities: [(.medium, nil)], owner: nil, runbook: nil, tags: [], mode: .active, scope: .region, remember: .fixed(.seconds(604_800)),
      message: [], exposure: nil, currency: nil, expected: nil, actual: nil, details: [])
    return CheckedRule(
      name: name, documentation: nil, patterns: [pattern], key: key, form: form, when: when, aggregates: [], notes: notes, span: nowhere)
  }

  static func program(_ streams: [CheckedStream], _ rules: [CheckedRule], params: [CheckedParam] = []) -> CheckedProgram {
    CheckedProgram(streams: streams, params: params, rules: rules, fingerprint: "sha256:test")
  }

  static func options(slots: Int = 1, maxEvent: Int = 1 << 20) -> Engine.Options {
    Engine.Options(region: "us-east-1", slots: slots, maxEvent: maxEvent)
  }

  /// So many seconds after 2026-01-05T10:00:00Z.
  static func time(_ seconds: Double) -> EventTime { EventTime(microseconds: 1_767_607_200_000_000 + Int64(seconds * 1e6)) }
}
