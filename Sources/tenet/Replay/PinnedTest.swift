internal import Diagnostics
internal import EventModel
internal import RuleEngine
internal import RuleLanguage
internal import RuleTesting

/// A test that brings a violation of recorded events again, of the events that matter for it.
///
/// It begins with the events of the evidence, or, where they do not bring it, with all of its key; then it leaves out what the violation
/// stands without.
struct PinnedTest {
  /// What was said last of the violation.
  private let record: JSONValue
  private let program: CheckedProgram
  private let rule: CheckedRule
  private let region: String
  private let world: PinnedWorld
  private let events: [RecordedEvent]
  private let evidence: Set<RecordedEvent.Place>

  /// So many events of a key are tried at most.
  private static let mostEvents = 5_000

  /// - Parameter read: tells all records of the replay again, in the order of reading.
  init(
    _ record: JSONValue, program: CheckedProgram, region: String, rules: String, schemas: String,
    read: ((@escaping (Replayer.Read) -> Void)) throws -> Void
  ) throws {
    guard let name = record["rule"]?.text, let rule = program.rule(saying: name) else { throw InputFault("the record is of no rule") }
    if rule.patterns.flatMap(\.kinds).contains(where: { $0.stream >= program.streams.count }) {
      throw InputFault("`\(name)` rests on violations of other rules: pin those")
    }
    (self.record, self.program, self.rule, self.region) = (record, program, rule, region)
    world = try PinnedWorld(rule: name, rules: rules, schemas: schemas)
    let places = (record["evidence"]?.elements ?? []).compactMap(RecordedEvent.Place.init)
    evidence = Set(places)
    var events: [RecordedEvent] = []
    let isHashed = Engine.rulesWithPersonalKeys(program).contains(rule.name)
    let params = program.paramValues(in: region)
    let kinds = Set(rule.patterns.flatMap(\.kinds))
    try read { read in
      guard let event = RecordedEvent(read, in: program), kinds.contains(event.kind) else { return }
      if places.contains(event.place) || isHashed || rule.has(record["key"], event, params: params, in: program) { events.append(event) }
    }
    self.events = events
  }

  /// The test, as `tenet fmt` lays it out.
  func text() throws -> String {
    guard let beginning = try beginning() else {
      throw InputFault("the violation does not come again in a test of the events of its key alone")
    }
    let order = beginning.order
    var (events, end) = (beginning.events, beginning.end)
    var size = (events.count + 1) / 2
    while size > 0 {
      var start = 0
      while start < events.count {
        var fewer = events
        fewer.removeSubrange(start..<min(start + size, events.count))
        if try stands(fewer, order, end) { events = fewer } else { start += size }
      }
      size /= 2
    }
    // Without time that passes, if that is enough.
    if end != nil, try stands(events, order, nil) { end = nil }
    let draft = draft(events, order, end)
    let said = try world.records(draft.text(claims: ["expect \(name)"]))
    let text = draft.text(claims: claims(said, on: draft.day))
    return try world.checked(text)
  }

  private var name: String { record["rule"]?.text ?? "" }

  // MARK: The events to begin with

  /// In the order of reading; so, and when the wall clock stood where it did; by time, where streams were read one after the other.
  private enum Order: CaseIterable { case reading, wallClock, time }

  private func beginning() throws -> (events: [RecordedEvent], order: Order, end: EventTime?)? {
    let shown = events.filter { evidence.contains($0.place) }
    for candidates in shown.count == events.count ? [shown] : [shown, events] where candidates.count <= Self.mostEvents {
      for order in Order.allCases {
        for end in ends where try stands(candidates, order, end) { return (candidates, order, end) }
      }
    }
    return nil
  }

