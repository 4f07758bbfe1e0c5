internal import EventModel

// Lists and maps with optional members, which stand in them only if they have a value: `[?x]`, `{?k: v}`.

extension FunctionTable {
  /// A list of its arguments. The name says which of them are optionals, since functions are known by their names.
  static func list(optional: [Bool]) -> Function {
    Function(
      "@list(\(flags(optional)))",
      .variadic { (arguments) throws(EvaluationError) in
        var elements: [Value] = []
        for (value, isOptional) in zip(arguments, optional) {
          if let element = try isOptional ? value.held() : value { elements.append(element) }
        }
        return .list(elements)
      })
  }

  /// A map of its arguments: a key, its value, the next key, ….
  static func map(optional: [Bool]) -> Function {
    Function(
      "@map(\(flags(optional)))",
      .variadic { (arguments) throws(EvaluationError) in
        var members: [Value: Value] = [:]
        for (index, isOptional) in optional.enumerated() {
          let value = arguments[2 * index + 1]
          if let member = try isOptional ? value.held() : value { try members.insert(member, for: arguments[2 * index]) }
        }
        return .map(members)
      })
  }

  private static func flags(_ optional: [Bool]) -> String { optional.map { $0 ? "?_" : "_" }.joined(separator: ",") }
}

extension Value {
  fileprivate func held() throws(EvaluationError) -> Value? {
    guard case .optional(let inner) = self else { throw .invalid("behind `?` stands an optional, and this is a \(typeName)") }
    return inner
  }
}

extension [Value: Value] {
  /// Adds a member; a key that is there already, or is of a type that keys do not have, is an error.
  mutating func insert(_ value: Value, for key: Value) throws(EvaluationError) {
    guard key.canBeKey else { throw .invalid("a map has no keys of type \(key.typeName)") }
    guard updateValue(value, forKey: key) == nil else { throw .invalid("the key `\(key.messageText)` stands twice") }
  }
}
