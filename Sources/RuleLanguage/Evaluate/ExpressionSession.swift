package import Diagnostics
package import EventModel

/// Expressions outside rules, in CEL's own dialect: what `tenet eval` and the conformance cases evaluate.
package struct ExpressionSession: Sendable {
  /// The name space in which names are looked for first: `com.example`.
  var container = ""
  /// Types are checked before anything is evaluated.
  var isChecked = true
  /// Declared from outside, without implementations.
  var functions: [String: FunctionEntry] = [:]
  private var variables: [(name: String, type: ValueType)] = []
  private var values: [Value?] = []

  package init() {}

  /// A name that expressions may use; nil: it is declared, and has no value.
  mutating func declare(_ name: String, _ type: ValueType, _ value: Value?) {
    variables.append((name, type))
    values.append(value)
  }

  /// A name for a value that was evaluated. Another of that name is hidden.
  package mutating func bind(_ name: String, to value: Value, of type: ValueType) {
    if let index = variables.firstIndex(where: { $0.name == name }) {
      (variables[index].type, values[index]) = (type, value)
    } else {
      declare(name, type, value)
    }
  }

  /// Parses and checks an expression. Without a program there is at least one diagnostic.
  package func check(_ source: SourceText) -> (program: CheckedExpression?, diagnostics: [Diagnostic]) {
    let (syntax, mistakes) = ExpressionSyntax.parse(source, allowsMessages: true)
    guard let syntax, !mistakes.contains(where: { $0.severity == .error }) else { return (nil, mistakes) }
    var checker = ExpressionChecker(dialect: isChecked ? .cel : .uncheckedCEL)
    checker.declaredFunctions = functions
    let checked = checker.check(syntax, variables: variables, container: container)
    return (checked, mistakes + checker.diagnostics)
  }

  package func evaluate(_ program: CheckedExpression) throws(EvaluationError) -> Value {
    var evaluation = Evaluation(values: NoEvents(), locals: values.map { $0 ?? .null })
    for (index, value) in values.enumerated() where value == nil {
      evaluation.broken[index] = EvaluationError(.field(variables[index].name), "`\(variables[index].name)` has no value")
    }
    return try evaluation.value(of: program)
  }
}

/// What CEL's own expressions, and values that are known before events come, read of a rule: nothing.
struct NoEvents: Activation {
  private var nothing: EvaluationError { .invalid("there is no rule here") }
  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? { throw nothing }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { throw nothing }
  var wholeKey: String { "" }
  func param(_ index: Int) -> Value { .null }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { throw nothing }
  func exposure() throws(EvaluationError) -> Value { throw nothing }
  func exposureCurrency() throws(EvaluationError) -> Value { throw nothing }
}
