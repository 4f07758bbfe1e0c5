internal import EventModel
internal import RuleLanguage

/// A stretch of time that a violation's rule looked at, with the patterns whose events it looked for there.
struct ViolationSpan {
  /// "in which `payments.captured` was to come"
  var words: String
  var from: EventTime
  var to: EventTime
  /// The first instant is not in it.
  var isOpen = false
  var patterns: [Int]
  /// Window functions are over its events.
  var isWindow = false

  func contains(_ time: EventTime) -> Bool { (isOpen ? from < time : from <= time) && time <= to }
}

/// Where the rule of a violation looked, by its form.
struct ViolationSpans {
  let rule: CheckedRule
  let program: CheckedProgram
  let params: [Value]
  let at: EventTime
  /// The first event of the evidence that stands for a pattern.
  let events: [Int: RecordedEvent]

  var all: [ViolationSpan] {
    guard let on = rule.patterns.firstIndex(where: { $0.role == .on }) ?? rule.patterns.indices.first else { return [] }
    switch rule.form {
    case .condition: return []
    case .obligation(let obligation): return self.obligation(obligation, on)
    case .prohibition(let prohibition): return steps(prohibition, on)
    case .join(let joins):
      return joins.compactMap { join in
        span(from: on, join.reach, to: [join.pattern], "for \(label(join.pattern))").map { span in
          var span = span
          span.isWindow = join.quantifier == .all
          return span
        }
      }
    case .limit(let window): return [self.window(window)]
    case .kpi(let measure): return [self.window(measure.window)]
    case .lifecycle:
      let entered = events.values.map(\.time).min() ?? at
      return [
        ViolationSpan(
          words: "from the event that entered the state", from: min(entered, at), to: at, patterns: Array(rule.patterns.indices))
      ]
    }
  }

  private func label(_ pattern: Int) -> String {
    program.names(of: rule.patterns[pattern]).map { "`\($0.name)`" }.joined(separator: " or ")
  }

  private func microseconds(_ length: SpanLength) -> Int64 {
    switch length {
    case .fixed(let duration): return duration.microseconds
    case .param(let index):
      if case .duration(let duration) = params[index] { return duration.microseconds }
      return 0
    }
  }

  /// By how much a span between the two is widened: their streams are others.
  private func skew(_ a: Int, _ b: Int) -> Int64 {
    let streams = [a, b].map { Set(rule.patterns[$0].kinds.map(\.stream)) }
    guard streams[0] != streams[1] else { return 0 }
    return rule.patterns.enumerated().filter { $0.offset == a || $0.offset == b }.flatMap(\.element.kinds).map {
      program.stream(of: $0).skew.microseconds
    }.max() ?? 0
  }

  /// From the event of a pattern as far as a step looks.
  private func span(from anchor: Int, _ reach: Reach, to patterns: [Int], _ words: String, until end: EventTime? = nil, widen: Int64 = 0)
    -> ViolationSpan?
  {
    guard let time = events[anchor]?.time else { return nil }
    let length = microseconds(reach.within)
    let first = reach.direction == .after ? time : time.advanced(byMicroseconds: -length)
    let last = end ?? (reach.direction == .before ? time : time.advanced(byMicroseconds: length))
    let note = widen > 0 ? ", widened by \(Duration.microseconds(widen).ruleText) at both ends (`skew`)" : ""
    return ViolationSpan(
      words: words + note, from: first.advanced(byMicroseconds: -widen), to: last.advanced(byMicroseconds: widen), patterns: patterns)
  }

  private func obligation(_ obligation: Obligation, _ on: Int) -> [ViolationSpan] {
    // The deadline is what the record says: it may count open time only, or be a field.
    let end = obligation.direction == .before ? nil : at
    let patterns = [obligation.expected] + (obligation.excuse.map { [$0] } ?? [])
    let words = "in which \(label(obligation.expected)) was to come" + (obligation.excuse.map { ", or \(label($0))" } ?? "")
    let widen = patterns.map { skew(on, $0) }.max() ?? 0
    return [span(from: on, obligation.reach, to: patterns, words, until: end, widen: widen)].compactMap(\.self)
  }

  private func steps(_ prohibition: Prohibition, _ on: Int) -> [ViolationSpan] {
    var (anchor, spans) = (on, [ViolationSpan]())
    for (index, step) in prohibition.steps.enumerated() {
      let word = index == prohibition.steps.count - 1 ? "in which no \(label(step.pattern)) may come" : "for \(label(step.pattern))"
      let patterns = [step.pattern] + (step.excuse.map { [$0] } ?? [])
      if let span = span(from: anchor, step.reach, to: patterns, word) { spans.append(span) }
      anchor = step.pattern
    }
    return spans
  }

  private func window(_ window: Window) -> ViolationSpan {
    let patterns = rule.patterns.indices.filter { rule.patterns[$0].role == .on }
    let before = EventTime(microseconds: at.microseconds - 1)
    func ending(_ length: Duration) -> ViolationSpan {
      ViolationSpan(
        words: "the window", from: at.advanced(byMicroseconds: -length.microseconds), to: before, patterns: patterns, isWindow: true)
    }
    switch window {
    case .sliding(let length):
      return ViolationSpan(
        words: "the window, without its first instant", from: at.advanced(byMicroseconds: -microseconds(length)), to: at, isOpen: true,
        patterns: patterns, isWindow: true)
    case .tumbling(let length), .hopping(let length, _): return ending(length)
    case .session(_, let most): return ending(most)
    case .calendar(let unit, let zone):
      let start = CivilTimeZone(zone).map { Self.start(of: unit, in: $0, before: at) } ?? at
      return ViolationSpan(words: "the \(unit.rawValue) in \(zone)", from: start, to: before, patterns: patterns, isWindow: true)
    case .all:
      let first = events.values.map(\.time).min() ?? at
      return ViolationSpan(words: "the history of the key", from: first, to: at, patterns: patterns, isWindow: true)
    }
  }

  /// The beginning of the calendar's window that ends at an instant.
  private static func start(of unit: CalendarUnit, in zone: CivilTimeZone, before end: EventTime) -> EventTime {
    let last = (Double(end.microseconds - 1) / 1e6).rounded(.down)
    let seconds = Int64(last)
    let local = seconds + Int64(zone.offset(at: seconds))
    let day = Int((Double(local) / 86_400).rounded(.down))
    let date = CivilDate(daysSinceEpoch: day)
    let start =
      switch unit {
      case .hour: seconds - (local - Int64(day) * 86_400) % 3_600
      case .day: zone.start(of: date)
      // 1970-01-01 was a Thursday.
      case .week: zone.start(of: CivilDate(daysSinceEpoch: day - ((day + 3) % 7 + 7) % 7))
      case .month: zone.start(of: CivilDate(year: date.year, month: date.month, day: 1))
      }
    return EventTime(microseconds: start * 1_000_000)
  }
}
