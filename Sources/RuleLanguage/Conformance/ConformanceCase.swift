internal import Diagnostics
package import EventModel

/// One case of the public conformance suite of CEL, as a line of JSON: an expression, what it may name, and what comes of it.
package struct ConformanceCase: Sendable {
  /// Where it stands in the suite: `string_ext/format/no-op`.
  package var name: String
  package var expression: String
  var container: String
  var variables: [(name: String, type: ValueType)] = []
  var functions: [String: FunctionEntry] = [:]
  var bindings: [String: Value] = [:]
  var isChecked: Bool
  var isEvaluated: Bool
  var expected: Expectation?
  var type: ValueType?

  enum Expectation: Sendable {
    case value(Value)
    /// In any words.
    case error
  }

  /// The line says something that the format does not have.
  package struct Malformed: Error { package var message: String }

  package init(_ json: JSONValue) throws(Malformed) {
    guard let expression = json["expr"]?.text else { throw Malformed(message: "it has no `expr`") }
    self.expression = expression
    name = ["file", "section", "name"].compactMap { json[$0]?.text }.joined(separator: "/")
    container = json["container"]?.text ?? ""
    isChecked = json["disable_check"] != .bool(true)
    isEvaluated = json["check_only"] != .bool(true)
    for declaration in json["type_env"]?.elements ?? [] { try declare(declaration) }
    for (name, binding) in json["bindings"]?.members ?? [] {
      bindings[name] = try Value(conformance: binding)
      if !variables.contains(where: { $0.name == name }) { variables.append((name, .dyn)) }
    }
    type = try json["deduced_type"].map { json throws(Malformed) in try ValueType(conformance: json) }
    if let value = json["value"] {
      expected = .value(try Value(conformance: value))
    } else if json["error"] != nil {
      expected = .error
    }
    guard expected != nil || type != nil || !isEvaluated else { throw Malformed(message: "it does not say what is expected") }
  }

  private mutating func declare(_ json: JSONValue) throws(Malformed) {
    guard let name = json["name"]?.text else { throw Malformed(message: "a declaration has no name") }
    if let type = json["ident"]?["type"] {
      variables.append((name, try ValueType(conformance: type)))
    } else if let overloads = json["function"]?["overloads"]?.elements {
      var entry = FunctionEntry(
        name, .variadic { (_) throws(EvaluationError) in throw .invalid("`\(name)` is declared, and has no implementation") })
      for overload in overloads {
        var names: [String] = []
        var parameters: [ValueType] = []
        for parameter in overload["params"]?.elements ?? [] {
          parameters.append(try ValueType(conformance: parameter, parameters: &names))
        }
        let result = try overload["resultType"].map { json throws(Malformed) in
          try ValueType(conformance: json, parameters: &names)
        }
        let isMethod = overload["isInstanceFunction"] == .bool(true)
        entry.overloads.append(Overload(isMethod: isMethod, parameters: parameters, result: result ?? .dyn))
      }
      functions[name] = entry
    }
  }

  // MARK: - Running

  /// What was expected, and what came instead.
  package struct Failure: Sendable {
    package var expected: String
    package var got: String
  }

  /// Parses, checks and evaluates the case. Nil: it came out as it should.
  package func failure() -> Failure? {
    let outcome = self.outcome()
    if let type, let found = outcome.type, found != type {
      return Failure(expected: "the type \(type.described)", got: "the type \(found.described)")
    }
    switch (expected, outcome.result) {
    case (nil, .success): return nil
    case (.error?, .failure): return nil
    case (.value(let wanted)?, .success(let value?)) where value.isSame(as: wanted): return nil
    case (_, let result):
      let wanted: String =
        switch expected {
        case .value(let wanted)?: wanted.celText
        case .error?: "an error"
        case nil: type.map { "the type \($0.described)" } ?? "no error"
        }
      switch result {
      case .success(let value): return Failure(expected: wanted, got: value?.celText ?? "no error")
      case .failure(let mistake): return Failure(expected: wanted, got: "error: \(mistake.message)")
      }
    }
  }

  private struct Mistake: Error { var message: String }

  private func outcome() -> (type: ValueType?, result: Result<Value?, Mistake>) {
    var session = ExpressionSession()
    (session.container, session.isChecked, session.functions) = (container, isChecked, functions)
    for variable in variables { session.declare(variable.name, variable.type, bindings[variable.name]) }
    let checked = session.check(SourceText(file: "expr", text: expression))
    guard let program = checked.program else {
      return (nil, .failure(Mistake(message: checked.diagnostics.first?.message ?? "no expression")))
    }
    guard isEvaluated else { return (program.type, .success(nil)) }
    do {
      return (program.type, .success(try session.evaluate(program)))
    } catch {
      return (program.type, .failure(Mistake(message: error.message)))
    }
  }
}
