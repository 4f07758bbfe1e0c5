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
    case .limit: "limit"
    case .kpi: "kpi"
    }
  }

  var bytesAKey: Int {
    switch rule.form {
    case .condition: Self.row + key + Self.event
    case .obligation: Self.row + key + bytesAnEvent
    case .limit, .kpi: Self.row + key + rule.aggregates.reduce(0) { $0 + size(of: $1.type) } + bytesAnEvent
    }
  }

  var bytesAnEvent: Int {
    switch rule.form {
    case .condition: Self.event
    case .obligation: Self.event + kept(of: 0)
    case .limit: Self.event + rule.aggregates.reduce(0) { $0 + ($1.argument.map { size(of: $0.type) } ?? 0) }
    case .kpi: rule.aggregates.reduce(0) { $0 + ($1.name == .distinct ? size(of: $1.argument?.type ?? .int) : 0) }
    }
  }

  var bound: String {
    let settled = "\(lateness.ruleText) until it is settled"
    switch rule.form {
    case .condition: return "each violation, \(settled)"
    case .obligation(let obligation):
      let span = "\(written(obligation.within)) \(direction(obligation.direction)) each `\(label(of: 0))`"
      return "\(span), and \(written(rule.notes.remember)) while violated"
    case .limit(.sliding(let size)): return "the events of \(written(size)), and \(lateness.ruleText)"
    case .limit(.tumbling(let size)): return "a window of \(size.ruleText), and \(lateness.ruleText)"
    case .kpi(let measure):
      let size =
        switch measure.window {
        case .tumbling(let size): size.ruleText
        case .sliding(let size): written(size)
        }
      return "a window of \(size), and \(lateness.ruleText)"
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

  private var lateness: Duration { rule.patterns.flatMap(\.kinds).map { program.streams[$0.stream].lateness }.max() ?? .zero }

  private func label(of pattern: Int) -> String {
    let kinds = rule.patterns[pattern].kinds.map { kind in
      let stream = program.streams[kind.stream]
      return stream.kind == nil ? stream.name : "\(stream.name).\(stream.kinds[kind.kind])"
    }
    return kinds.count == 1 ? kinds[0] : "\(kinds.first ?? "") …"
  }

  private func direction(_ direction: Obligation.Direction) -> String {
    switch direction {
    case .after: "after"
    case .before: "before"
    case .around: "around"
    }
  }

  private func written(_ length: SpanLength) -> String {
    switch length {
    case .fixed(let duration): duration.ruleText
    case .param(let index): "`\(program.params[index].name)`"
    }
  }
}
