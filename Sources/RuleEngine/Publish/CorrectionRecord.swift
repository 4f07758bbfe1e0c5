internal import EventModel
internal import RuleLanguage

/// A correction that a violation asks for (language.md 21): evaluated with what the violation says, and sent once it is settled.
struct CorrectionContent: Equatable, Sendable {
  /// The number of its clause, from 1.
  var clause: Int
  /// Of the clause's fields, in order; null: the field is left out.
  var values: [Value]

  /// Those whose `when` holds. One whose condition or payload ends in an error is not sent (language.md 8.7).
  static func all(_ plan: RulePlan, _ values: some Activation) -> [CorrectionContent] {
    plan.rule.notes.corrections.enumerated().compactMap { index, correction in
      if let condition = correction.when {
        guard case .bool(true)? = try? condition.evaluate(values) else { return nil }
      }
      var fields: [Value] = []
      for (_, expression) in correction.fields {
        guard var value = try? expression.evaluate(values) else { return nil }
        if case .optional(let inner) = value { value = inner ?? .null }
        fields.append(value)
      }
      return CorrectionContent(clause: index + 1, values: fields)
    }
  }

  static func id(_ violation: String, clause: Int) -> String { "\(violation).\(clause)" }

  /// An event of its kind; kind, time and id are filled in (language.md 21.2).
  func write(payload json: inout JSONWriter, _ plan: RulePlan, id: String, at: Int64) {
    let correction = plan.rule.notes.corrections[clause - 1]
    let stream = plan.streams[correction.kind.stream]
    var object = PayloadObject()
    if let kind = stream.kind { object.set(kind.steps[...], .string(stream.kinds[correction.kind.kind])) }
    object.set(stream.time.steps[...], .string(EventTime(microseconds: at).rfc3339))
    if let path = stream.id { object.set(path.steps[...], .string(id)) }
    for ((path, _), value) in zip(correction.fields, values) where value != .null { object.set(path.steps[...], value) }
    object.write(to: &json)
  }

  func write(to row: inout RowWriter) {
    row.unsigned(UInt64(clause))
    row.unsigned(UInt64(values.count))
    for value in values { row.value(value) }
  }

  init(from row: inout RowReader) {
    clause = Int(row.unsigned())
    values = (0..<row.unsigned()).map { _ in row.value() }
  }

  init(clause: Int, values: [Value]) {
    self.clause = clause
    self.values = values
  }
}

/// An object that is put together path by path; members stand in the order in which they were set.
private struct PayloadObject {
  private enum Member {
    case value(Value)
    case object(PayloadObject)
  }
  private var members: [(name: String, value: Member)] = []

  mutating func set(_ path: ArraySlice<String>, _ value: Value) {
    guard let name = path.first else { return }
    let rest = path.dropFirst()
    if rest.isEmpty {
      members.append((name, .value(value)))
    } else if let known = members.firstIndex(where: { $0.name == name }), case .object(var inner) = members[known].value {
      inner.set(rest, value)
      members[known].value = .object(inner)
    } else {
      var inner = PayloadObject()
      inner.set(rest, value)
      members.append((name, .object(inner)))
    }
  }

  func write(to json: inout JSONWriter) {
    json.object {
      for (name, member) in members {
        switch member {
        case .value(let value): $0.member(name, value)
        case .object(let object):
          $0.key(name)
          object.write(to: &$0)
        }
      }
    }
  }
}

/// A correction as it is published (interfaces.md, records).
struct CorrectionRecord {
  var violation: StandingViolation
  var correction: CorrectionContent
  var isRevoked: Bool

  func output(_ plan: RulePlan) -> OutputRecord {
    let id = CorrectionContent.id(violation.id, clause: correction.clause)
    let clause = plan.rule.notes.corrections[correction.clause - 1]
    let stream = plan.streams[clause.kind.stream]
    let state = isRevoked ? "revoked" : "requested"
    let time = EventTime(microseconds: violation.at)
    var json = JSONWriter()
    json.object {
      $0.member("id", id)
      $0.member("violation", violation.id)
      $0.member("epoch", 0)
      $0.member("name", stream.kind == nil ? stream.name : "\(stream.name).\(stream.schema.kinds[clause.kind.kind].name)")
      $0.member("state", state)
      $0.member("rule", plan.name(of: violation.published))
      if let region = plan.ownerRegion { $0.member("region", region) }
      $0.member("scope", plan.rule.notes.scope.rawValue)
      $0.member("at", time.rfc3339)
      $0.key("payload")
      correction.write(payload: &$0, plan, id: id, at: violation.at)
    }
    return OutputRecord(
      topic: .corrections, key: Array(violation.id.utf8), value: json.bytes,
      headers: plan.headers(id: "\(id)/\(state)", type: "tenet.correction", of: violation.published, time: time))
  }
}
