internal import Diagnostics
internal import EventModel
internal import RuleLanguage

/// How a violation came about: its evidence with what the rule reads of it, where the rule looked, what was compared, and what was said
/// when. Made of the record and of the events as they were recorded, for every form of rule.
struct ViolationAccount {
  /// An event or violation of the evidence.
  struct Witness {
    /// As the record has it.
    var record: JSONValue
    /// The fields that the rule reads, as rules write them; of one that is absent "–".
    var fields: [(path: String, value: String)]
    /// nil: it is not among the events that were read.
    var event: RecordedEvent?
    var pattern: Int?

    var name: String {
      if let rule = record["rule"]?.text { return rule }
      return [record["stream"], record["kind"]].compactMap { $0?.text }.joined(separator: ".")
    }
    var id: String? { record["id"]?.plain }
  }

  /// A condition as it came out.
  struct Comparison {
    /// "where", "when", "severity high when"
    var clause: String
    /// The event that it was asked of; nil: of the whole.
    var of: String?
    var result: EvaluatedExpression
  }

  struct Saying {
    var record: JSONValue
    /// Members that are others than in the revision before.
    var changed: [String]
  }

  let rule: CheckedRule
  let program: CheckedProgram
  /// All revisions, the last one last.
  let records: [JSONValue]
  let demands: [String]
  private(set) var witnesses: [Witness] = []
  private(set) var spans: [ViolationSpan] = []
  private(set) var comparisons: [Comparison] = []
  /// Events of the key that stood in a span and did not count.
  private(set) var misses: [Comparison] = []
  private(set) var sayings: [Saying] = []

  private static let mostMisses = 5

  var last: JSONValue { records[records.count - 1] }
  var at: EventTime { last["at"]?.text.flatMap { EventTime(rfc3339: $0) } ?? .distantPast }

  /// - Parameters:
  ///   - records: at least one.
  ///   - events: those of the evidence, and others of its kinds.
  init(
    _ records: [JSONValue], rule: CheckedRule, program: CheckedProgram, region: String, sources: SourceTexts, events: [RecordedEvent]
  ) {
    (self.rule, self.program, self.records) = (rule, program, records)
    demands = RuleExplanation(of: rule.name, in: program, sources: sources)?.demands ?? []
    let params = program.paramValues(in: region)
    witnesses = Self.witnesses(records[records.count - 1], rule, events)
    sayings = records.indices.map { index in
      Saying(record: records[index], changed: index == 0 ? [] : Self.changed(records[index - 1], records[index]))
    }

    var standing: [Int: RecordedEvent] = [:]
    for witness in witnesses { if let pattern = witness.pattern, standing[pattern] == nil { standing[pattern] = witness.event } }
    spans = ViolationSpans(rule: rule, program: program, params: params, at: at, events: standing).all
    let first = witnesses.lazy.compactMap { witness in witness.pattern.flatMap { pattern in witness.event.map { (pattern, $0) } } }.first
    let key = first.flatMap { rule.key(of: $1, pattern: $0, params: params, in: program) } ?? []
    var values = EvidenceActivation(rule: rule, events: standing, key: key, params: params, aggregates: [], record: last)
    let ofKey = events.filter { event in
      rule.patterns(of: event.kind).contains { rule.key(of: event, pattern: $0, params: params, in: program) == key }
    }
    values.aggregates = aggregates(ofKey, values)
    compare(values, program, sources)
    miss(ofKey, values, program, sources)
  }

  // MARK: Evidence

  private static func witnesses(_ record: JSONValue, _ rule: CheckedRule, _ events: [RecordedEvent]) -> [Witness] {
    let byPlace = Dictionary(events.map { ($0.place, $0) }) { first, _ in first }
    var taken: Set<Int> = []
    return (record["evidence"]?.elements ?? []).map { entry in
      var witness = Witness(record: entry, fields: [])
      guard let event = RecordedEvent.Place(entry).flatMap({ byPlace[$0] }) else { return witness }
      witness.event = event
      let role = entry["role"]?.text ?? ""
      let patterns = rule.patterns(of: event.kind).filter { Self.isRole(rule.patterns[$0].role, role) }
      // The steps of a chain stand in their order.
      witness.pattern = (role == "then" ? patterns.first { !taken.contains($0) } : nil) ?? patterns.first
      if let pattern = witness.pattern {
        taken.insert(pattern)
        witness.fields = rule.patterns[pattern].fields.map { path in
          let value: String
          do throws(EvaluationError) { value = try event.field(path)?.celText ?? "–" } catch { value = error.message }
          return (path.description, value)
        }
      }
      return witness
    }
  }

