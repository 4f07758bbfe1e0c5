internal import EventModel
internal import RuleLanguage

/// What an expression reads of one event of the batch.
struct BatchActivation: Activation {
  let batch: EventBatch
  let event: Int
  let plan: RulePlan
  /// The pattern that the event matches; others have no fields here.
  let pattern: Int
  let key: [Value]
  /// The anchor's time, as of which tables are asked; nil: the clock has not passed it, and nothing looks up.
  var instant: Int64?

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    guard pattern == self.pattern, let index = plan.fields[pattern][path] else {
      preconditionFailure("an expression of one event reads fields that its pattern lists")
    }
    return try batch.field(event, rule: plan.index, pattern: pattern, field: index).get(path)
  }

  func keyPart(_ index: Int) throws(EvaluationError) -> Value { key[index] }
  var wholeKey: String { plan.wholeKey(key) }
  func param(_ index: Int) -> Value { plan.params[index] }
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { try plan.row(table: table, key: key, at: instant) }
}

/// What an expression reads of events that a rule kept.
struct KeptActivation: Activation {
  /// By pattern: the fields that were kept, in the order of `paths`; nil: the pattern has no event here.
  let fields: [[FieldValue]?]
  let paths: [[FieldPath]]
  let key: [Value]
  let plan: RulePlan
  /// The anchor's time, as of which tables are asked; nil: nothing looks up.
  var instant: Int64?

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    // A pattern without an event here has no fields.
    guard let values = fields[pattern] else { return nil }
    guard let index = paths[pattern].firstIndex(of: path) else { preconditionFailure("an expression reads fields that its rule keeps") }
    return try values[index].get(path)
  }

  func keyPart(_ index: Int) throws(EvaluationError) -> Value { key[index] }
  var wholeKey: String { plan.wholeKey(key) }
  func param(_ index: Int) -> Value { plan.params[index] }
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { try plan.row(table: table, key: key, at: instant) }
}

extension RulePlan {
  /// The row of a table that held at an instant.
  func row(table: Int, key: [Value], at instant: Int64?) throws(EvaluationError) -> Value? {
    guard let instant else { preconditionFailure("tables are asked as of the anchor's time, when the clock has passed it") }
    return try tables.row(table: table, key: key, at: instant)
  }
}

extension FieldValue {
  /// The value, nil when it is absent; an error when it is not as its schema says.
  func get(_ path: FieldPath) throws(EvaluationError) -> Value? {
    switch self {
    case .absent: return nil
    case .value(let value): return value
    case .invalid: throw EvaluationError(.field(path.description), "`\(path)` is not as its schema says")
    }
  }
}

extension Activation {
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { preconditionFailure("only windows have window functions") }
  func exposure() throws(EvaluationError) -> Value { preconditionFailure("only severities read the exposure") }
  func exposureCurrency() throws(EvaluationError) -> Value { preconditionFailure("only severities read the exposure") }
}
