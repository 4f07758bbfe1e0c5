internal import EventModel
internal import RuleLanguage

extension CheckedExpression {
  func evaluate(_ activation: some Activation) throws(EvaluationError) -> Value {
    switch kind {
    case .literal(let value): return value
    case .field(let pattern, let path):
      guard let value = try activation.field(pattern, path) else { throw EvaluationError(.field(path.description), "`\(path)` is absent") }
      return value
    case .hasField(let pattern, let path): return .bool(try activation.field(pattern, path) != nil)
    case .keyPart(let index): return try activation.keyPart(index)
    case .param(let index): return activation.param(index)
    case .and(let a, let b): return try Self.absorbing(false, a, b, activation)
    case .or(let a, let b): return try Self.absorbing(true, a, b, activation)
    case .not(let a):
      guard case .bool(let truth) = try a.evaluate(activation) else { throw EvaluationError(.noSuchOverload, "no such overload") }
      return .bool(!truth)
    case .conditional(let condition, let yes, let no):
      guard case .bool(let truth) = try condition.evaluate(activation) else { throw EvaluationError(.noSuchOverload, "no such overload") }
      return try (truth ? yes : no).evaluate(activation)
    case .call(let function, let arguments):
      var values: [Value] = []
      for argument in arguments { values.append(try argument.evaluate(activation)) }
      return try function.apply(values)
    case .list(let elements):
      var values: [Value] = []
      for element in elements { values.append(try element.evaluate(activation)) }
      return .list(values)
    default: throw EvaluationError(.noSuchOverload, "not supported")
    }
  }

  private static func absorbing(_ truth: Bool, _ a: CheckedExpression, _ b: CheckedExpression, _ activation: some Activation)
    throws(EvaluationError) -> Value
  {
    let left: Value
    do { left = try a.evaluate(activation) } catch {
      if case .bool(truth) = try b.evaluate(activation) { return .bool(truth) }
      throw error
    }
    if case .bool(truth) = left { return .bool(truth) }
    return try b.evaluate(activation)
  }
}
