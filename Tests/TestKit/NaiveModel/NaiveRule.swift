internal import COpenSSL
internal import EventModel
internal import RuleLanguage

/// An event as one pattern of a rule sees it: with its key.
struct NaiveMatch {
  var event: NaiveEvent
  var pattern: Int
  var key: [Value]
  /// `where` ended in an error: the event stands in the span or window, and is neither in nor out.
  var isBroken = false
}

/// One rule over all events.
struct NaiveRule {
  let model: NaiveModel
  let rule: CheckedRule
  let events: [NaiveEvent]
  let clock: Int64
  /// By key: the numbers of the events that count there.
  private var counted: [[Value]: Set<Int>] = [:]

  init(model: NaiveModel, rule: CheckedRule, events: [NaiveEvent], clock: Int64) {
    (self.model, self.rule, self.events, self.clock) = (model, rule, events, clock)
    count()
  }

  var streams: [CheckedStream] { model.program.streams }
  /// Every stream that the rule names.
  var inputs: [CheckedStream] { Set(rule.patterns.flatMap { $0.kinds.map(\.stream) }).map { streams[$0] } }
  /// L: the largest lateness of its inputs (5.6).
  var lateness: Int64 { inputs.map(\.lateness.microseconds).max() ?? 0 }
  var remember: Int64 { model.length(rule.notes.remember) }

  /// Events of a pattern, with their key, in the order of 2.7. `late`: those too late for the rule count as well. An id counts once (2.9).
  func matches(_ pattern: Int, late: Bool = false, broken: Bool = false) -> [NaiveMatch] {
    var found: [NaiveMatch] = []
    for event in events where rule.patterns[pattern].kinds.contains(.init(stream: event.stream, kind: event.kind)) {
      if !late, event.behind > lateness { continue }
      var match = NaiveMatch(event: event, pattern: pattern, key: [])
      if let condition = rule.patterns[pattern].where {
        switch truth(condition, [pattern: event]) {
        case true?: break
        case false?: continue
        case nil where broken: match.isBroken = true
        case nil: continue
        }
      }
      guard let key = key(of: event, pattern), doesCount(event, key) else { continue }
      match.key = key
      found.append(match)
    }
    return found.sorted { precedes($0.event, $1.event) }
  }

  /// A condition is not matched by key: there no ids are compared again.
  func doesCount(_ event: NaiveEvent, _ key: [Value]) -> Bool {
    if case .condition = rule.form { return true }
    return counted[key]?.contains(event.number) ?? false
  }

  /// Events by key, without those of an id that counted before: a retry may land in another partition, and of those that the rule sees the
  /// first read counts (2.9). The order of `events` is that of reading. What is too late counts as anything but A (5.7).
  private mutating func count() {
    var times: [[Value]: [JSONValue: [Int64]]] = [:]
    for event in events {
      var keys: Set<[Value]> = []
      for (pattern, declared) in rule.patterns.enumerated()
      where declared.kinds.contains(.init(stream: event.stream, kind: event.kind)) && !(event.behind > lateness && declared.role == .on) {
        if let condition = declared.where, truth(condition, [pattern: event]) == false { continue }
        if let key = key(of: event, pattern) { keys.insert(key) }
      }
      let stream = streams[event.stream]
      for key in keys {
        if let id = event.id, let span = stream.idSpan?.microseconds {
          let (name, time) = (JSONValue.array([.string(stream.name), id]), event.time.microseconds)
          if times[key]?[name]?.contains(where: { abs($0 - time) <= span }) ?? false { continue }
          times[key, default: [:]][name, default: []].append(time)
        }
        counted[key, default: []].insert(event.number)
      }
    }
  }

  /// The parts of the key; nil: one is absent or cannot be read, so the rule does not see the event (7.3, 10.3).
  func key(of event: NaiveEvent, _ pattern: Int) -> [Value]? {
    var key: [Value] = []
    for part in rule.key {
      guard let value = value(part.expressions[pattern], [pattern: event]) else { return nil }
      if case .null = value { return nil }
      key.append(value)
    }
    if rule.key.isEmpty, case .condition = rule.form {
      for path in streams[event.stream].key {
        guard let json = event.object.at(path) else { return nil }
        key.append(json.plainValue)
      }
    }
    return key
  }

