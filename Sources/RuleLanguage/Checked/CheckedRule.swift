package import Diagnostics
package import EventModel

/// A rule or a KPI.
package struct CheckedRule: Sendable {
  package var name: String
  package var documentation: String?
  /// Every event pattern of the rule, in the order of the text: first those of `on`, then `expect`, then `unless`.
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

  /// The pattern form: one case a kind of pattern.
  package enum Form: Sendable {
    case condition
    case obligation(Obligation)
    case limit(Window)
    case kpi(Measure)
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
  package enum Role: Sendable { case on, expect, unless }
  /// A kind of a stream: indexes into `CheckedProgram.streams` and `CheckedStream.kinds`.
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

/// A span's length: written, or a duration parameter (index into `CheckedProgram.params`).
package enum SpanLength: Hashable, Sendable {
  case fixed(Duration)
  case param(Int)
}

/// `expect B within D after|before|around unless C` (language.md 13). `expected` and `excuse` are indexes into `CheckedRule.patterns`.
package struct Obligation: Sendable {
  package enum Direction: Sendable { case after, before, around }
  package var expected: Int
  package var excuse: Int?
  package var within: SpanLength
  package var direction: Direction
  package init(expected: Int, excuse: Int?, within: SpanLength, direction: Direction) {
    self.expected = expected
    self.excuse = excuse
    self.within = within
    self.direction = direction
  }
}

/// `over …`
package enum Window: Sendable {
  case sliding(SpanLength)
  case tumbling(Duration)
}

/// What a KPI measures: `over W measure e emit every D`.
package struct Measure: Sendable {
  package var window: Window
  package var expression: CheckedExpression
  /// Provisional values come at most each so often of the clock; nil: only the final one.
  package var emitEvery: Duration?
  package init(window: Window, expression: CheckedExpression, emitEvery: Duration?) {
    self.window = window
    self.expression = expression
    self.emitEvery = emitEvery
  }
}

/// A call of a window function (language.md 3.7). `argument` reads one pattern, `pattern`; `count()` has neither and counts all.
package struct WindowFunction: Sendable {
  package enum Name: String, Sendable, CaseIterable { case count, sum, avg, min, max, distinct, first, last }
  package var name: Name
  package var pattern: Int?
  package var argument: CheckedExpression?
  package var type: ValueType
  /// The schema bounds every value of the argument at 0 or more, so a sum can only grow (8.3).
  package var isNonNegative: Bool
  package init(name: Name, pattern: Int?, argument: CheckedExpression?, type: ValueType, isNonNegative: Bool) {
    self.name = name
    self.pattern = pattern
    self.argument = argument
    self.type = type
    self.isNonNegative = isNonNegative
  }
}
