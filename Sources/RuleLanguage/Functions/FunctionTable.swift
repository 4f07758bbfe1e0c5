internal import EventModel

/// A function with all the ways to call it.
package struct FunctionEntry: Sendable {
  package var function: Function
  package var overloads: [Overload]

  init(_ name: String, _ body: Function.Body, _ overloads: Overload...) { self.init(name, body, overloads) }

  init(_ name: String, _ body: Function.Body, _ overloads: [Overload]) {
    function = Function(name, body)
    self.overloads = overloads
  }

  /// With more ways to call it.
  func or(_ more: [Overload]) -> FunctionEntry {
    var entry = self
    entry.overloads += more
    return entry
  }
}

/// All functions and operators of the language, by their names in CEL. Window functions are not among them: they are no functions of
/// values.
package enum FunctionTable {
  package static func entry(_ name: String) -> FunctionEntry? { entries[name] }

  /// The function of that name; our own code knows that there is one.
  static func function(_ name: String) -> Function {
    guard let entry = entries[name] else { preconditionFailure("`\(name)` is in the table of functions") }
    return entry.function
  }

  package static let names: [String] = entries.keys.sorted()

  /// What stands before the dot in functions' names: `math.abs`.
  static let spaces: Set<String> = Set(names.compactMap { $0.split(separator: ".").dropLast().first.map(String.init) } + ["cel"])

  private static let entries: [String: FunctionEntry] = {
    let all = [
      arithmetic, comparisons, collections, lists, sets, conversions, texts, encoders, mathematics, times, decimals, optionals, network,
    ].joined()
    return Dictionary(uniqueKeysWithValues: all.map { ($0.function.name, $0) })
  }()
}

extension EvaluationError {
  static func noSuchOverload(_ name: String, _ arguments: [Value]) -> EvaluationError {
    EvaluationError(.noSuchOverload, "`\(name)` does not take \(arguments.map(\.typeName).joined(separator: ", "))")
  }

  /// No way to call the function takes so many arguments.
  static func noSuchOverload(_ name: String, count: Int) -> EvaluationError {
    EvaluationError(.noSuchOverload, "`\(name)` does not take \(count) argument\(count == 1 ? "" : "s")")
  }

  static func overflow(_ what: String) -> EvaluationError { EvaluationError(.overflow, "\(what) overflows") }

  static func invalid(_ message: String) -> EvaluationError { EvaluationError(.invalidArgument, message) }
}
