internal import EventModel

extension FunctionTable {
  static let comparisons: [FunctionEntry] = [
    // The checker sees to the types of `==` and `!=`: any two that may be equal.
    FunctionEntry("_==_", .binary { (a, b) throws(EvaluationError) in .bool(a == b) }, .function(.a, .a, gives: .bool)),
    FunctionEntry("_!=_", .binary { (a, b) throws(EvaluationError) in .bool(a != b) }, .function(.a, .a, gives: .bool)),
    ordering("_<_") { $0 == .ascending },
    ordering("_<=_") { $0 == .ascending || $0 == .same },
    ordering("_>_") { $0 == .descending },
    ordering("_>=_") { $0 == .descending || $0 == .same },
  ]

  private static func ordering(_ name: String, _ holds: @escaping @Sendable (ValueOrder) -> Bool) -> FunctionEntry {
    var entry = FunctionEntry(
      name,
      .binary { (a, b) throws(EvaluationError) in
        guard let order = a.order(to: b) else { throw .noSuchOverload(name, [a, b]) }
        return .bool(holds(order))
      })
    let same: [ValueType] = [.int, .uint, .double, .decimal, .string, .bytes, .bool, .timestamp, .duration]
    entry.overloads = same.map { .function($0, $0, gives: .bool) }
    // Numbers compare by value, whatever their types; a decimal and a double do not.
    for (a, b) in [(ValueType.int, ValueType.uint), (.int, .double), (.uint, .double)] {
      entry.overloads += [.function(a, b, gives: .bool), .function(b, a, gives: .bool)]
    }
    return entry
  }

  static let collections: [FunctionEntry] = [
    FunctionEntry("@in", .binary(isIn), .function(.a, .list(.a), gives: .bool), .function(.a, .map(.a, .b), gives: .bool)),
    FunctionEntry(
      "_[_]", .binary(index), .function(.list(.a), .int, gives: .a), .function(.map(.a, .b), .a, gives: .b),
      .function(.optional(.list(.a)), .int, gives: .optional(.a)), .function(.optional(.map(.a, .b)), .a, gives: .optional(.b))),
    FunctionEntry(
      "_[?_]", .binary(optionalIndex), .function(.list(.a), .int, gives: .optional(.a)), .function(.map(.a, .b), .a, gives: .optional(.b)),
      .function(.optional(.list(.a)), .int, gives: .optional(.a)), .function(.optional(.map(.a, .b)), .a, gives: .optional(.b))),
    FunctionEntry(
      "size", .unary(size), .function(.string, gives: .int), .function(.bytes, gives: .int), .function(.list(.a), gives: .int),
      .function(.map(.a, .b), gives: .int), .method(.string, gives: .int), .method(.bytes, gives: .int), .method(.list(.a), gives: .int),
      .method(.map(.a, .b), gives: .int)),
    FunctionEntry(
      "sum", .unary(sum), .method(.list(.int), gives: .int), .method(.list(.uint), gives: .uint), .method(.list(.double), gives: .double),
      .method(.list(.decimal), gives: .decimal)),
    // What the accumulators of `map`, `filter` and `transformMap` grow by.
    FunctionEntry("@append", .binary(append), .function(.list(.a), .a, gives: .list(.a))),
    FunctionEntry("@insert", .variadic(insert), .function(.map(.a, .b), .a, .b, gives: .map(.a, .b))),
    FunctionEntry("@insertAll", .binary(insertAll), .function(.map(.a, .b), .map(.a, .b), gives: .map(.a, .b))),
  ]

  private static func isIn(_ element: Value, _ collection: Value) throws(EvaluationError) -> Value {
    switch collection {
    case .list(let elements): return .bool(elements.contains(element))
    case .map(let members): return .bool(members[element] != nil)
    default: throw .noSuchOverload("@in", [element, collection])
    }
  }

  private static func index(_ collection: Value, _ key: Value) throws(EvaluationError) -> Value {
    switch collection {
    case .list(let elements):
      guard let position = key.listIndex else { throw .noSuchOverload("_[_]", [collection, key]) }
      guard let element = position, elements.indices.contains(element) else {
        throw EvaluationError(.indexOutOfRange, "index \(key.messageText) is out of the range of a list of \(elements.count)")
      }
      return elements[element]
    case .map(let members):
      guard key.canLookUp else { throw .noSuchOverload("_[_]", [collection, key]) }
      guard let value = members[key] else { throw EvaluationError(.noSuchKey, "the map has no key `\(key.messageText)`") }
      return value
    case .optional(let inner):
      guard let inner else { return .optional(nil) }
      return try optionalIndex(inner, key)
    default: throw .noSuchOverload("_[_]", [collection, key])
    }
  }

  private static func optionalIndex(_ collection: Value, _ key: Value) throws(EvaluationError) -> Value {
    switch collection {
    case .list(let elements):
      guard let position = key.listIndex else { throw .noSuchOverload("_[?_]", [collection, key]) }
      guard let element = position, elements.indices.contains(element) else { return .optional(nil) }
      return .optional(elements[element])
    case .map(let members):
      guard key.canLookUp else { throw .noSuchOverload("_[?_]", [collection, key]) }
      return .optional(members[key])
    case .optional(let inner):
      guard let inner else { return .optional(nil) }
      return try optionalIndex(inner, key)
    default: throw .noSuchOverload("_[?_]", [collection, key])
    }
  }

  private static func size(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .string(let text): return .int(Int64(text.unicodeScalars.count))
    case .bytes(let bytes): return .int(Int64(bytes.count))
    case .list(let elements): return .int(Int64(elements.count))
    case .map(let members): return .int(Int64(members.count))
    default: throw .noSuchOverload("size", [a])
    }
  }

  /// The sum of numbers; 0 of an empty list, whose type the checker makes the list's.
  private static func sum(_ a: Value) throws(EvaluationError) -> Value {
    guard case .list(let elements) = a else { throw .noSuchOverload("sum", [a]) }
    guard var result = elements.first else { return .int(0) }
    for element in elements.dropFirst() { result = try function("_+_").apply([result, element]) }
    return result
  }

  private static func append(_ list: Value, _ element: Value) throws(EvaluationError) -> Value {
    guard case .list(let elements) = list else { throw .noSuchOverload("@append", [list, element]) }
    return .list(elements + [element])
  }
}

extension FunctionTable {
  private static func insert(_ arguments: [Value]) throws(EvaluationError) -> Value {
    guard arguments.count == 3, case .map(var members) = arguments[0] else { throw .noSuchOverload("@insert", arguments) }
    try members.insert(arguments[2], for: arguments[1])
    return .map(members)
  }

  private static func insertAll(_ map: Value, _ more: Value) throws(EvaluationError) -> Value {
    guard case (.map(var members), .map(let others)) = (map, more) else { throw .noSuchOverload("@insertAll", [map, more]) }
    for (key, member) in others { try members.insert(member, for: key) }
    return .map(members)
  }
}

extension Value {
  /// Where in a list a number points; inside, nil for one that points nowhere; nil for what is no number.
  fileprivate var listIndex: Int?? {
    switch self {
    case .int(let x): .some(Int(exactly: x))
    case .uint(let x): .some(Int(exactly: x))
    case .double(let x): .some(Int(exactly: x))
    default: nil
    }
  }

  /// Any number may look a key up.
  fileprivate var canLookUp: Bool {
    switch self {
    case .bool, .int, .uint, .double, .decimal, .string: true
    default: false
    }
  }
}
