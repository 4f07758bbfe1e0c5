internal import EventModel

extension FunctionTable {
  /// The extension `lists`.
  static let lists: [FunctionEntry] = [
    FunctionEntry("slice", .variadic(slice), .method(.list(.a), .int, .int, gives: .list(.a))),
    FunctionEntry(
      "flatten", .variadic(flatten), .method(.list(.list(.a)), gives: .list(.a)), .method(.list(.dyn), gives: .list(.dyn)),
      .method(.list(.dyn), .int, gives: .list(.dyn))),
    FunctionEntry("sort", .unary(sort), ordered.map { .method(.list($0), gives: .list($0)) }),
    // What `sortBy` becomes: the elements, in the order of the keys beside them.
    FunctionEntry("@sortBy", .binary(sortBy), ordered.map { .function(.list(.a), .list($0), gives: .list(.a)) }),
    FunctionEntry("distinct", .unary(distinct), .method(.list(.a), gives: .list(.a))),
    FunctionEntry("lists.range", .unary(range), .function(.int, gives: .list(.int))),
    FunctionEntry(
      "first", .unary { (a) throws(EvaluationError) in .optional(try a.elements("first").first) },
      .method(.list(.a), gives: .optional(.a))),
    FunctionEntry(
      "last", .unary { (a) throws(EvaluationError) in .optional(try a.elements("last").last) },
      .method(.list(.a), gives: .optional(.a))),
    FunctionEntry("reverse", .unary(reverse), .method(.string, gives: .string), .method(.list(.a), gives: .list(.a))),
  ]

  /// The extension `sets`: of lists, whose elements are looked at without their order and number.
  static let sets: [FunctionEntry] = [
    relation("sets.contains") { a, b in b.allSatisfy { a.contains($0) } },
    relation("sets.equivalent") { a, b in b.allSatisfy { a.contains($0) } && a.allSatisfy { b.contains($0) } },
    relation("sets.intersects") { a, b in b.contains { a.contains($0) } },
  ]

  private static let ordered: [ValueType] = [.int, .uint, .double, .decimal, .bool, .duration, .timestamp, .string, .bytes]

  private static func relation(_ name: String, _ holds: @escaping @Sendable (Elements, Elements) -> Bool) -> FunctionEntry {
    FunctionEntry(
      name,
      .binary { (a, b) throws(EvaluationError) in .bool(holds(Elements(try a.elements(name)), Elements(try b.elements(name)))) },
      .function(.list(.a), .list(.a), gives: .bool))
  }

  /// A list that is asked many times what is in it.
  private struct Elements {
    private let list: [Value]
    private let set: Set<Value>
    init(_ list: [Value]) { (self.list, set) = (list, Set(list)) }
    func contains(_ element: Value) -> Bool { set.contains(element) }
    func contains(where holds: (Value) -> Bool) -> Bool { list.contains(where: holds) }
    func allSatisfy(_ holds: (Value) -> Bool) -> Bool { list.allSatisfy(holds) }
  }

  private static func slice(_ arguments: [Value]) throws(EvaluationError) -> Value {
    guard arguments.count == 3, case (.list(let list), .int(let start), .int(let end)) = (arguments[0], arguments[1], arguments[2]) else {
      throw .noSuchOverload("slice", arguments)
    }
    guard 0...Int64(list.count) ~= end, 0...end ~= start else {
      throw EvaluationError(.indexOutOfRange, "a list of \(list.count) has nothing from \(start) to \(end)")
    }
    return .list(Array(list[Int(start)..<Int(end)]))
  }

  private static func flatten(_ arguments: [Value]) throws(EvaluationError) -> Value {
    var depth: Int64 = 1
    if arguments.count == 2 {
      guard case .int(let given) = arguments[1] else { throw .noSuchOverload("flatten", arguments) }
      guard given >= 0 else { throw .invalid("`flatten` takes a depth of 0 or more") }
      depth = given
    }
    guard let list = arguments.first else { throw .noSuchOverload("flatten", arguments) }
    var out: [Value] = []
    try append(list.elements("flatten"), depth, to: &out)
    return .list(out)
  }

  private static func append(_ elements: [Value], _ depth: Int64, to out: inout [Value]) throws(EvaluationError) {
    for element in elements {
      if depth > 0, case .list(let inner) = element {
        try append(inner, depth - 1, to: &out)
      } else {
        guard out.count < largestList else { throw .overflow("a list") }
        out.append(element)
      }
    }
  }

  private static func sort(_ a: Value) throws(EvaluationError) -> Value {
    let elements = try a.elements("sort")
    return .list(try sorted(elements, by: elements, "sort"))
  }

  private static func sortBy(_ a: Value, _ keys: Value) throws(EvaluationError) -> Value {
    .list(try sorted(a.elements("sortBy"), by: keys.elements("sortBy"), "sortBy"))
  }

  /// Stable. All keys are of one type, and have an order.
  private static func sorted(_ elements: [Value], by keys: [Value], _ name: String) throws(EvaluationError) -> [Value] {
    guard elements.count == keys.count else { throw .noSuchOverload(name, [.list(elements), .list(keys)]) }
    if let first = keys.first {
      for key in keys where first.order(to: key) == nil || first.typeName != key.typeName {
        throw .invalid("`\(name)` wants elements of one type that have an order, and has a \(first.typeName) and a \(key.typeName)")
      }
    }
    return elements.indices.sorted { keys[$0].order(to: keys[$1]) == .ascending || keys[$0].order(to: keys[$1]) == .same && $0 < $1 }
      .map { elements[$0] }
  }

  private static func distinct(_ a: Value) throws(EvaluationError) -> Value {
    var seen: Set<Value> = []
    return .list(try a.elements("distinct").filter { seen.insert($0).inserted })
  }

  private static func range(_ a: Value) throws(EvaluationError) -> Value {
    guard case .int(let count) = a else { throw .noSuchOverload("lists.range", [a]) }
    guard count <= Int64(largestList) else { throw .overflow("a list") }
    return .list((0..<max(0, count)).map { .int($0) })
  }

  private static func reverse(_ a: Value) throws(EvaluationError) -> Value {
    switch a {
    case .string(let text): return .string(String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
    default: return .list(try a.elements("reverse").reversed())
    }
  }

  /// What functions make of nothing is no longer than this.
  static let largestList = 1_000_000
}

extension Value {
  fileprivate func elements(_ function: String) throws(EvaluationError) -> [Value] {
    guard case .list(let elements) = self else { throw .noSuchOverload(function, [self]) }
    return elements
  }
}
