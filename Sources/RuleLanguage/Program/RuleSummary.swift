import EventModel

/// What `tenet check` says of one rule: its pattern, about how much state a key takes, and what bounds it (language.md 25.1).
package struct RuleSummary: Hashable, Sendable {
  package var name: String
  /// As in records: `condition`, `obligation`, `limit`, `kpi`.
  package var pattern: String
  /// About how many bytes a key takes, with one event kept.
  package var bytesAKey: Int
  /// About how many bytes each further event takes that is kept for the key.
  package var bytesAnEvent: Int
  /// "30m after each `orders.placed`, then 7d while violated"
  package var bound: String

  package init(_ rule: CheckedRule, in program: CheckedProgram) {
    let size = StateSize(rule: rule, program: program)
    name = rule.name
    (pattern, bytesAKey, bytesAnEvent, bound) = (size.pattern, size.bytesAKey, size.bytesAnEvent, size.bound)
  }
}

/// Estimates what the engine keeps for a key. Texts count for what they usually are, tables and indexes for what they cost in memory.
private struct StateSize {
  let rule: CheckedRule
  let program: CheckedProgram

  /// A row's share of table, index and timer.
  private static let row = 48
  /// Stream, time, place in its topic, and the hash of its id.
  private static let event = 40
  private static let text = 24

  var pattern: String {
    switch rule.form {
    case .condition: "condition"
    case .obligation: "obligation"
    case .prohibition(let prohibition): prohibition.steps.count == 1 ? "prohibition" : "chain"
    case .join: "join"
    case .limit: "limit"
    case .lifecycle: "lifecycle"
    case .kpi: "kpi"
    }
  }

  var bytesAKey: Int {
    switch rule.form {
    case .condition: Self.row + key + Self.event
    case .obligation, .prohibition, .join: Self.row + key + bytesAnEvent
    // The state, and when it is over.
    case .lifecycle: Self.row + key + 16 + bytesAnEvent
    case .limit, .kpi: Self.row + key + rule.aggregates.reduce(0) { $0 + size(of: $1.type) } + bytesAnEvent
    }
  }

  var bytesAnEvent: Int {
    switch rule.form {
    case .condition: Self.event
    case .obligation: Self.event + kept(of: 0)
    case .prohibition, .join: rule.patterns.indices.map { Self.event + kept(of: $0) }.max() ?? Self.event
    case .lifecycle: Self.event
    case .limit: Self.event + rule.aggregates.reduce(0) { $0 + ($1.argument.map { size(of: $0.type) } ?? 0) }
    case .kpi: rule.aggregates.reduce(0) { $0 + ($1.name == .distinct ? size(of: $1.argument?.type ?? .int) : 0) }
    }
  }

  var bound: String {
    let kept = "kept \(lateness.ruleText) longer for late events"
    let settled = "\(lateness.ruleText) until it is settled"
    switch rule.form {
    case .condition: return "each violation, \(settled)"
    case .obligation(let obligation):
      return "\(written(obligation.reach)) each `\(label(of: 0))`, and \(written(rule.notes.remember)) while violated"
    case .prohibition(let prohibition):
      let spans = prohibition.steps.map { written($0.reach) }
      return "\(spans.joined(separator: ", then ")) each `\(label(of: 0))`, and \(settled)"
    case .join(let joins):
      let spans = joins.map { "`\(label(of: $0.pattern))` of \(written($0.reach))" }
      return "\(spans.joined(separator: ", and ")) each `\(label(of: 0))`, and \(settled)"
    case .limit(let window): return "\(written(window)), \(kept)"
    case .lifecycle(let lifecycle): return "each `\(rule.name)` for \(written(lifecycle.retain)) after its last event"
    case .kpi(let measure):
      let fill = measure.fill.map { ", for \($0.ruleText) after the last event" } ?? ""
      var past = Duration.zero
      measure.target?.bound.visitAll { if case .ago(let span) = $0.kind { past = max(past, span) } }
      let values = past > .zero ? ", and its values of \(past.ruleText)" : ""
      return "\(written(measure.window))\(fill)\(values), \(kept)"
    }
  }

  private func written(_ reach: Reach) -> String {
    let counting = reach.counting.map { " of `\(program.hours[$0].name)`" } ?? ""
    return reach.due == nil
      ? "\(written(reach.within))\(counting) \(reach.direction.rawValue)" : "at most \(written(reach.within)) after"
  }

  private func written(_ window: Window) -> String {
    switch window {
    case .sliding(let size): "the events of \(written(size))"
    case .tumbling(let size): "a window of \(size.ruleText)"
    case .hopping(let size, let step): "\(size.microseconds / max(step.microseconds, 1)) windows of \(size.ruleText)"
    case .session(let gap, let most): "a session of at most \(most.ruleText), ended by \(gap.ruleText) without an event"
    case .calendar(let unit, _): "a window of one \(unit.rawValue)"
    case .all(_, _, let retain): "all events of a key, until it has had none for \(written(retain))"
    }
  }

  private var key: Int {
    if rule.key.isEmpty, case .condition = rule.form { return Self.text }
    return rule.key.reduce(0) { $0 + size(of: $1.type) }
  }

  private func kept(of pattern: Int) -> Int { rule.patterns[pattern].fields.count * Self.text }

  private func size(of type: ValueType) -> Int {
    switch type {
    case .null, .bool: 1
    case .int, .uint, .double, .timestamp, .duration: 8
    case .decimal: 18
    default: Self.text
    }
  }

  private var lateness: Duration { program.lateness(of: rule) }

  private func label(of pattern: Int) -> String {
    let kinds = rule.patterns[pattern].kinds.map { program.label(of: $0) }
    return kinds.count == 1 ? kinds[0] : "\(kinds.first ?? "") …"
  }

  private func written(_ length: SpanLength) -> String {
    switch length {
    case .fixed(let duration): duration.ruleText
    case .param(let index): "`\(program.params[index].name)`"
    }
  }
}
