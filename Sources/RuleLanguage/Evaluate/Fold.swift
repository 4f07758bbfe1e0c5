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
        guard try goesOn(comprehension, accumulator) else { break }
      }
    case .map(let members):
      for (key, member) in members.sorted(by: { Value.precedesAsKey($0.key, $1.key) }) {
        locals[base] = key
        if comprehension.isTwoVariable { locals[base + 1] = member }
        guard try goesOn(comprehension, accumulator) else { break }
      }
    default: throw EvaluationError(.noSuchOverload, "a \(range.typeName) cannot be gone over")
    }
    return try value(of: comprehension.result)
  }

  /// One element: the condition, then the step. False ends the fold. A condition that ends in an error is no reason to end.
  private mutating func goesOn(_ comprehension: Comprehension, _ accumulator: Int) throws(EvaluationError) -> Bool {
    steps += 1
    guard steps <= Self.maximumSteps else { throw .overflow("what macros go over, more than a million elements,") }
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
    case .call(let function, let arguments) where function.name.utf8.first == 0x40:
      guard case .local(accumulator)? = arguments.first?.kind, broken[accumulator] == nil else { break }
      if try grows(accumulator, by: function.name, arguments) { return nil }
    default: break
    }
    return try value(of: expression)
  }

  /// Adds to the accumulator where it is. False, and nothing was evaluated, if that is not what the function does.
  private mutating func grows(_ accumulator: Int, by function: String, _ arguments: [CheckedExpression]) throws(EvaluationError) -> Bool {
    switch (function, locals[accumulator], arguments.count) {
    case ("@append", .list, 2):
      let element = try value(of: arguments[1])
      guard case .list(var elements) = locals[accumulator] else { return false }
      locals[accumulator] = .null
      elements.append(element)
      locals[accumulator] = .list(elements)
    case ("@insert", .map, 3):
      let key = try value(of: arguments[1])
      let member = try value(of: arguments[2])
      guard case .map(var members) = locals[accumulator] else { return false }
      locals[accumulator] = .null
      try members.insert(member, for: key)
      locals[accumulator] = .map(members)
    case ("@insertAll", .map, 2):
      guard case .map(let more) = try value(of: arguments[1]), case .map(var members) = locals[accumulator] else {
        throw EvaluationError(.noSuchOverload, "`transformMapEntry` wants a map for each element")
      }
      locals[accumulator] = .null
      for (key, member) in more { try members.insert(member, for: key) }
      locals[accumulator] = .map(members)
    default: return false
    }
    return true
  }
}
