/// A span's length: written, or a duration parameter (index into `CheckedProgram.params`).
package enum SpanLength: Hashable, Sendable {
  case fixed(Duration)
  case param(Int)
}

/// How far a step looks (language.md 11): `within 4h counting support_desk before`, `due o.promised_at at most 60d`.
package struct Reach: Sendable {
  package enum Direction: String, Sendable { case after, before, around }

  /// The length of the span; with `due` the most that it may have.
  package var within: SpanLength
  package var direction: Direction
  /// Only open time counts: index into `CheckedProgram.hours`.
  package var counting: Int?
  /// The deadline, of A's fields.
  package var due: CheckedExpression?

  package init(within: SpanLength, direction: Direction, counting: Int? = nil, due: CheckedExpression? = nil) {
    self.within = within
    self.direction = direction
    self.counting = counting
    self.due = due
  }
}

/// `expect B within D after|before|around unless C` (language.md 13). `expected` and `excuse` are indexes into `CheckedRule.patterns`.
package struct Obligation: Sendable {
  package typealias Direction = Reach.Direction

  package var expected: Int
  package var excuse: Int?
  package var reach: Reach
  package var within: SpanLength { reach.within }
  package var direction: Direction { reach.direction }

  package init(expected: Int, excuse: Int?, reach: Reach) {
    self.expected = expected
    self.excuse = excuse
    self.reach = reach
  }

  package init(expected: Int, excuse: Int?, within: SpanLength, direction: Direction) {
    self.init(expected: expected, excuse: excuse, reach: Reach(within: within, direction: direction))
  }
}

/// `then B within D … forbid C within E unless F` (language.md 14); with one step a prohibition, else a chain.
package struct Prohibition: Sendable {
  /// Each looks from the one before it. The last is what is forbidden; at least one.
  package var steps: [Step]
  package init(steps: [Step]) { self.steps = steps }

  /// Indexes into `CheckedRule.patterns`.
  package struct Step: Sendable {
    package var pattern: Int
    package var excuse: Int?
    package var reach: Reach
    package init(pattern: Int, excuse: Int?, reach: Reach) {
      self.pattern = pattern
      self.excuse = excuse
      self.reach = reach
    }
  }
}

/// `with all B as b within D before` (language.md 15).
package struct Join: Sendable {
  package enum Quantifier: String, Sendable { case each, all, first, last }

  package var quantifier: Quantifier
  /// Index into `CheckedRule.patterns`.
  package var pattern: Int
  package var reach: Reach
  package init(quantifier: Quantifier, pattern: Int, reach: Reach) {
    self.quantifier = quantifier
    self.pattern = pattern
    self.reach = reach
  }
}

/// `over …` (language.md 16)
package enum Window: Sendable {
  case sliding(SpanLength)
  case tumbling(Duration)
  case hopping(Duration, every: Duration)
  /// Cut `max` after its first event.
  case session(gap: Duration, max: Duration)
  /// `zone` is one of the database's.
  case calendar(unit: CalendarUnit, zone: String)
  /// `opening` is the pattern that begins a key's history; `isOnce`: it does not recur.
  case all(opening: Int, isOnce: Bool, retain: SpanLength)
}

package enum CalendarUnit: String, Sendable { case hour, day, week, month }

/// What a KPI measures: `over W measure e emit every D` (language.md 18).
package struct Measure: Sendable {
  package var window: Window
  package var expression: CheckedExpression
  /// Provisional values come at most each so often of the clock; nil: only the final one.
  package var emitEvery: Duration?
  /// A key has windows until so long after its last event; nil: those with events.
  package var fill: Duration?
  package var target: Target?

  /// `target >= 0.3 * ago(7d)`: what is good.
  package struct Target: Sendable {
    /// `_<_`, `_<=_`, `_>_` or `_>=_`.
    package var comparison: Function
    package var bound: CheckedExpression

    package init(comparison: Function, bound: CheckedExpression) {
      self.comparison = comparison
      self.bound = bound
    }

    /// `>=`
    package var sign: String { comparison.name.replacing("_", with: "") }
  }

  package init(window: Window, expression: CheckedExpression, emitEvery: Duration?, fill: Duration? = nil, target: Target? = nil) {
    self.window = window
    self.expression = expression
    self.emitEvery = emitEvery
    self.fill = fill
    self.target = target
  }
}

/// `lifecycle order { placed -> paid within 30m … end delivered retain 90d }` (language.md 17).
package struct Lifecycle: Sendable {
  package var states: [State]
  /// How long an entity is remembered after its last event.
  package var retain: SpanLength

  package init(states: [State], retain: SpanLength) {
    self.states = states
    self.retain = retain
  }

  package struct State: Sendable {
    package var name: String
    /// Index into `CheckedRule.patterns`: the events that enter it.
    package var pattern: Int
    /// Indexes into `states`, in order.
    package var next: [Int]
    package var longestStay: Reach?
    package var isInitial: Bool
    package var isEnd: Bool

    package init(name: String, pattern: Int, next: [Int], longestStay: Reach?, isInitial: Bool, isEnd: Bool) {
      self.name = name
      self.pattern = pattern
      self.next = next
      self.longestStay = longestStay
      self.isInitial = isInitial
      self.isEnd = isEnd
    }
  }
}
