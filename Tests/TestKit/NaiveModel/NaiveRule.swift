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

/// How a condition came out.
enum NaiveTruth: Equatable {
  case holds, fails
  /// It asks for the average of nothing, or the like: nothing is judged, and nothing counted (language.md 3.7).
  case noValue
  /// It cannot be judged, and why (10.2).
  case unknown(String)

  init(_ error: EvaluationError) {
    switch error.cause {
    case .noValue: self = .noValue
    case .noRow: self = .unknown("no row")
    case .history: self = .unknown("history")
    default: self = .unknown("error")
    }
  }

  var reason: String? {
    if case .unknown(let reason) = self { reason } else { nil }
  }
}

/// Raised when an answer hangs on what the language leaves to the moment of reading.
final class NaiveDoubt {
  var isRaised = false
}

/// What a rule says.
struct NaiveJudgement {
  var violations: [NaiveViolation] = []
  var kpis: [StandingKPI] = []
  var undetermined: [StandingUndetermined] = []
  /// Keys of which it is not said what stands.
  var uncertain: Set<[Value]> = []
  /// Keys in which an event counted that came too late: what was settled may have changed.
  var revised: Set<[Value]> = []
}

/// One rule over all events.
struct NaiveRule {
  let model: NaiveModel
  let rule: CheckedRule
  let events: [NaiveEvent]
  let tables: [NaiveTable]
  let clock: Int64
  /// K: what is dated at it or later is known.
  let known: Int64
  let doubt = NaiveDoubt()
  /// L: the largest lateness of its inputs (5.6).
  let lateness: Int64
  /// It looks rows up.
  let asksTables: Bool
  private let topics: [String]
  /// By key: the numbers of the events that count there.
  private var counted: [[Value]: Set<Int>] = [:]
  /// By pattern and key, the events of its kinds that count, whatever `where` says.
  private var candidates: [[[Value]: [NaiveEvent]]] = []

  init(model: NaiveModel, rule: CheckedRule, events: [NaiveEvent], tables: [NaiveTable], clock: Int64, known: Int64) {
    (self.model, self.rule, self.events, self.tables) = (model, rule, events, tables)
    (self.clock, self.known) = (clock, known)
    let streams = Set(rule.patterns.flatMap { $0.kinds.map(\.stream) }).sorted().map {
      model.program.stream(of: .init(stream: $0, kind: 0))
    }
    let asked = Self.tables(askedBy: rule).map { model.program.tables[$0] }
    lateness = (streams.map(\.lateness.microseconds) + asked.map(\.lateness.microseconds)).max() ?? 0
    topics = streams.map(\.topic) + asked.map(\.topic)
    asksTables = !asked.isEmpty
    count()
    candidates = rule.patterns.indices.map { pattern in
      Dictionary(
        grouping: events.compactMap { event -> NaiveMatch? in
          guard rule.patterns[pattern].kinds.contains(.init(stream: event.stream, kind: event.kind)) else { return nil }
          guard let key = key(of: event, pattern), doesCount(event, key) else { return nil }
          return NaiveMatch(event: event, pattern: pattern, key: key)
        }, by: \.key
      ).mapValues { $0.map(\.event) }
    }
  }

  /// A stream of the program, or the violations of a rule.
  func stream(_ index: Int) -> CheckedStream { model.program.stream(of: .init(stream: index, kind: 0)) }

  private static func tables(askedBy rule: CheckedRule) -> [Int] {
    var asked: Set<Int> = []
    let notes = rule.notes.expressions + rule.notes.corrections.flatMap { $0.fields.map(\.value) + [$0.when].compactMap { $0 } }
    var all = [rule.when].compactMap { $0 } + rule.patterns.compactMap(\.where) + rule.key.flatMap(\.expressions) + notes
    all += rule.aggregates.compactMap(\.argument)
    if case .kpi(let measure) = rule.form { all += [measure.expression, measure.target?.bound].compactMap { $0 } }
    for expression in all { expression.visitAll { if case .lookup(let table, _, _) = $0.kind { asked.insert(table) } } }
    return asked.sorted()
  }

  var remember: Int64 { model.length(rule.notes.remember) }
  /// The rule's clock, where those of the topics stood so: at least what it was.
  func clock(_ clocks: [String: Int64]) -> Int64 { topics.compactMap { clocks[$0] }.min() ?? .max }

