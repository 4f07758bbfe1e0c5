internal import EventModel
internal import RuleLanguage

/// What a violation says, apart from what changes with its state: kept for as long as it may be said again.
struct ViolationContent: Equatable, Sendable {
  var severity: CheckedNotes.Severity
  /// The members `message` to `evidence_omitted` of the record, as JSON without the braces.
  var members: [UInt8]
  /// The corrections that it asks for.
  var corrections: [CorrectionContent] = []
  /// What rules on its rule see of it beside id and `at`, as JSON without the braces; nil: there are none.
  var event: [UInt8]?

  /// In memory, in bytes.
  var size: Int { corrections.reduce(members.count + (event?.count ?? 0) + 64) { $0 + $1.values.count * 48 + 64 } }

  func write(to row: inout RowWriter) {
    row.byte(UInt8(CheckedNotes.Severity.allCases.firstIndex(of: severity) ?? 0))
    row.bytes(members)
    row.unsigned(UInt64(corrections.count))
    for correction in corrections { correction.write(to: &row) }
    row.bytes(event ?? [])
  }

  init(from row: inout RowReader) {
    severity = CheckedNotes.Severity.allCases[Int(row.byte())]
    members = row.byteArray()
    corrections = (0..<row.unsigned()).map { _ in CorrectionContent(from: &row) }
    let event = row.byteArray()
    self.event = event.isEmpty ? nil : event
  }
}

/// Whose evidence, in the order of the records.
enum EvidenceRole: String, Sendable {
  case on, from, to, then, with, over, expect, unless, forbid
}

/// The evidence of a violation: events with their roles, in order, and how many more there were.
struct Evidence: Sendable {
  var events: [(role: EvidenceRole, event: EventRef)] = []
  var omitted = 0

  /// The events as a record shows them, as many as have room, and how many are left out. Of a window's events the last ones stay, of all
  /// others the first.
  fileprivate func written(_ plan: RulePlan, within room: Int) -> (events: [[UInt8]], omitted: Int) {
    let all = events.map { role, event in
      var json = JSONWriter()
      json.write(event, role: role, plan)
      return json.bytes
    }
    if all.reduce(0, { $0 + $1.count + 1 }) <= room { return (all, omitted) }
    var (shown, left) = ([[UInt8]](), room)
    let keepsLast = events.last?.role == .over
    for event in keepsLast ? all.reversed() : all {
      left -= event.count + 1
      guard left >= 0 else { break }
      shown.append(event)
    }
    return (keepsLast ? shown.reversed() : shown, omitted + all.count - shown.count)
  }
}

extension ViolationContent {
  /// Words the violation. An error in one part of it never swallows the whole (language.md 8.7).
  ///
  /// - Parameter named: values that are published beside the author's own.
  init(
    _ plan: RulePlan, _ published: PublishedRule = .own, key: [Value], evidence: Evidence, named: [(name: String, value: Value)] = [],
    from base: some Activation
  ) {
    let notes = plan.rule.notes
    let exposure = Exposure(notes, from: base)
    let values = NotesActivation(base: base, exposure: exposure)
    severity = ViolationContent.severity(notes, values)
    corrections = CorrectionContent.all(plan, values)
    if plan.isObserved(published) {
      event = VerdictEvent.members(plan, key: key, severity: severity, exposure: exposure, named: named, values)
    }

    var json = JSONWriter()
    json.object {
      $0.member("message", ViolationContent.message(notes.message, values))
      exposure.write(to: &$0)
      for (name, expression) in [("expected", notes.expected), ("actual", notes.actual)] {
        guard let expression, let value = try? expression.evaluate(values) else { continue }
        $0.member(name, value)
      }
      $0.key("details")
      $0.object {
        for (name, value) in named { $0.member(name, value) }
        for (name, expression) in notes.details {
          guard let value = try? expression.evaluate(values) else { continue }
          $0.member(name, value)
        }
      }
      let (shown, omitted) = evidence.written(plan, within: ViolationContent.limit - $0.bytes.count)
      $0.key("evidence")
      $0.array { for event in shown { $0.raw(event) } }
      $0.member("evidence_omitted", omitted)
    }
    members = Array(json.bytes.dropFirst().dropLast())
  }

