internal import EventModel
internal import RuleLanguage

/// What becomes of the violations that stand: some are held back, some ask for corrections, some are events for other rules.
extension NaiveRule {
  /// Holds back what comes too soon after the last one that was said (language.md 8.6).
  func suppress(_ violations: [NaiveViolation]) -> [NaiveViolation] {
    guard let span = rule.notes.suppress.map(model.length) else { return violations }
    var said: [NaiveViolation] = []
    // By rule, of which a lifecycle has two, and by key.
    var last: [String: Int] = [:]
    var seen: Set<String> = []
    for violation in violations.sorted(by: { ($0.at, $0.said.id) < ($1.at, $1.said.id) }) {
      let name = "\(violation.said.rule) \(violation.said.key)"
      // Of an event that came in two partitions there is one violation.
      guard seen.insert("\(name) \(violation.said.id)").inserted else { continue }
      if let index = last[name], violation.at - said[index].at < span {
        said[index].said.suppressed += 1
      } else {
        last[name] = said.count
        said.append(violation)
      }
    }
    return said
  }

  /// What is asked for by violations that are settled (21).
  func corrections(_ violations: [NaiveViolation]) -> [StandingCorrection] {
    guard rule.notes.mode == .active else { return [] }
    return violations.filter { $0.settles < clock }.flatMap { violation in
      rule.notes.corrections.enumerated().compactMap { index, correction in
        self.correction(correction, id: "\(violation.said.id).\(index + 1)", violation)
      }
    }
  }

  private func correction(_ correction: Correction, id: String, _ violation: NaiveViolation) -> StandingCorrection? {
    let values = violation.first
    if let when = correction.when, judge(when, values) != .holds { return nil }
    let stream = stream(correction.kind.stream)
    var payload: JSONValue = .object([])
    for (path, expression) in correction.fields {
      guard let value = try? expression.evaluate(values) else { return nil }
      payload.set(path.steps[...], value.recordJSON)
    }
    if let path = stream.kind { payload.set(path.steps[...], .string(stream.kinds[correction.kind.kind])) }
    payload.set(stream.time.steps[...], .string(violation.said.at))
    if let path = stream.id { payload.set(path.steps[...], .string(id)) }
    return StandingCorrection(
      id: id, rule: violation.said.rule, name: stream.label(correction.kind.kind), payload: payload.sortedText)
  }

  /// The settled violations as events for others, in order (22). `name`: of the rule, or of one of a lifecycle's two.
  func events(_ violations: [NaiveViolation], as stream: Int, named name: String, from number: Int) -> [NaiveEvent] {
    // Each comes once, however often its event did.
    var seen: Set<String> = []
    let settled = violations.filter { $0.said.rule == name && $0.settles < clock && seen.insert($0.said.id).inserted }
      .sorted { ($0.at, $0.said.id) < ($1.at, $1.said.id) }
    return settled.enumerated().map { index, violation in
      let values = violation.first
      var members: [(key: String, value: JSONValue)] = zip(rule.key, violation.key).map { (key: $0.name, value: $1.fieldJSON) }
      func add(_ name: String, _ value: JSONValue?) {
        if let value, !members.contains(where: { $0.key == name }) { members.append((name, value)) }
      }
      add("at", .string(violation.said.at))
      add("severity", .string(severity(values)))
      add("exposure", values.amount?.fieldJSON)
      add("currency", values.amount == nil ? nil : values.currency.map { .string($0) })
      add("from", values.transition.map { .string($0.from) })
      add("to", values.transition?.to.map { .string($0) })
      for (name, expression) in rule.notes.details {
        switch try? expression.evaluate(values) {
        case nil, .null?, .optional(nil)?: continue
        case .optional(let inner?)?: add(name, inner.fieldJSON)
        case let value?: add(name, value.fieldJSON)
        }
      }
      return NaiveEvent(
        number: number + index, stream: stream, kind: 0, time: EventTime(microseconds: violation.at), id: .string(violation.said.id),
        topic: "", partition: 0, offset: 0, behind: 0, object: .object(members))
    }
  }
}

extension Value {
  /// As a field of an event has it, whatever its size.
  fileprivate var fieldJSON: JSONValue {
    switch self {
    case .int(let n): .number(String(n))
    case .uint(let n): .number(String(n))
    case .list(let items): .array(items.map(\.fieldJSON))
    default: recordJSON
    }
  }
}

extension JSONValue {
  /// Gives a member a value; objects on the way to it are made.
  fileprivate mutating func set(_ path: ArraySlice<String>, _ value: JSONValue) {
    guard let name = path.first else {
      self = value
      return
    }
    var members = members ?? []
    var inner = members.first { $0.key == name }?.value ?? .object([])
    inner.set(path.dropFirst(), value)
    members.removeAll { $0.key == name }
    self = .object(members + [(key: name, value: inner)])
  }
}