  /// It is judged on that day (23.2).
  func isInEffect(at instant: Int64) -> Bool {
    guard let effective = rule.notes.effective else { return true }
    guard let zone = CivilTimeZone(effective.zone) else { preconditionFailure("the checker knows the zone") }
    return instant >= zone.start(of: effective.from) * 1_000_000 && instant < zone.end(of: effective.to) * 1_000_000
  }

  /// Events of a pattern, with their key, in the order of 2.7. `late`: those too late for the rule count as well. An id counts once (2.9).
  /// `broken`: those of which `where` cannot tell are among them, marked.
  func matches(_ pattern: Int, late: Bool = false, broken: Bool = false) -> [NaiveMatch] {
    var found: [NaiveMatch] = []
    for event in events where rule.patterns[pattern].kinds.contains(.init(stream: event.stream, kind: event.kind)) {
      if !late, event.behind > lateness { continue }
      guard let key = key(of: event, pattern), doesCount(event, key) else { continue }
      var match = NaiveMatch(event: event, pattern: pattern, key: key)
      if let condition = rule.patterns[pattern].where {
        switch truth(condition, [pattern: event], key: key) {
        case true?: break
        case false?: continue
        case nil where broken: match.isBroken = true
        case nil: continue
        }
      }
      found.append(match)
    }
    return found.sorted { precedes($0.event, $1.event) }
  }

  /// Events of another pattern than A's under A's key, in order, whose `where` holds given what is bound, or cannot be judged.
  /// `end`: until when A is surely kept, for what comes too late (5.7); keys in which that decided are noted.
  func partners(
    _ pattern: Int, of a: NaiveMatch, bound: [Int: NaiveEvent], keptUntil end: Int64, _ notes: inout NaiveJudgement
  ) -> [NaiveMatch] {
    var found: [NaiveMatch] = []
    let key = a.key
    for event in candidates[pattern][key] ?? [] where !sameEvent(event, a.event) {
      var match = NaiveMatch(event: event, pattern: pattern, key: key)
      if let condition = rule.patterns[pattern].where {
        var both = bound
        both[pattern] = event
        switch truth(condition, both, key: key) {
        case true?: break
        case false?: continue
        case nil: match.isBroken = true
        }
      }
      if event.behind > lateness {
        if event.number < a.event.number { continue }
        notes.revised.insert(key)
        if clock(event.clocks) > end + lateness { notes.uncertain.insert(key) }
      }
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
      where declared.kinds.contains(.init(stream: event.stream, kind: event.kind))
        && !(event.behind > lateness && [.on, .opening].contains(declared.role))
      {
        guard let key = key(of: event, pattern) else { continue }
        if let condition = declared.where, truth(condition, [pattern: event], key: key) == false { continue }
        keys.insert(key)
      }
      let stream = stream(event.stream)
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
      switch value {
      case .null, .optional(nil): return nil
      case .optional(let inner?): key.append(inner)
      default: key.append(value)
      }
    }
    if rule.key.isEmpty, case .condition = rule.form {
      for path in stream(event.stream).key {
        guard let json = event.object.at(path) else { return nil }
        key.append(json.plainValue)
      }
    }
    return key
  }

  /// By time, then stream, then id (integers by value, strings by bytes), without id by place (2.7).
  func precedes(_ a: NaiveEvent, _ b: NaiveEvent) -> Bool {
    if a.time != b.time { return a.time < b.time }
    let (x, y) = (stream(a.stream).name, stream(b.stream).name)
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

  func activation(_ bound: [Int: NaiveEvent], key: [Value], over window: [NaiveMatch] = []) -> NaiveActivation {
    NaiveActivation(rule: self, bound: bound, key: key, window: window)
  }

  func judge(_ expression: CheckedExpression, _ activation: NaiveActivation) -> NaiveTruth {
    do {
      return try expression.evaluate(activation) == .bool(true) ? .holds : .fails
    } catch {
      return NaiveTruth(error)
    }
  }

  func undetermined(_ key: [Value], at: Int64, _ reason: String, name: String? = nil) -> StandingUndetermined {
    StandingUndetermined(rule: name ?? rule.name, key: keyObject(key), at: EventTime(microseconds: at).rfc3339, reason: reason)
  }
}
