package import Diagnostics
package import EventModel

/// A rule or a KPI.
package struct CheckedRule: Sendable {
  package var name: String
  package var documentation: String?
  /// Every event pattern of the rule, in the order of the text: first those of `on`, then those of its form; of a lifecycle one a state.
  package var patterns: [EventPattern]
  /// The parts of the key, in order; empty: over all events (a limit or KPI), or the stream's own key (a condition, 7.2).
  package var key: [KeyPart]
  package var form: Form
  /// `when`: a condition's or limit's; a KPI's guard of its measure.
  package var when: CheckedExpression?
  /// The window functions that `when`, the measure, the notes and the message use, each once. `aggregate(i)` reads one.
  package var aggregates: [WindowFunction]
  package var notes: CheckedNotes
  package var span: SourceSpan

  /// The oldest of its names: state and ids go on under it (language.md 24.2).
  package var stableName: String { notes.was ?? name }

  /// The pattern form: one case a kind of pattern.
  package enum Form: Sendable {
    case condition
    case obligation(Obligation)
    case prohibition(Prohibition)
    case join([Join])
    case limit(Window)
    case lifecycle(Lifecycle)
    case kpi(Measure)
  }

  /// The names under which its violations are events of other rules: a lifecycle has two.
  package var verdictNames: [String] {
    if case .lifecycle = form { return ["\(name).illegal_transition", "\(name).overdue"] }
    return [name]
  }

  package init(
    name: String, documentation: String?, patterns: [EventPattern], key: [KeyPart], form: Form, when: CheckedExpression?,
    aggregates: [WindowFunction], notes: CheckedNotes, span: SourceSpan
  ) {
    self.name = name
    self.documentation = documentation
    self.patterns = patterns
    self.key = key
    self.form = form
    self.when = when
    self.aggregates = aggregates
    self.notes = notes
    self.span = span
  }
}

/// `payments.authorized or payments.declined as p where has(p.card)`.
package struct EventPattern: Sendable {
  /// By the words before it; `opening`: `over all from`; `state`: of a lifecycle.
  package enum Role: Sendable { case on, expect, unless, then, forbid, with, opening, state }
  /// A kind of a stream: indexes into `CheckedProgram.streams`, followed by `verdicts`, and `CheckedStream.kinds`.
  package struct Kind: Hashable, Sendable {
    package var stream: Int
    package var kind: Int
    package init(stream: Int, kind: Int) {
      self.stream = stream
      self.kind = kind
    }
  }

  package var role: Role
  package var alias: String?
  /// At least one.
  package var kinds: [Kind]
  package var `where`: CheckedExpression?
  /// Paths that `where`, `when`, key and notes read of this pattern's events, each once, in order of first use.
  package var fields: [FieldPath]
  package var span: SourceSpan

  package init(role: Role, alias: String?, kinds: [Kind], where condition: CheckedExpression?, fields: [FieldPath], span: SourceSpan) {
    self.role = role
    self.alias = alias
    self.kinds = kinds
    self.where = condition
    self.fields = fields
    self.span = span
  }
}

/// One part of the key: its name, its type, and the expression that gives it for each pattern (by index of `CheckedRule.patterns`).
package struct KeyPart: Sendable {
  package var name: String
  package var type: ValueType
  package var expressions: [CheckedExpression]
  package init(name: String, type: ValueType, expressions: [CheckedExpression]) {
    self.name = name
    self.type = type
    self.expressions = expressions
  }
}

/// A call of a window function (language.md 3.7). `argument` reads one pattern, `pattern`; `count()` has neither and counts all.
package struct WindowFunction: Sendable {
  package enum Name: String, Sendable, CaseIterable { case count, sum, avg, min, max, distinct, first, last, percentile }
  package var name: Name
  package var pattern: Int?
  package var argument: CheckedExpression?
  package var type: ValueType
  /// The schema bounds every value of the argument at 0 or more, so a sum can only grow (8.3).
  package var isNonNegative: Bool
  /// Of `percentile`: which, from 0 to 100.
  package var rank: Double?
  package init(
    name: Name, pattern: Int?, argument: CheckedExpression?, type: ValueType, isNonNegative: Bool, rank: Double? = nil
  ) {
    self.rank = rank
    self.name = name
    self.pattern = pattern
    self.argument = argument
    self.type = type
    self.isNonNegative = isNonNegative
  }
}