  /// When the wall clock may have been where the violation's time is past, or the clock at which it was said: round times first.
  private var ends: [EventTime?] {
    let streams = rule.patterns.flatMap(\.kinds).map { program.stream(of: $0) }
    let slack = streams.map { $0.delay + $0.skew }.max() ?? .zero
    let times = [record["at"], record["clock"]].compactMap { $0?.text.flatMap { EventTime(rfc3339: $0) } }
    let rounded = Set(times).sorted().flatMap { time in
      let exact = time.advanced(byMicroseconds: slack.microseconds + 1)
      return [60_000_000, 1_000_000, 1].map { (unit: Int64) -> EventTime in
        let rest = exact.microseconds % unit
        return rest == 0 ? exact : exact.advanced(byMicroseconds: (rest > 0 ? unit : 0) - rest)
      }
    }
    return rounded + [nil]
  }

  // MARK: The test

  private func draft(_ events: [RecordedEvent], _ order: Order, _ end: EventTime?) -> PinnedDraft {
    let ordered =
      order != .time ? events : events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    return PinnedDraft(
      title: "violation \(record["id"]?.text?.prefix(8) ?? ""): \(record["message"]?.text ?? name)", region: region, events: ordered,
      keepsWallClock: order == .wallClock, end: end, program: program, rule: rule)
  }

  private func stands(_ events: [RecordedEvent], _ order: Order, _ end: EventTime?) throws -> Bool {
    let text = draft(events, order, end).text(claims: ["expect \(name)"])
    let said = try world.records(text)
    return said.contains(where: isSame)
  }

  /// The key of a rule whose key is personal looks otherwise in a test.
  private func isSame(_ other: JSONValue) -> Bool {
    let isHashed = Engine.rulesWithPersonalKeys(program).contains(rule.name)
    return ["state", "reason", "at"].allSatisfy { record[$0] == other[$0] } && (isHashed || record["key"] == other["key"])
  }

  /// Expectations of all that stands of the rule, and of the violation; those that are alike together.
  private func claims(_ said: [JSONValue], on day: String) -> [String] {
    var claims: [(text: String, count: Int)] = []
    for violation in said where violation["state"]?.text != "withdrawn" || isSame(violation) {
      let text = claim(violation, on: day)
      if let index = claims.firstIndex(where: { $0.text == text }) { claims[index].count += 1 } else { claims.append((text, 1)) }
    }
    return claims.map { "expect \($0.count == 1 ? "" : "\($0.count) ")\($0.text)" }
  }

  private func claim(_ violation: JSONValue, on day: String) -> String {
    let state = violation["state"]?.text ?? "open"
    let at = violation["at"]?.text.flatMap { EventTime(rfc3339: $0) }
    var members = rule.keyParts(in: program).compactMap { part in
      violation["key"]?[part.name].map { "\(part.name): \(TestText.literal($0, part.type))" }
    }
    if let severity = violation["severity"] { members.append("severity: \(TestText.literal(severity, .string))") }
    if let exposure = violation["exposure"]?["amount"] { members.append("exposure: \(TestText.literal(exposure, .decimal))") }
    return name + (state == "open" ? "" : " \(state)") + (at.map { " dated \(TestText.instant($0, on: day))" } ?? "")
      + " { \(members.joined(separator: ", ")) }"
  }
}

extension RecordedEvent.Place {
  /// Of an event of a record's evidence; nil: it is a violation of another rule.
  init?(_ evidence: JSONValue) {
    guard let topic = evidence["topic"]?.text, case .number(let partition)? = evidence["partition"],
      case .number(let offset)? = evidence["offset"], let partition = Int32(partition), let offset = Int64(offset)
    else { return nil }
    self.init(topic: topic, partition: partition, offset: offset)
  }
}

extension CheckedRule {
  /// The event has the key of a record, as one of the rule's patterns reads it.
  fileprivate func has(_ key: JSONValue?, _ event: RecordedEvent, params: [Value], in program: CheckedProgram) -> Bool {
    patterns(of: event.kind).contains { pattern in
      guard let values = self.key(of: event, pattern: pattern, params: params, in: program) else { return false }
      return zip(values, key?.members ?? []).allSatisfy { value, member in
        var json = JSONWriter()
        if case .decimal(let decimal) = value { json.write(.decimal(decimal.normalized)) } else { json.write(value) }
        return json.text == member.value.compact
      }
    }
  }
}