  /// How long the members may be: a record has at most 256 KB (protocol.md 12), and most of the rest of it is a few hundred bytes.
  private static let limit = 240 * 1024

  private static func message(_ parts: [MessagePart], _ values: some Activation) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .expression(let expression): (try? expression.evaluate(values))?.messageText ?? "?"
      }
    }.joined()
  }

  /// The first level whose condition holds; the highest named when one of those asked ends in an error.
  private static func severity(_ notes: CheckedNotes, _ values: some Activation) -> CheckedNotes.Severity {
    for (level, condition) in notes.severities {
      guard let condition else { return level }
      guard case .bool(let holds)? = try? condition.evaluate(values) else {
        return notes.severities.map(\.level).max { a, b in rank(a) < rank(b) } ?? level
      }
      if holds { return level }
    }
    return .medium
  }

  private static func rank(_ level: CheckedNotes.Severity) -> Int { CheckedNotes.Severity.allCases.firstIndex(of: level) ?? 0 }
}

/// The money at risk, and its currency; nil where there is none or it could not be computed.
struct Exposure {
  var amount: Value?
  var currency: String?

  init(_ notes: CheckedNotes, from values: some Activation) {
    guard let expression = notes.exposure, let value = try? expression.evaluate(values) else { return }
    amount = Exposure.atLeastZero(value)
    switch notes.currency {
    case .constant(let code): currency = code
    case .expression(let expression):
      if case .string(let code)? = try? expression.evaluate(values) { currency = code }
    case nil: break
    }
  }

  /// An exposure below 0 counts as 0 (language.md 20.2).
  private static func atLeastZero(_ value: Value) -> Value? {
    switch value {
    case .int(let number): .int(max(0, number))
    case .uint: value
    case .double(let number): .double(max(0, number))
    case .decimal(let number): .decimal(number.coefficient < 0 ? ExactDecimal(coefficient: 0, scale: number.scale) : number)
    case .optional(let inner): inner.flatMap(atLeastZero)
    default: nil
    }
  }

  func write(to json: inout JSONWriter) {
    guard let amount else { return }
    json.key("exposure")
    json.object {
      $0.member("amount", amount)
      if let currency { $0.member("currency", currency) }
    }
  }
}

/// What the notes of a rule read: the rule's own values, and the exposure in the conditions of severities.
private struct NotesActivation<Base: Activation>: Activation {
  let base: Base
  let risk: Exposure

  init(base: Base, exposure: Exposure) {
    self.base = base
    risk = exposure
  }

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? { try base.field(pattern, path) }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { try base.keyPart(index) }
  var wholeKey: String { base.wholeKey }
  func param(_ index: Int) -> Value { base.param(index) }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { try base.aggregate(index) }
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { try base.row(table: table, key: key) }
  func ago(_ distance: Duration) throws(EvaluationError) -> Value { try base.ago(distance) }
  func transition(isTarget: Bool) throws(EvaluationError) -> Value { try base.transition(isTarget: isTarget) }

  func exposure() throws(EvaluationError) -> Value {
    guard let amount = risk.amount else { throw EvaluationError(.noValue, "there is no exposure") }
    return amount
  }

  func exposureCurrency() throws(EvaluationError) -> Value {
    guard let currency = risk.currency else { throw EvaluationError(.noValue, "the exposure has no currency") }
    return .string(currency)
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ event: EventRef, role: EvidenceRole, _ plan: RulePlan) {
    let (stream, kind) = plan.kind(of: event)
    object {
      $0.member("role", role.rawValue)
      if stream.topic.isEmpty {
        // A violation of another rule.
        $0.member("rule", stream.name)
        if case .text(let id) = event.id { $0.member("id", String(decoding: id, as: UTF8.self)) }
        $0.member("at", event.time.rfc3339)
        return
      }
      $0.member("stream", stream.name)
      if stream.kind != nil { $0.member("kind", kind) }
      switch event.id {
      case .place: break
      case .int(let id): $0.member("id", .int(id))
      case .text(let id): $0.member("id", String(decoding: id, as: UTF8.self))
      }
      $0.member("at", event.time.rfc3339)
      $0.member("topic", stream.topic)
      $0.member("partition", event.partition)
      $0.member("offset", event.offset)
    }
  }
}
