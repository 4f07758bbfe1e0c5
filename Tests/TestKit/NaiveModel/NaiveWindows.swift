internal import EventModel
internal import RuleLanguage

/// A window of a key: an instant is in it from `start` on and before `end`.
struct NaiveWindow {
  var start: Int64
  var end: Int64
  var events: [NaiveMatch]
}

/// Which windows there are (language.md 16.1, 16.2, 18.3).
extension NaiveRule {
  /// All events of the window's patterns, by key; each key's in order.
  func byKey(_ patterns: [Int]) -> [(key: [Value], events: [NaiveMatch])] {
    let all = patterns.flatMap { matches($0, broken: true) }
    return Dictionary(grouping: all, by: \.key).map { key, list in
      (key, list.sorted { precedes($0.event, $1.event) || (sameEvent($0.event, $1.event) && $0.pattern < $1.pattern) })
    }
  }

  /// The windows of a key in order of their start: those with events, and those that `fill` asks for, up to the clock.
  func windows(_ window: Window, _ events: [NaiveMatch], fill: Duration? = nil) -> [NaiveWindow] {
    if case .session(let gap, let most) = window { return sessions(events, gap.microseconds, most.microseconds) }
    var bounds: [Int64: Int64] = [:]
    for match in events {
      let time = match.event.time.microseconds
      for (start, end) in spans(window, holding: time) { bounds[start] = end }
      guard let fill else { continue }
      let last = rule.key.isEmpty ? clock : min(clock, time + fill.microseconds)
      var (start, end) = next(window, after: time)
      while start < last {
        bounds[start] = end
        (start, end) = next(window, after: start)
      }
    }
    return bounds.sorted { $0.key < $1.key }.map { start, end in
      NaiveWindow(start: start, end: end, events: events.filter { (start..<end).contains($0.event.time.microseconds) })
    }
  }

  /// The windows that hold an instant.
  private func spans(_ window: Window, holding time: Int64) -> [(start: Int64, end: Int64)] {
    switch window {
    case .tumbling(let size): return spans(.hopping(size, every: size), holding: time)
    case .hopping(let size, let step):
      let (size, step) = (size.microseconds, step.microseconds)
      var spans: [(start: Int64, end: Int64)] = []
      var start = NaiveCalendar.floor(time, step) * step
      while start + size > time {
        spans.append((start, start + size))
        start -= step
      }
      return spans
    case .calendar(let unit, let zone):
      let calendar = NaiveCalendar(unit, zone)
      return [(calendar.start(of: time), calendar.end(of: time))]
    case .sliding, .session, .all: preconditionFailure("windows that begin by the clock")
    }
  }

  /// The first window that begins after an instant.
  private func next(_ window: Window, after time: Int64) -> (start: Int64, end: Int64) {
    switch window {
    case .tumbling(let size): return next(.hopping(size, every: size), after: time)
    case .hopping(let size, let step):
      let start = (NaiveCalendar.floor(time, step.microseconds) + 1) * step.microseconds
      return (start, start + size.microseconds)
    case .calendar(let unit, let zone):
      let calendar = NaiveCalendar(unit, zone)
      let start = calendar.end(of: time)
      return (start, calendar.end(of: start))
    case .sliding, .session, .all: preconditionFailure("windows that begin by the clock")
    }
  }

  /// [first, last + G), cut D after the first.
  private func sessions(_ events: [NaiveMatch], _ gap: Int64, _ most: Int64) -> [NaiveWindow] {
    var sessions: [NaiveWindow] = []
    for match in events {
      let time = match.event.time.microseconds
      if let last = sessions.indices.last, time < sessions[last].end {
        sessions[last].events.append(match)
        sessions[last].end = min(time + gap, sessions[last].start + most)
      } else {
        sessions.append(NaiveWindow(start: time, end: time + min(gap, most), events: [match]))
      }
    }
    return sessions
  }

  /// The events of a window that a violation shows: each once, the last ten.
  func evidence(_ window: [NaiveMatch]) -> (shown: [(role: String, event: NaiveEvent)], omitted: Int) {
    var events: [NaiveEvent] = []
    for match in window where !match.isBroken && !events.contains(where: { sameEvent($0, match.event) }) { events.append(match.event) }
    return (events.suffix(10).map { ("over", $0) }, max(0, events.count - 10))
  }
}
