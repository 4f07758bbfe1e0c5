import EventModel

/// What a rule demands, in sentences.
extension RuleWords {
  var demands: [String] {
    let subject = keyPhrase
    switch rule.form {
    case .condition:
      let condition = rule.when.map { " for which `\(text($0))`" } ?? ""
      return ["Each \(pattern(0))\(condition) is a violation."]
    case .obligation(let obligation): return obligationWords(obligation, subject)
    case .prohibition(let prohibition): return prohibitionWords(prohibition, subject)
    case .join(let joins): return joinWords(joins, subject)
    case .limit(let window): return limitWords(window, subject)
    case .lifecycle(let lifecycle): return lifecycleWords(lifecycle)
    case .kpi(let measure): return kpiWords(measure, subject)
    }
  }

  /// "Of one `order_id`" where events are brought together.
  private var keyPhrase: String {
    rule.key.isEmpty ? "Over all events" : "Of one " + Self.either(rule.key.map { "`\($0.name)`" }, "and")
  }

  private func events(_ role: EventPattern.Role) -> String {
    Self.either(rule.patterns.indices.filter { rule.patterns[$0].role == role }.map { pattern($0) }, "and")
  }

  /// "within 15 minutes after it".
  private func reach(_ reach: Reach, of what: String = "it") -> String {
    if let due = reach.due { return "by `\(text(due))`, which is at most \(spoken(reach.within)) after \(what)" }
    let counting = reach.counting.map { " \(hours($0))" } ?? ""
    switch reach.direction {
    case .after: return "within \(spoken(reach.within))\(counting) after \(what)"
    case .before: return "within the \(spoken(reach.within))\(counting) before \(what)"
    case .around: return "within \(spoken(reach.within)) before or after \(what)"
    }
  }

  private func capitalized(_ phrase: String) -> String { phrase.prefix(1).uppercased() + phrase.dropFirst() }

  private func obligationWords(_ obligation: Obligation, _ subject: String) -> [String] {
    let must = obligation.direction == .before ? "must have come" : "must come"
    var words = ["\(subject): for each \(events(.on)), \(one(obligation.expected)) \(must) \(reach(obligation.reach))."]
    if let excuse = obligation.excuse { words.append("\(capitalized(one(excuse))) in the same time excuses it.") }
    if let skew = widest { words.append("The time is widened by \(skew) at both ends (`skew`), for clocks that differ.") }
    return words
  }

  private func prohibitionWords(_ prohibition: Prohibition, _ subject: String) -> [String] {
    var words: [String] = []
    for (index, step) in prohibition.steps.enumerated() {
      let isLast = index == prohibition.steps.count - 1
      let lead = index == 0 ? "\(subject): for each \(events(.on))" : "Then"
      let what = isLast ? "no \(pattern(step.pattern)) may come" : "the first \(pattern(step.pattern)) is looked for"
      words.append("\(lead), \(what) \(reach(step.reach, of: index == 0 ? "it" : "that")).")
      if let excuse = step.excuse {
        let place = step.reach.direction == .after ? "before that" : "between the two"
        words.append("\(capitalized(one(excuse))) \(place) ends it without a verdict.")
      }
    }
    return words
  }

  private func joinWords(_ joins: [Join], _ subject: String) -> [String] {
    let partners = joins.map { join in
      let which =
        switch join.quantifier {
        case .each: "each"
        case .all: "all"
        case .first: "the first"
        case .last: "the last"
        }
      return "\(which) \(pattern(join.pattern)) \(reach(join.reach))"
    }
    var words = ["\(subject): each \(events(.on)) is held against \(Self.either(partners, "and"))."]
    let isPair = joins.contains { $0.quantifier == .each }
    words.append(rule.when.map { "It is a violation where `\(text($0))`." } ?? "Each \(isPair ? "pair" : "of them") is a violation.")
    if joins.contains(where: { $0.quantifier == .first || $0.quantifier == .last }) {
      words.append("Where there is no such partner, there is no verdict.")
    }
    return words
  }

  private func limitWords(_ window: Window, _ subject: String) -> [String] {
    let condition = rule.when.map { "`\(text($0))`" } ?? ""
    switch window {
    case .sliding(let size):
      return [
        "\(subject): the \(events(.on)) of the last \(spoken(size)) are looked at, whenever one comes or leaves.",
        "It is a violation from when \(condition) becomes true, and resolved when it is false again.",
      ]
    case .all(let opening, _, let retain):
      return [
        "\(subject): all \(events(.on)) since its first \(pattern(opening)) are looked at, until there has been none for \(spoken(retain)).",
        "It is a violation from when \(condition) becomes true, and resolved when it is false again.",
      ]
    case .tumbling, .hopping, .session, .calendar:
      return [
        "\(subject): the \(events(.on)) of each \(spoken(window)) are looked at.",
        "It is a violation where \(condition); windows that follow one another are one.",
      ]
    }
  }

  private func lifecycleWords(_ lifecycle: Lifecycle) -> [String] {
    let key = Self.either(rule.key.map { "`\($0.name)`" }, "and")
    var words = [
      "Each \(key) goes through states, by its events; a move along no arrow is a violation (`\(rule.name).illegal_transition`)."
    ]
    for state in lifecycle.states {
      let next = Self.either(state.next.map { "`\(lifecycle.states[$0].name)`" })
      let stay = state.longestStay.map { ", within \(spoken($0.within))" + ($0.counting.map { " \(hours($0))" } ?? "") } ?? ""
      let place = state.isInitial ? " (a beginning)" : state.isEnd ? " (an end)" : ""
      words.append("`\(state.name)`\(place), entered by \(one(state.pattern))" + (next.isEmpty ? "." : ": goes to \(next)\(stay)."))
    }
    if lifecycle.states.contains(where: { $0.longestStay != nil }) {
      words.append("To stay longer is a violation (`\(rule.name).overdue`), resolved when the state is left.")
    }
    words.append("\(spoken(lifecycle.retain)) after its last event it is forgotten.")
    return words
  }

  private func kpiWords(_ measure: Measure, _ subject: String) -> [String] {
    let over = rule.key.isEmpty ? "" : " and each " + Self.either(rule.key.map { "`\($0.name)`" }, "and")
    var words = ["For each \(spoken(measure.window))\(over): `\(text(measure.expression))` of \(events(.on))."]
    if let when = rule.when { words.append("Only where `\(text(when))`; else there is no value.") }
    if let fill = measure.fill { words.append("A key without events has values for \(fill.spoken) after its last one.") }
    if let target = measure.target {
      words.append(
        "It should be `\(target.sign) \(text(target.bound))`: windows that are not are a violation, resolved by the first that is.")
    }
    return words
  }

  func spoken(_ window: Window) -> String {
    switch window {
    case .sliding(let size): "the last \(spoken(size))"
    case .tumbling(let size): "window of \(size.spoken)"
    case .hopping(let size, let step): "window of \(size.spoken), one every \(step.spoken)"
    case .session(let gap, let most): "session (ended by \(gap.spoken) without an event, at most \(most.spoken) long)"
    case .calendar(let unit, let zone): "\(unit.rawValue) in \(zone)"
    case .all(_, _, let retain): "history, until \(spoken(retain)) without an event"
    }
  }
}
