internal import EventModel
internal import RuleLanguage

/// What an expression reads of one event of a batch: its fields, for its pattern.
struct EventActivation: Activation {
  let batch: EventBatch
  let rule: CheckedRule
  let pattern: Int
  let event: Int
  let params: [Value]

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    precondition(pattern == self.pattern, "a condition that is asked of one event reads that event alone")
    switch batch.value(of: event, path) {
    case .absent: return nil
    case .invalid: throw EvaluationError(.field(path.description), "`\(path)` is not as its schema says")
    case .value(let value): return value
    }
  }

  func keyPart(_ index: Int) throws(EvaluationError) -> Value {
    guard rule.key.isEmpty else { return try rule.key[index].expressions[pattern].evaluate(self) }
    let path = batch.keyPath(of: event, index)
    guard let value = try field(pattern, path) else { throw EvaluationError(.field(path.description), "`\(path)` is absent") }
    return value
  }

  func param(_ index: Int) -> Value { params[index] }

  // A condition on events has no more than fields, key parts and parameters: the checker sees to that.
  var wholeKey: String { preconditionFailure("`key` stands in messages alone") }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value {
    preconditionFailure("window functions are no part of an event's condition")
  }
  func exposure() throws(EvaluationError) -> Value { preconditionFailure("`exposure` stands in severities alone") }
  func exposureCurrency() throws(EvaluationError) -> Value { preconditionFailure("`currency` stands in severities alone") }
}
