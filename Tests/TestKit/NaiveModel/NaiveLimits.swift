internal import EventModel
internal import RuleLanguage

/// Limits (language.md 16).
extension NaiveRule {
  func limits(_ window: Window) -> NaiveJudgement {
    var judgement = NaiveJudgement()
    var patterns = Array(rule.patterns.indices)
    if case .all(let opening, _, _) = window { patterns.removeAll { $0 == opening } }
    let openings = if case .all(let opening, _, _) = window { matches(opening) } else { [NaiveMatch]() }
    for (key, events) in byKey(patterns) {
      switch window {
      case .sliding(let span):
        let length = model.length(span)
        let leaving = events.map { $0.event.time.microseconds + length }
        follow(key, events, leaving, &judgement) { (first: $0 - length + 1, events) }
      case .all(_, let isOnce, let retain):
        let own = openings.filter { $0.key == key }
        for history in histories(events, own, model.length(retain), isOnce) {
          guard let opening = history.opening else {
            judgement.undetermined += history.events.map { undetermined(key, at: $0.event.time.microseconds, "no history") }
            continue
          }
          follow(key, history.events, [], &judgement, isKnown: true) { _ in (first: opening, history.events) }
        }
      default: judgeEnded(key, windows(window, events), &judgement)
      }
      if doubt.isRaised { judgement.uncertain.insert(key) }
      doubt.isRaised = false
    }
    return judgement
  }

  // MARK: Windows that are looked at when something enters or leaves

  /// - Parameter window: the first instant that the window at an instant holds, and the events of which it holds some.
  private func follow(
    _ key: [Value], _ events: [NaiveMatch], _ leaving: [Int64], _ judgement: inout NaiveJudgement, isKnown: Bool = false,
    _ window: (Int64) -> (first: Int64, events: [NaiveMatch])
  ) {
    guard let when = rule.when else { return }
    func values(_ t: Int64) -> NaiveActivation {
      let (first, events) = window(t)
      var values = activation([:], key: key, over: events.filter { (first...t).contains($0.event.time.microseconds) })
      values.moment = t
      return values
    }
    let isEarly = when.onlyBecomesTruer(rule.aggregates) && !asksTables
    let entering = Set(events.map { $0.event.time.microseconds })
    var runs: [(at: Int64, end: Int64?)] = []
    var empty = activation([:], key: key)
    empty.moment = entering.min()
    var holds = judge(when, empty) == .holds
    for t in entering.union(leaving).sorted() where t < clock || isEarly && entering.contains(t) {
      let truth = judge(when, values(t))
      if let reason = truth.reason { judgement.undetermined.append(undetermined(key, at: t, reason)) }
      guard truth == .holds || truth == .fails else { continue }
      if !isKnown, !(isEarly && truth == .holds), window(t).first < known {
        judgement.undetermined.append(undetermined(key, at: t, "history"))
        continue
      }
      if truth == .holds, !holds { runs.append((t, nil)) }
      if truth == .fails, holds, let last = runs.indices.last, runs[last].end == nil { runs[last].end = t }
      holds = truth == .holds
    }
    for run in runs where isInEffect(at: run.at) {
      let values = values(run.at)
      let (shown, omitted) = evidence(values.window)
      judgement.violations.append(
        violation(
          anchor: [anchor(run.at)], at: run.at, key: key, values, evidence: shown, omitted: omitted,
          state: run.end == nil ? "open" : "resolved", reason: run.end == nil ? nil : "false again"))
    }
  }

  // MARK: Windows that end

  /// Breaches in windows that follow one another are one violation (16.4).
  private func judgeEnded(_ key: [Value], _ windows: [NaiveWindow], _ judgement: inout NaiveJudgement) {
    guard let when = rule.when else { return }
    let isEarly = when.onlyBecomesTruer(rule.aggregates) && !asksTables
    var run: NaiveRun?
    for window in windows where isInEffect(at: window.start) {
      var values = activation([:], key: key, over: window.events)
      values.moment = window.end
      let truth = judge(when, values)
      guard window.end < clock || isEarly && truth == .holds else { continue }
      // The window after the last of the run had no events.
      if let open = run, open.last.end != window.start { close(&run, "false again", &judgement) }
      if let reason = truth.reason { judgement.undetermined.append(undetermined(key, at: window.start, reason)) }
      if window.start < known, truth != .noValue, truth.reason == nil, !(isEarly && truth == .holds) {
        judgement.undetermined.append(undetermined(key, at: window.start, "history"))
        run?.last = window
        continue
      }
      switch truth {
      case .holds where run == nil: run = NaiveRun(key: key, first: window, opened: values, last: window, breached: window, values: values)
      case .holds: run?.breach(window, values)
      case .fails: close(&run, "false again", &judgement)
      case .noValue, .unknown: run?.last = window
      }
    }
    // Behind the last window there is one without events, once the clock is past it.
    if let open = run { close(&run, emptyEnd(after: open.last) < clock ? "false again" : nil, &judgement) }
  }

  private func emptyEnd(after window: NaiveWindow) -> Int64 {
    guard case .limit(let kind) = rule.form else { return .max }
    switch kind {
    case .calendar(let unit, let zone): return NaiveCalendar(unit, zone).end(of: window.end)
    default: return window.end + (window.end - window.start)
    }
  }

  /// Says a run of windows; `reason`: why it is over, nil: it is not.
  func close(_ run: inout NaiveRun?, _ reason: String?, _ judgement: inout NaiveJudgement) {
    guard let ended = run else { return }
    run = nil
    var isTarget = false
    if case .kpi = rule.form { isTarget = true }
    let (shown, omitted) = isTarget ? ([], 0) : evidence(ended.breached.events)
    judgement.violations.append(
      violation(
        anchor: [anchor(ended.first.start)], at: ended.first.end, key: ended.key, ended.values, evidence: shown, omitted: omitted,
        state: reason == nil ? "open" : "resolved", reason: reason, first: ended.opened))
  }

  // MARK: Histories

  /// The events of a key, each in the history in which it stands (16.5). `opening`: when that began; nil: it stands in none.
  private func histories(
    _ events: [NaiveMatch], _ openings: [NaiveMatch], _ retain: Int64, _ isOnce: Bool
  ) -> [(opening: Int64?, events: [NaiveMatch])] {
    var histories: [(opening: Int64?, events: [NaiveMatch])] = []
    let times = Set((events + openings).map { $0.event.time.microseconds }).sorted()
    var last: Int64?
    for time in times {
      let entering = events.filter { $0.event.time.microseconds == time }
      let goesOn = last.map { time - $0 <= retain } ?? false
      let isOpened = openings.contains { $0.event.time.microseconds == time }
      last = time
      if goesOn, histories.last?.opening != nil {
        histories[histories.count - 1].events += entering
      } else if isOpened, isOnce ? time >= known : time - retain >= known {
        histories.append((time, entering))
      } else {
        histories.append((nil, entering))
      }
    }
    return histories
  }
}

/// Windows of a key out of bounds, that follow one another.
struct NaiveRun {
  var key: [Value]
  var first: NaiveWindow
  var opened: NaiveActivation
  /// The last one that belongs to it, and the last one that was out of bounds, with its values.
  var last: NaiveWindow
  var breached: NaiveWindow
  var values: NaiveActivation

  mutating func breach(_ window: NaiveWindow, _ values: NaiveActivation) {
    (last, breached, self.values) = (window, window, values)
  }
}
