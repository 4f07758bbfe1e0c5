internal import EventModel
internal import RuleLanguage

/// A rule as this engine evaluates it: everything looked up that does not depend on events.
final class RulePlan: Sendable {
  /// Index into `CheckedProgram.rules`.
  let index: Int
  let rule: CheckedRule
  let streams: [CheckedStream]
  /// As `CheckedProgram.hours`.
  let hours: [OpeningHours]
  let kinds: RefKinds
  let key: KeyPlan
  /// The patterns of `on`, as bits.
  let onBits: PatternBits
  /// By pattern: the place of each path in `EventPattern.fields`.
  let fields: [[FieldPath: Int]]
  /// By index into `CheckedProgram.params`: the values in this region.
  let params: [Value]
  /// The names of the parts of the key, in order. A condition without `by` has those of the stream's key.
  let keyNames: [String]
  /// How keys look where they go out.
  private let mask: KeyMask
  /// L, in microseconds: an event further behind is too late for the rule.
  let lateness: Int64
  let slots: Int
  /// At least so long between two violations of a key (language.md 8.6), in microseconds; 0: they all are said.
  let suppress: Int64
  /// When anchors are dated that the rule judges (language.md 23.2).
  private let effective: Range<Int64>?
  /// Those of the names under which its violations are said that other rules look at.
  let observed: Set<String>
  /// The region of the events that the rule judges; nil: of all (`scope global`).
  let ownerRegion: String?
  private let showsQuiet: Bool
  /// `/tenet/APP/REGION`
  let source: String
  /// The region that evaluates.
  let region: String
  let fingerprint: String
  /// The rows that look-ups ask for. The thread that evaluates the rule fills them, and no other has them.
  nonisolated(unsafe) let tables: TableStore

