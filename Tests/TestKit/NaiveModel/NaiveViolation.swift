internal import COpenSSL
internal import EventModel
internal import RuleLanguage

/// A violation that stands, with what decides about others.
struct NaiveViolation {
  var said: StandingViolation
  var key: [Value]
  var at: Int64
  /// It is settled when the clock has passed this (language.md 8.4).
  var settles: Int64
  /// What its values were made of; of a run of windows, those of the first.
  var first: NaiveActivation
}

extension NaiveRule {
  /// Words a violation.
  ///
  /// - Parameters:
  ///   - width: by how much skew widens what decides it (8.4).
  ///   - name: of a lifecycle's rule.
  ///   - first: what it was when it opened, if that is not what it says.
  func violation(
    anchor: [JSONValue], at: Int64, key: [Value], _ values: NaiveActivation, evidence: [(role: String, event: NaiveEvent)],
    omitted: Int = 0, state: String = "open", reason: String? = nil, width: Int64 = 0, name: String? = nil, first: NaiveActivation? = nil
  ) -> NaiveViolation {
    let values = pricing(values)
    let notes = rule.notes
    var details: [(key: String, value: JSONValue)] = []
    if let (from, to) = values.transition {
      details.append(("from", .string(from)))
      if let to { details.append(("to", .string(to))) }
    }
    for (name, expression) in notes.details {
      guard let value = try? expression.evaluate(values) else { continue }
      details.removeAll { $0.key == name }
      details.append((name, value.recordJSON))
    }
    func text(_ expression: CheckedExpression?) -> String? {
      expression.flatMap { try? $0.evaluate(values) }.flatMap { $0.recordJSON.presentText }
    }
    let said = StandingViolation(
      rule: name ?? rule.name, id: identity(name: rule.was + (name ?? rule.name).dropFirst(rule.name.count), key: key, anchor: anchor),
      state: state, reason: reason,
      key: keyObject(key),
      at: EventTime(microseconds: at).rfc3339, severity: severity(values), message: message(values),
      exposure: values.amount.map(\.recordText), currency: values.amount == nil ? nil : values.currency, expected: text(notes.expected),
      actual: text(notes.actual), details: JSONValue.object(details).sortedText,
      evidence: evidence.map { "\($0.role):\(stream($0.event.stream).label($0.event.kind)):\($0.event.idText)" },
      evidenceOmitted: omitted)
    return NaiveViolation(said: said, key: key, at: at, settles: at + width + lateness, first: first.map(pricing) ?? values)
  }

  /// With the exposure and its currency.
  private func pricing(_ base: NaiveActivation) -> NaiveActivation {
    var values = base
    if let expression = rule.notes.exposure, let value = try? expression.evaluate(values) { values.amount = value.atLeastZero }
    switch rule.notes.currency {
    case .expression(let e)?: if case .string(let s)? = try? e.evaluate(values) { values.currency = s }
    case .constant(let s)?: values.currency = s
    case nil: break
    }
    return values
  }

  /// The first severity whose condition holds; the highest named when one cannot be judged (8.7).
  func severity(_ activation: NaiveActivation) -> String {
    let order = CheckedNotes.Severity.allCases
    for (level, condition) in rule.notes.severities {
      guard let condition else { return level.rawValue }
      switch try? condition.evaluate(activation) {
      case .bool(true)?: return level.rawValue
      case .bool(false)?: continue
      default: return rule.notes.severities.map(\.level).max { order.firstIndex(of: $0)! < order.firstIndex(of: $1)! }!.rawValue
      }
    }
    return "medium"
  }

  private func message(_ activation: NaiveActivation) -> String {
    rule.notes.message.map { part in
      switch part {
      case .text(let text): text
      case .expression(let e): (try? e.evaluate(activation))?.messageText ?? "?"
      }
    }.joined()
  }

  private func identity(name: String, key: [Value], anchor: [JSONValue]) -> String {
    let json: JSONValue = .array([
      .string(name), rule.notes.scope == .global ? .null : .string(model.region), .array(key.map(\.keyJSON)), .array(anchor),
    ])
    let bytes = Array(json.compact.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256(bytes, bytes.count, &digest)
    return digest.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// How the anchor names an event: `[stream, id]`, without id `[topic, partition, offset]` (9.1).
  func anchor(_ event: NaiveEvent) -> JSONValue {
    if let id = event.id { return .array([.string(stream(event.stream).name), id]) }
    return .array([.string(event.topic), .number(String(event.partition)), .number(String(event.offset))])
  }

  /// How it names an instant.
  func anchor(_ instant: Int64) -> JSONValue { .string(EventTime(microseconds: instant).rfc3339) }

  func keyObject(_ key: [Value]) -> String {
    let names = rule.key.isEmpty ? stream(rule.patterns[0].kinds[0].stream).key.map(\.description) : rule.key.map(\.name)
    return JSONValue.object(zip(names, key).map { (key: $0, value: $1.keyJSON) }).compact
  }
}

extension CheckedRule {
  /// The oldest name, which ids go on to use (24.2).
  var was: String { notes.was ?? name }
}

extension CheckedStream {
  func label(_ kind: Int) -> String { self.kind == nil ? name : "\(name).\(kinds[kind])" }
}
