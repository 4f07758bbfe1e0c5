package import Diagnostics
package import EventModel

/// An expression whose names are resolved and whose type is known.
package struct CheckedExpression: Sendable {
  package var kind: Kind
  package var type: ValueType
  package var span: SourceSpan

  package indirect enum Kind: Sendable {
    case literal(Value)
    /// A field of the event of a pattern (index into `CheckedRule.patterns`). Reading one that is absent is an error.
    case field(pattern: Int, FieldPath)
    /// `has(o.f)` of an event's field: present and not null.
    case hasField(pattern: Int, FieldPath)
    /// `o.?f` of an event's field.
    case optionalField(pattern: Int, FieldPath)
    /// A part of the key, by index.
    case keyPart(Int)
    /// `key` in a message: the parts joined by `/`.
    case wholeKey
    /// Index into `CheckedProgram.params`.
    case param(Int)
    /// Index into `CheckedRule.aggregates`.
    case aggregate(Int)
    /// The row of a table with that key. `isOptional`: an optional of it; else that there is none is an error.
    case lookup(table: Int, key: [CheckedExpression], isOptional: Bool)
    /// The KPI's own final value so long before.
    case ago(Duration)
    /// The state that an entity leaves, or the one it enters, in what a lifecycle says.
    case transition(isTarget: Bool)
    /// The rule's exposure and its currency, in the conditions of severities.
    case exposure
    case exposureCurrency
    /// A variable of a comprehension or of `cel.bind`, counted from the outermost.
    case local(Int)
    case and(CheckedExpression, CheckedExpression)
    case or(CheckedExpression, CheckedExpression)
    case not(CheckedExpression)
    case conditional(CheckedExpression, then: CheckedExpression, else: CheckedExpression)
    /// An operator or function by its name in CEL: `_+_`, `_==_`, `@in`, `startsWith`. The receiver of a method is the first argument.
    case call(Function, [CheckedExpression])
    /// A member of an object or map that is no event's field.
    case select(CheckedExpression, String)
    case hasMember(CheckedExpression, String)
    case optionalSelect(CheckedExpression, String)
    case list([CheckedExpression])
    case map([(key: CheckedExpression, value: CheckedExpression)])
    case comprehension(Comprehension)
    case bind(CheckedExpression, in: CheckedExpression)
  }

  package init(_ kind: Kind, type: ValueType, span: SourceSpan) {
    self.kind = kind
    self.type = type
    self.span = span
  }
}

/// A macro over a list or map: `exists`, `all`, `map`, …, as CEL folds it. Its variables are locals: first the element (or key and
/// value), then the accumulator.
package struct Comprehension: Sendable {
  package var range: CheckedExpression
  /// Iterates over keys (or indexes) and values: two locals for an element.
  package var isTwoVariable: Bool
  package var initial: CheckedExpression
  package var condition: CheckedExpression
  package var step: CheckedExpression
  package var result: CheckedExpression
  package init(
    range: CheckedExpression, isTwoVariable: Bool, initial: CheckedExpression, condition: CheckedExpression, step: CheckedExpression,
    result: CheckedExpression
  ) {
    self.range = range
    self.isTwoVariable = isTwoVariable
    self.initial = initial
    self.condition = condition
    self.step = step
    self.result = result
  }
}