  init(index: Int, program: CheckedProgram, params: [Value], options: Engine.Options, tables: TableStore) {
    let rule = program.rules[index]
    self.index = index
    self.rule = rule
    self.params = params
    streams = program.streams
    hours = program.hours.map(OpeningHours.init)
    kinds = RefKinds(rule, streams: streams)
    onBits = rule.patterns.indices.reduce(0) { rule.patterns[$1].role == .on ? $0 | 1 << PatternBits($1) : $0 }
    let fields = rule.patterns.map { pattern in
      Dictionary(pattern.fields.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    self.fields = fields
    key = KeyPlan(rule, fields: fields)
    if case .condition = rule.form, rule.key.isEmpty {
      keyNames = rule.patterns[0].kinds.first.map { kind in program.streams[kind.stream].key.map(\.description) } ?? []
    } else {
      keyNames = rule.key.map(\.name)
    }
    lateness = program.lateness(of: rule).microseconds
    suppress = rule.notes.suppress.map { RulePlan.microseconds($0, params) } ?? 0
    effective = rule.notes.effective.map(RulePlan.instants)
    observed = Set(rule.verdictNames).intersection(program.verdicts.map(\.name))
    mask = KeyMask(rule, streams: streams, secret: options.privacyKey)
    slots = options.slots
    showsQuiet = options.showsQuiet
    region = options.region
    ownerRegion = rule.notes.scope == .global ? nil : options.region
    source = "/tenet/\(options.application)/\(options.region)"
    fingerprint = program.fingerprint
    self.tables = tables
  }

  /// Where its outputs go; nil: nowhere (`mode quiet`: to other rules only).
  func topic(_ active: OutputRecord.Topic) -> OutputRecord.Topic? {
    switch rule.notes.mode {
    case .active: active
    case .shadow: .shadow
    case .quiet: showsQuiet ? active : nil
    case .off: nil
    }
  }

  var patternName: String {
    switch rule.form {
    case .condition: "condition"
    case .obligation: "obligation"
    case .prohibition(let prohibition): prohibition.steps.count == 1 ? "prohibition" : "chain"
    case .join: "join"
    case .limit: "limit"
    case .lifecycle: "lifecycle"
    case .kpi: "target"
    }
  }

  /// Of a condition: its violations are brought together by key. It looks up and has to wait, or each has to be told once, however often
  /// its event comes: to `suppress`, to corrections, to rules on it.
  var isConditionByKey: Bool { suppress > 0 || !rule.tables.isEmpty || !observed.isEmpty || !rule.notes.corrections.isEmpty }

  /// The stream and the kind's name of an event that the rule keeps.
  func kind(of event: EventRef) -> (stream: CheckedStream, name: String) {
    let kind = kinds.kinds[Int(event.kind)].kind
    let stream = streams[kind.stream]
    return (stream, stream.schema.kinds[kind.kind].name)
  }

  func stream(of event: EventRef) -> CheckedStream { streams[kinds.kinds[Int(event.kind)].kind.stream] }

  /// The event of a batch as the rule keeps it; of a kind that the rule names.
  func ref(_ step: Step, _ event: Int) -> EventRef {
    let header = step.batch.events[event]
    guard let kind = kinds.index(stream: header.stream, kind: header.kind) else {
      preconditionFailure("an event that matches a pattern is of a kind that its rule names")
    }
    return EventRef(
      time: header.time, kind: kind, stream: kinds.stream(of: kind), partition: step.partitions[header.source], offset: header.offset,
      id: step.batch.id(of: event))
  }

  /// The parts of a key as they go out: those that the schema calls personal as hashes.
  func published(_ key: [Value]) -> [Value] { mask.masked(key) }

  /// `key` in a message: the parts joined by `/`.
  func wholeKey(_ key: [Value]) -> String { published(key).map(\.keyText).joined(separator: "/") }

  /// The id of a violation of the rule; `anchor` writes the events and instants that it is named by.
  func violationID(_ published: PublishedRule = .own, key: [Value], anchor: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    json.writeKey(self.published(key))
    return Identity.violation(rule: stableName(of: published), region: ownerRegion, key: json.bytes, anchor: anchor)
  }

  /// In microseconds: a span as written, or the value of its parameter.
  func microseconds(_ span: SpanLength) -> Int64 { RulePlan.microseconds(span, params) }

  private static func microseconds(_ span: SpanLength, _ params: [Value]) -> Int64 {
    switch span {
    case .fixed(let duration): return duration.microseconds
    case .param(let index):
      guard case .duration(let duration) = params[index] else { preconditionFailure("a span's parameter is a duration") }
      return duration.microseconds
    }
  }
}

// MARK: When a rule holds

extension RulePlan {
  /// What is anchored at the instant is judged.
  func isEffective(_ instant: Int64) -> Bool { effective.map { $0.contains(instant) } ?? true }

  private static func instants(_ effective: CheckedNotes.Effective) -> Range<Int64> {
    guard let zone = CivilTimeZone(effective.zone) else { preconditionFailure("the zone of a checked rule is in the database") }
    return zone.start(of: effective.from) * 1_000_000..<max(zone.start(of: effective.from), zone.end(of: effective.to)) * 1_000_000
  }
}

// MARK: What every output of the rule says

extension RulePlan {
  /// `owner` to `mode` of a violation.
  func writeNotes(to json: inout JSONWriter) {
    if let owner = rule.notes.owner { json.member("owner", owner) }
    json.member("tags", rule.notes.tags)
    if let runbook = rule.notes.runbook { json.member("runbook", runbook) }
    writePlacement(to: &json)
  }

  /// `region`, `scope`, `mode`.
  func writePlacement(to json: inout JSONWriter) {
    if let ownerRegion { json.member("region", ownerRegion) }
    json.member("scope", rule.notes.scope.rawValue)
    json.member("mode", rule.notes.mode.rawValue)
  }

  /// `clock` to `engine`.
  func writeOrigin(clock: EventTime, to json: inout JSONWriter) {
    if clock != .distantPast { json.member("clock", clock.rfc3339) }
    json.member("rules", fingerprint)
    json.member("engine", Engine.version)
  }

  /// The attributes of CloudEvents in Kafka's binary mode.
  func headers(
    id: String, type: String, of published: PublishedRule = .own, time: EventTime, traceparent: String? = nil
  ) -> [OutputRecord.Header] {
    let trace: [OutputRecord.Header] = traceparent.map { [.init("traceparent", $0)] } ?? []
    return [
      .init("ce_specversion", "1.0"), .init("ce_id", id), .init("ce_source", source), .init("ce_type", type),
      .init("ce_subject", name(of: published)), .init("ce_time", time.rfc3339), .init("content-type", "application/json"),
    ] + trace
  }
}
