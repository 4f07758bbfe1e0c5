import EventModel

/// When a rule decides, in sentences (language.md 5, 8).
extension RuleWords {
  private var streams: [CheckedStream] {
    var seen: Set<String> = []
    return rule.patterns.flatMap(\.kinds).map { program.stream(of: $0) }.filter { seen.insert($0.name).inserted }
  }

  private var lateness: Duration { program.lateness(of: rule) }

  var timing: [String] {
    var words = [decision]
    if let slowest = streams.max(by: { $0.delay < $1.delay }) {
      words.append(
        "The clock is that of the input that is least far: one read to its end follows the wall clock"
          + (slowest.delay > .zero ? ", \(slowest.delay.spoken) behind it for `\(slowest.name)`'s `delay`." : ".")
          + " An input that lags delays a verdict, and never falsifies it.")
    }
    if rule.patterns.flatMap(\.kinds).contains(where: { $0.stream >= program.streams.count }) {
      words.append("Violations of other rules come when they are settled.")
    }
    words.append(settling)
    if let later { words.append(later) }
    return words
  }

  /// What is waited for.
  private var decision: String {
    switch rule.form {
    case .condition:
      return waitsForRows ? "When the clocks of the tables have passed the event's time." : "At once, when the event is read."
    case .obligation(let obligation):
      return obligation.direction == .before
        ? "When the clock has passed the event's time\(widened): all that came before it is known then."
        : "When the clock has passed the deadline\(widened), and nothing came."
    case .prohibition(let prohibition):
      return prohibition.steps.contains { $0.excuse != nil }
        ? "When the clock has passed the event that is forbidden\(widened): what excuses it is known then."
        : "At once, when \(prohibition.steps.count > 1 ? "all its" : "both") events are known."
    case .join(let joins):
      if joins.allSatisfy({ $0.quantifier == .each }) { return "At once, when both events are known." }
      if joins.allSatisfy({ $0.quantifier == .all }), rule.when?.onlyBecomesTruer(rule.aggregates) == true {
        return "At once, when the condition is true: more events only make it truer."
      }
      let looksAhead = joins.contains { $0.reach.direction != .before }
      return "When the clock has passed \(looksAhead ? "the end of all spans" : "the event's time: all that came before it is known then")."
    case .limit(let window):
      if rule.when?.onlyBecomesTruer(rule.aggregates) == true {
        return "At once, when the condition is true: more events only make it truer. That it is false again waits for the clock."
      }
      if case .sliding = window { return "When the clock has passed the instant: all events up to it are known then." }
      if case .all = window { return "When the clock has passed the instant: all events up to it are known then." }
      return "When the clock has passed the window's end."
    case .lifecycle: return "When the clock has passed the move, or the longest stay: events of one key are put in order first."
    case .kpi(let measure):
      let early = measure.emitEvery.map { "Provisional values every \($0.spoken) of the clock; the" } ?? "The"
      let end = if case .session = measure.window { "the gap behind its last event" } else { "the window's end" }
      let judged = measure.target == nil ? "" : " The target is judged then."
      return "\(early) final one when the clock has passed \(end) by \(lateness.spoken) (`lateness`).\(judged)"
    }
  }

  /// By how much spans between streams are widened; nil: by nothing.
  var widest: String? {
    let skew = streams.map(\.skew).max() ?? .zero
    return streams.count > 1 && skew > .zero ? skew.spoken : nil
  }

  private var widened: String { widest.map { " by \($0) (`skew`)" } ?? "" }

  private var settling: String {
    if case .kpi = rule.form { return "A late event revises a value until it is final." }
    return lateness > .zero
      ? "Late events revise it under the same id; \(lateness.spoken) later (`lateness`) it is settled."
      : "It is settled then."
  }

  /// What may still become of a violation that rests on something missing.
  private var later: String? {
    switch rule.form {
    case .obligation(let obligation):
      let dated = obligation.direction == .before ? "" : "; one dated later resolves it"
      return "For \(spoken(rule.notes.remember)) after (`remember`), an event dated in time withdraws it\(dated)."
    case .lifecycle:
      return "For \(spoken(rule.notes.remember)) after (`remember`), a move that comes late is put in its place."
    default: return nil
    }
  }

  private var waitsForRows: Bool {
    var found = false
    for expression in expressions { expression.visitAll { if case .lookup = $0.kind { found = true } } }
    return found
  }
}