  private static func isRole(_ role: EventPattern.Role, _ written: String) -> Bool {
    switch role {
    case .on: written == "on" || written == "over"
    case .state: written == "from" || written == "to" || written == "on"
    case .opening: false
    default: "\(role)" == written
    }
  }

  private static func changed(_ before: JSONValue, _ now: JSONValue) -> [String] {
    (now.members ?? []).map(\.key).filter { !["revision", "clock", "state", "settled", "reason"].contains($0) && before[$0] != now[$0] }
  }

  // MARK: Conditions

  /// The window functions over the events of the key in the window, each event once.
  private func aggregates(_ events: [RecordedEvent], _ values: EvidenceActivation) -> [Value?] {
    guard !rule.aggregates.isEmpty else { return [] }
    var elements: [WindowValues.Element] = []
    var seen: Set<[String]> = []
    for event in events.sorted(by: { $0.time < $1.time }) {
      let stream = program.streams[event.kind.stream]
      if let id = stream.id.flatMap({ event.value.at($0) }), !seen.insert([stream.name, id.compact]).inserted { continue }
      for pattern in rule.patterns(of: event.kind) {
        guard spans.contains(where: { $0.isWindow && $0.patterns.contains(pattern) && $0.contains(event.time) }),
          holds(pattern, event, values)
        else { continue }
        elements.append((pattern, event))
      }
    }
    return WindowValues(rule: rule, params: values.params, elements: elements).values
  }

  private func holds(_ pattern: Int, _ event: RecordedEvent, _ values: EvidenceActivation) -> Bool {
    guard let condition = rule.patterns[pattern].where else { return true }
    var values = values
    values.events[pattern] = event
    return (try? condition.evaluate(values)) == .bool(true)
  }

  private mutating func compare(_ values: EvidenceActivation, _ program: CheckedProgram, _ sources: SourceTexts) {
    func compare(_ expression: CheckedExpression, _ clause: String, of witness: Witness? = nil) {
      var values = values
      if let witness, let pattern = witness.pattern { values.events[pattern] = witness.event }
      comparisons.append(
        Comparison(
          clause: clause, of: witness.map { "\($0.name) \($0.id ?? "")" },
          result: EvaluatedExpression(expression, values, in: program, sources: sources)))
    }
    for witness in witnesses {
      guard let pattern = witness.pattern, witness.event != nil, let condition = rule.patterns[pattern].where else { continue }
      compare(condition, "where", of: witness)
    }
    if let when = rule.when { compare(when, "when") }
    if case .kpi(let measure) = rule.form {
      compare(measure.expression, "measure")
      if let target = measure.target { compare(target.bound, "target \(target.comparison.name.replacing("_", with: ""))") }
    }
    for severity in rule.notes.severities { if let when = severity.when { compare(when, "severity \(severity.level) when") } }
  }

  /// Events of the key that stood where the rule looked, and that a `where` kept out.
  private mutating func miss(
    _ events: [RecordedEvent], _ values: EvidenceActivation, _ program: CheckedProgram, _ sources: SourceTexts
  ) {
    let known = Set(witnesses.compactMap { $0.event?.place })
    for event in events where !known.contains(event.place) {
      for pattern in rule.patterns(of: event.kind) {
        guard let condition = rule.patterns[pattern].where, misses.count < Self.mostMisses,
          spans.contains(where: { $0.patterns.contains(pattern) && $0.contains(event.time) }), !holds(pattern, event, values)
        else { continue }
        var values = values
        values.events[pattern] = event
        let id = program.streams[event.kind.stream].id.flatMap { event.value.at($0)?.plain }
        misses.append(
          Comparison(
            clause: "where", of: "\(program.label(of: event.kind)) \(id ?? event.time.rfc3339)",
            result: EvaluatedExpression(condition, values, in: program, sources: sources)))
      }
    }
  }
}