  /// By time, then stream, then id (integers by value, strings by bytes), without id by place (2.7).
  func precedes(_ a: NaiveEvent, _ b: NaiveEvent) -> Bool {
    if a.time != b.time { return a.time < b.time }
    let (x, y) = (streams[a.stream].name, streams[b.stream].name)
    if x != y { return x.utf8.lexicographicallyPrecedes(y.utf8) }
    switch (a.id, b.id) {
    case (.string(let p)?, .string(let q)?) where p != q: return p.utf8.lexicographicallyPrecedes(q.utf8)
    case (.number(let p)?, .number(let q)?) where p != q: return Int64(p)! < Int64(q)!  // the schema says integer
    default: return (a.topic, a.partition, a.offset) < (b.topic, b.partition, b.offset)
    }
  }

  func sameEvent(_ a: NaiveEvent, _ b: NaiveEvent) -> Bool {
    if a.id != nil, b.id != nil { return a.stream == b.stream && a.id == b.id && a.time == b.time }
    return a.topic == b.topic && a.partition == b.partition && a.offset == b.offset
  }

  // MARK: Expressions

  func value(_ expression: CheckedExpression, _ bound: [Int: NaiveEvent], key: [Value] = [], over window: [NaiveMatch] = []) -> Value? {
    try? expression.evaluate(activation(bound, key: key, over: window))
  }

  func truth(_ expression: CheckedExpression, _ bound: [Int: NaiveEvent], key: [Value] = [], over window: [NaiveMatch] = []) -> Bool? {
    guard case .bool(let holds)? = value(expression, bound, key: key, over: window) else { return nil }
    return holds
  }

  func activation(_ bound: [Int: NaiveEvent], key: [Value], over window: [NaiveMatch]) -> NaiveActivation {
    NaiveActivation(rule: self, bound: bound, key: key, window: window)
  }

  // MARK: What a violation says

  func violation(
    anchor: [JSONValue], at: Int64, key: [Value], bound: [Int: NaiveEvent], evidence: [(role: String, event: NaiveEvent)], omitted: Int = 0,
    over window: [NaiveMatch] = [], state: String = "open", reason: String? = nil
  ) -> StandingViolation {
    var activation = activation(bound, key: key, over: window)
    let notes = rule.notes
    var amount: Value?
    if let expression = notes.exposure, let value = try? expression.evaluate(activation) { amount = value.atLeastZero }
    var currency: String?
    switch notes.currency {
    case .expression(let e)?: if case .string(let s)? = try? e.evaluate(activation) { currency = s }
    case .constant(let s)?: currency = s
    case nil: break
    }
    activation.amount = amount
    activation.currency = currency
    return StandingViolation(
      rule: rule.name, id: identity(key: key, anchor: anchor), state: state, reason: reason, key: keyObject(key),
      at: EventTime(microseconds: at).rfc3339, severity: severity(activation), message: message(activation),
      exposure: amount.map(\.recordText), currency: amount == nil ? nil : currency,
      evidence: evidence.map { "\($0.role):\(streams[$0.event.stream].label($0.event.kind)):\($0.event.idText)" }, evidenceOmitted: omitted)
  }

  /// The first severity whose condition holds; the highest named when one cannot be judged (8.7).
  private func severity(_ activation: NaiveActivation) -> String {
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

  private func identity(key: [Value], anchor: [JSONValue]) -> String {
    let json: JSONValue = .array([
      .string(rule.name), rule.notes.scope == .global ? .null : .string(model.region), .array(key.map(\.keyJSON)), .array(anchor),
    ])
    let bytes = Array(json.compact.utf8)
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256(bytes, bytes.count, &digest)
    return digest.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// How the anchor names an event: `[stream, id]`, without id `[topic, partition, offset]` (9.1).
  func anchor(_ event: NaiveEvent) -> JSONValue {
    if let id = event.id { return .array([.string(streams[event.stream].name), id]) }
    return .array([.string(event.topic), .number(String(event.partition)), .number(String(event.offset))])
  }

  func keyObject(_ key: [Value]) -> String {
    let names = rule.key.isEmpty ? streams[rule.patterns[0].kinds[0].stream].key.map(\.description) : rule.key.map(\.name)
    return JSONValue.object(zip(names, key).map { (key: $0, value: $1.keyJSON) }).compact
  }
}

extension CheckedStream {
  func label(_ kind: Int) -> String { self.kind == nil ? name : "\(name).\(kinds[kind])" }
}
