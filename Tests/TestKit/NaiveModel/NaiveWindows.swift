internal import EventModel
internal import RuleLanguage

/// Limits and KPIs (language.md 16, 18).
extension NaiveRule {
  /// All events of the window's patterns, by key.
  private func byKey() -> [[Value]: [NaiveMatch]] {
    let all = rule.patterns.indices.flatMap { matches($0, broken: true) }
    return Dictionary(grouping: all, by: \.key).mapValues { list in
      list.sorted { precedes($0.event, $1.event) || (sameEvent($0.event, $1.event) && $0.pattern < $1.pattern) }
    }
  }

  func slidingLimit(_ span: Int64) -> [StandingViolation] {
    byKey().flatMap { key, list -> [StandingViolation] in
      let instants = Set(list.flatMap { [$0.event.time.microseconds, $0.event.time.microseconds + span] }).sorted()
      var runs: [(at: Int64, end: Int64?)] = []
      var holds = whenHolds(key, []) ?? false
      for t in instants where t < clock || instantIsAnEvent(t, list) {
        let window = list.filter { $0.event.time.microseconds > t - span && $0.event.time.microseconds <= t }
        guard let now = whenHolds(key, window) else { continue }
        if now, !holds { runs.append((t, nil)) }
        if !now, holds, let last = runs.indices.last { runs[last].end = t }
        holds = now
      }
      return runs.map { run in
        let window = list.filter { $0.event.time.microseconds > run.at - span && $0.event.time.microseconds <= run.at }
        return windowViolation(
          key, window, at: run.at, anchor: [.string(EventTime(microseconds: run.at).rfc3339)],
          resolved: run.end == nil ? nil : "false again")
      }
    }
  }

  private func instantIsAnEvent(_ t: Int64, _ list: [NaiveMatch]) -> Bool { list.contains { $0.event.time.microseconds == t } }

  func tumblingLimit(_ size: Int64) -> [StandingViolation] {
    preconditionFailure("the naive model knows sliding limits")
  }

  /// The limit's condition over a window; nil: it has no value, or cannot be judged.
  private func whenHolds(_ key: [Value], _ window: [NaiveMatch]) -> Bool? {
    rule.when.flatMap { truth($0, [:], key: key, over: window) }
  }

  private func windowViolation(
    _ key: [Value], _ window: [NaiveMatch], at: Int64, anchor: [JSONValue], resolved: String?
  ) -> StandingViolation {
    var events: [NaiveEvent] = []
    for match in window where !match.isBroken && !events.contains(where: { sameEvent($0, match.event) }) { events.append(match.event) }
    return violation(
      anchor: anchor, at: at, key: key, bound: [:], evidence: events.suffix(10).map { ("over", $0) }, omitted: max(0, events.count - 10),
      over: window, state: resolved == nil ? "open" : "resolved", reason: resolved)
  }

  /// Final values: of windows whose end the clock has passed by L.
  func measures(_ measure: Measure) -> [StandingKPI] {
    guard case .tumbling(let length) = measure.window else { preconditionFailure("the naive model knows tumbling KPIs") }
    let size = length.microseconds
    return byKey().flatMap { key, list -> [StandingKPI] in
      let windows = Dictionary(grouping: list) { floorDivide($0.event.time.microseconds, size) * size }
      return windows.compactMap { start, window in
        guard start + size + lateness < clock else { return nil }
        let counts = rule.when.map { truth($0, [:], key: key, over: window) == true } ?? true
        let value = counts ? value(measure.expression, [:], key: key, over: window) : nil
        let distinctEvents = window.filter { !$0.isBroken }.count
        return StandingKPI(
          kpi: rule.name, key: keyObject(key), start: EventTime(microseconds: start).rfc3339, value: value?.recordText,
          events: distinctEvents)
      }
    }
  }

  private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let (q, r) = a.quotientAndRemainder(dividingBy: b)
    return r < 0 ? q - 1 : q
  }
}
