internal import EventModel

extension Evaluation {
  /// Goes over a list or map, as CEL's comprehensions do. Maps are gone over in the order of their keys, so that the result never
  /// depends on hashes.
  mutating func fold(_ comprehension: Comprehension) throws(EvaluationError) -> Value {
    let range = try value(of: comprehension.range)
    let base = locals.count
    defer { locals.removeSubrange(base...) }
    let accumulator = base + (comprehension.isTwoVariable ? 2 : 1)
    for _ in base..<accumulator { locals.append(.null) }
    locals.append(try value(of: comprehension.initial))
    defer { broken[accumulator] = nil }

    switch range {
    case .list(let elements):
      for (index, element) in elements.enumerated() {
        if comprehension.isTwoVariable {
          locals[base] = .int(Int64(index))
          locals[base + 1] = element
        } else {
          locals[base] = element
        }
        guard goesOn(comprehension, accumulator) else { break }
      }
    case .map(let members):
      for (key, member) in members.sorted(by: { Value.precedesAsKey($0.key, $1.key) }) {
        locals[base] = key
        if comprehension.isTwoVariable { locals[base + 1] = member }
        guard goesOn(comprehension, accumulator) else { break }
      }
    default: throw EvaluationError(.noSuchOverload, "a \(range.typeName) cannot be gone over")
    }
    return try value(of: comprehension.result)
  }

  /// One element: the condition, then the step. False ends the fold. A condition that ends in an error is no reason to end.
  private mutating func goesOn(_ comprehension: Comprehension, _ accumulator: Int) -> Bool {
    if case .bool(false)? = try? value(of: comprehension.condition) { return false }
    do {
      if let next = try step(comprehension.step, accumulator) {
        locals[accumulator] = next
        if !broken.isEmpty { broken[accumulator] = nil }
      }
    } catch {
      broken[accumulator] = error
    }
    return true
  }

  /// The accumulator's next value; nil when it has been changed in place, or not at all. To append to it does not copy it.
  private mutating func step(_ expression: CheckedExpression, _ accumulator: Int) throws(EvaluationError) -> Value? {
    switch expression.kind {
    case .local(accumulator): return nil
    case .conditional(let condition, let yes, let no):
      let value = try value(of: condition)
      guard case .bool(let truth) = value else { throw .noSuchOverload("_?_:_", [value]) }
      return try step(truth ? yes : no, accumulator)
    case .call(let function, let arguments) where function.name == "@append" && arguments.count == 2:
      guard case .local(accumulator) = arguments[0].kind, broken[accumulator] == nil else { break }
      let element = try value(of: arguments[1])
      guard case .list(var elements) = locals[accumulator] else { break }
      locals[accumulator] = .null
      elements.append(element)
      locals[accumulator] = .list(elements)
      return nil
    default: break
    }
    return try value(of: expression)
  }
}
