internal import EventModel
internal import RuleLanguage

extension CheckedExpression {
  /// The value of the expression, of what the activation has.
  func evaluate(_ values: some Activation) throws(EvaluationError) -> Value {
    switch kind {
    case .literal(let value): return value
    case .field(let pattern, let path):
      guard let value = try values.field(pattern, path) else { throw EvaluationError(.field(path.description), "`\(path)` is absent") }
      return value
    case .hasField(let pattern, let path): return .bool(try values.field(pattern, path) != nil)
    case .keyPart(let index): return try values.keyPart(index)
    case .wholeKey: return .string(values.wholeKey)
    case .param(let index): return values.param(index)
    case .aggregate(let index): return try values.aggregate(index)
    case .exposure: return try values.exposure()
    case .exposureCurrency: return try values.exposureCurrency()
    case .and(let a, let b):
      guard case .bool(let x) = try a.evaluate(values) else { return .bool(false) }
      return x ? try b.evaluate(values) : .bool(false)
    case .or(let a, let b):
      guard case .bool(let x) = try a.evaluate(values) else { return .bool(false) }
      return x ? .bool(true) : try b.evaluate(values)
    case .not(let a):
      guard case .bool(let x) = try a.evaluate(values) else { return .bool(false) }
      return .bool(!x)
    case .call(let function, let arguments):
      var evaluated: [Value] = []
      for argument in arguments { evaluated.append(try argument.evaluate(values)) }
      return try function.apply(evaluated)
    default: preconditionFailure("not yet evaluated")
    }
  }
}
