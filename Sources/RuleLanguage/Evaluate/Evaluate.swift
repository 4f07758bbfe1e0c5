package import EventModel

extension CheckedExpression {
  /// The value of the expression, of what the activation has. Throws when it ends in an error, which is neither true nor false.
  package func evaluate(_ values: some Activation) throws(EvaluationError) -> Value {
    var evaluation = Evaluation(values: values, locals: [])
    return try evaluation.value(of: self)
  }

  /// As above, with values for the outermost locals.
  package func evaluate(_ values: some Activation, locals: [Value]) throws(EvaluationError) -> Value {
    var evaluation = Evaluation(values: values, locals: locals)
    return try evaluation.value(of: self)
  }
}

/// One walk over an expression: everything is resolved, so it only reads, calls and counts locals.
struct Evaluation<Values: Activation> {
  let values: Values
  /// Variables of the macros around, the outermost first.
  var locals: [Value]
  /// Accumulators that stand for an error: `||` and `&&` may absorb it in a later step.
  var broken: [Int: EvaluationError] = [:]

  /// Elements that macros have gone over.
  var steps = 0
  static var maximumSteps: Int { 1_000_000 }

  init(values: Values, locals: [Value]) {
    self.values = values
    self.locals = locals
  }

  mutating func value(of expression: CheckedExpression) throws(EvaluationError) -> Value {
    switch expression.kind {
    case .literal(let value): return value
    case .field(let pattern, let path):
      guard let value = try values.field(pattern, path) else { throw EvaluationError(.field(path.description), "`\(path)` is absent") }
      return value
    case .hasField(let pattern, let path): return .bool(try values.field(pattern, path) != nil)
    case .optionalField(let pattern, let path): return .optional(try values.field(pattern, path))
    case .keyPart(let index): return try values.keyPart(index)
    case .wholeKey: return .string(values.wholeKey)
    case .param(let index): return values.param(index)
    case .aggregate(let index): return try values.aggregate(index)
    case .lookup(let table, let key, let isOptional): return try row(of: table, key, isOptional: isOptional)
    case .ago(let distance): return try values.ago(distance)
    case .transition(let isTarget): return try values.transition(isTarget: isTarget)
    case .exposure: return try values.exposure()
    case .exposureCurrency: return try values.exposureCurrency()
    case .local(let index):
      if !broken.isEmpty, let error = broken[index] { throw error }
      return locals[index]
    case .and(let a, let b): return try logic(a, b, decidedBy: false)
    case .or(let a, let b): return try logic(a, b, decidedBy: true)
    case .not(let operand): return .bool(!(try truth(of: operand, in: "!_")))
    case .conditional(let condition, let yes, let no): return try value(of: truth(of: condition, in: "_?_:_") ? yes : no)
    case .call(let function, let arguments): return try call(function, arguments)
    case .select(let object, let name): return try value(of: object).member(name)
    case .hasMember(let object, let name): return .bool(try value(of: object).has(name))
    case .optionalSelect(let object, let name): return try value(of: object).optionalMember(name)
    case .list(let elements):
      var result: [Value] = []
      result.reserveCapacity(elements.count)
      for element in elements { result.append(try value(of: element)) }
      return .list(result)
    case .map(let entries): return try map(entries)
    case .comprehension(let comprehension): return try fold(comprehension)
    case .bind: return try bind(expression)
    }
  }

  /// A value that ends in an error is one only where it is used.
  private mutating func bind(_ expression: CheckedExpression) throws(EvaluationError) -> Value {
    let base = locals.count
    defer {
      if !broken.isEmpty { for index in base..<locals.count { broken[index] = nil } }
      locals.removeSubrange(base...)
    }
    var inner = expression
    while case .bind(let bound, let next) = inner.kind {
      do {
        locals.append(try value(of: bound))
      } catch {
        broken[locals.count] = error
        locals.append(.null)
      }
      inner = next
    }
    return try value(of: inner)
  }

  private mutating func row(of table: Int, _ key: [CheckedExpression], isOptional: Bool) throws(EvaluationError) -> Value {
    var parts: [Value] = []
    for part in key { parts.append(try value(of: part)) }
    let row = try values.row(table: table, key: parts)
    if isOptional { return .optional(row) }
    guard let row else { throw EvaluationError(.noRow, "the table has no such row") }
    return row
  }

  private mutating func truth(of expression: CheckedExpression, in operation: String) throws(EvaluationError) -> Bool {
    let value = try value(of: expression)
    guard case .bool(let truth) = value else { throw .noSuchOverload(operation, [value]) }
    return truth
  }

  /// `&&` and `||`: one side may decide, and the other's error is then of no account.
  private mutating func logic(_ a: CheckedExpression, _ b: CheckedExpression, decidedBy decisive: Bool) throws(EvaluationError) -> Value {
    let operation = decisive ? "_||_" : "_&&_"
    let leftError: EvaluationError
    do {
      if try truth(of: a, in: operation) == decisive { return .bool(decisive) }
    } catch {
      leftError = error
      if let right = try? truth(of: b, in: operation), right == decisive { return .bool(decisive) }
      throw leftError
    }
    return .bool(try truth(of: b, in: operation))
  }

  private mutating func call(_ function: Function, _ arguments: [CheckedExpression]) throws(EvaluationError) -> Value {
    switch function.body {
    case .unary(let body) where arguments.count == 1: return try body(value(of: arguments[0]))
    case .binary(let body) where arguments.count == 2:
      let first = try value(of: arguments[0])
      return try body(first, value(of: arguments[1]))
    case .otherwise(let unwraps) where arguments.count == 2:
      let first = try value(of: arguments[0])
      guard case .optional(let inner) = first else { throw .noSuchOverload(function.name, [first]) }
      if let inner { return unwraps ? inner : first }
      return try value(of: arguments[1])
    default:
      var values: [Value] = []
      values.reserveCapacity(arguments.count)
      for argument in arguments { values.append(try value(of: argument)) }
      return try function.apply(values)
    }
  }

  private mutating func map(_ entries: [(key: CheckedExpression, value: CheckedExpression)]) throws(EvaluationError) -> Value {
    var result: [Value: Value] = [:]
    for (key, member) in entries {
      let key = try value(of: key)
      try result.insert(value(of: member), for: key)
    }
    return .map(result)
  }
}

extension Value {
  /// What an object holds under a name.
  fileprivate func member(_ name: String) throws(EvaluationError) -> Value {
    switch self {
    case .map(let members):
      guard let value = members[.string(name)] else { throw EvaluationError(.noSuchKey, "there is no `\(name)`") }
      return value
    case .optional: return try optionalMember(name)
    default: throw EvaluationError(.noSuchOverload, "a \(typeName) has no member `\(name)`")
    }
  }

  fileprivate func has(_ name: String) throws(EvaluationError) -> Bool {
    switch self {
    case .map(let members): return members[.string(name)] != nil
    case .optional(let inner): return try inner?.has(name) ?? false
    default: throw EvaluationError(.noSuchOverload, "a \(typeName) has no member `\(name)`")
    }
  }

  fileprivate func optionalMember(_ name: String) throws(EvaluationError) -> Value {
    switch self {
    case .map(let members): return .optional(members[.string(name)])
    case .optional(let inner): return try inner?.optionalMember(name) ?? .optional(nil)
    default: throw EvaluationError(.noSuchOverload, "a \(typeName) has no member `\(name)`")
    }
  }
}
