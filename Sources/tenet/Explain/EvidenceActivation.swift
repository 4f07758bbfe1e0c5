internal import EventModel
internal import RuleLanguage

/// What the expressions of a rule read at one violation: the events that stand for its patterns, its key, and the window functions.
struct EvidenceActivation: Activation {
  let rule: CheckedRule
  /// By pattern.
  var events: [Int: RecordedEvent]
  var key: [Value]
  let params: [Value]
  /// Of the rule's window functions; nil: they are not known.
  var aggregates: [Value?]
  /// What was published.
  let record: JSONValue

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    guard let event = events[pattern] else { throw RecordedActivation.notAtHand("an event") }
    return try event.field(path)
  }

  func keyPart(_ index: Int) throws(EvaluationError) -> Value {
    guard key.indices.contains(index) else { throw RecordedActivation.notAtHand("the key") }
    return key[index]
  }

  var wholeKey: String { key.map(\.keyText).joined(separator: "/") }
  func param(_ index: Int) -> Value { params[index] }

  func aggregate(_ index: Int) throws(EvaluationError) -> Value {
    guard aggregates.indices.contains(index), let value = aggregates[index] else { throw RecordedActivation.notAtHand("the window") }
    return value
  }

  func exposure() throws(EvaluationError) -> Value {
    guard let expression = rule.notes.exposure else { throw RecordedActivation.notAtHand("an exposure") }
    return try expression.evaluate(self)
  }

  func exposureCurrency() throws(EvaluationError) -> Value {
    guard let currency = record["exposure"]?["currency"]?.text else { throw RecordedActivation.notAtHand("a currency") }
    return .string(currency)
  }

  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { throw RecordedActivation.notAtHand("a row of a table") }
  func ago(_ distance: Duration) throws(EvaluationError) -> Value { throw RecordedActivation.notAtHand("an earlier value") }

  func transition(isTarget: Bool) throws(EvaluationError) -> Value {
    guard let state = record["details"]?[isTarget ? "to" : "from"]?.text else { throw RecordedActivation.notAtHand("a state") }
    return .string(state)
  }
}
