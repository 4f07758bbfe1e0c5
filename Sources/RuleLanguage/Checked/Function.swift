package import EventModel

/// A function or operator of the language, with its implementation over values. Identified by its name in CEL.
package struct Function: Sendable {
  /// Arguments are already evaluated; the receiver of a method is the first.
  package enum Body: Sendable {
    case unary(@Sendable (Value) throws(EvaluationError) -> Value)
    case binary(@Sendable (Value, Value) throws(EvaluationError) -> Value)
    case variadic(@Sendable ([Value]) throws(EvaluationError) -> Value)
    /// The value of the first argument, an optional; if it has none, the second argument, which is evaluated only then. `unwraps`:
    /// what the optional holds (`orValue`), else the optional itself (`or`).
    case otherwise(unwraps: Bool)
  }

  package var name: String
  package var body: Body

  package init(_ name: String, _ body: Body) {
    self.name = name
    self.body = body
  }

  package init(name: String, apply: @escaping @Sendable ([Value]) throws(EvaluationError) -> Value) { self.init(name, .variadic(apply)) }

  /// Gives its argument as it is, and tells it: for who wants to know how a part of an expression came out.
  package static func observer(_ tell: @escaping @Sendable (Value) -> Void) -> Function {
    Function(
      observerName,
      .unary { value in
        tell(value)
        return value
      })
  }

  package var isObserver: Bool { name == Self.observerName }

  private static let observerName = "@observe"

  package func apply(_ arguments: [Value]) throws(EvaluationError) -> Value {
    switch body {
    case .unary(let function) where arguments.count == 1: return try function(arguments[0])
    case .binary(let function) where arguments.count == 2: return try function(arguments[0], arguments[1])
    case .variadic(let function): return try function(arguments)
    case .otherwise(let unwraps) where arguments.count == 2:
      guard case .optional(let inner) = arguments[0] else { break }
      return inner.map { unwraps ? $0 : arguments[0] } ?? arguments[1]
    default: break
    }
    throw .noSuchOverload(name, arguments)
  }
}

/// An expression that ends in an error is neither true nor false (language.md 10.3).
package struct EvaluationError: Error, Hashable, Sendable {
  package enum Cause: Hashable, Sendable {
    /// A field that is absent, or is not as its schema says; its path.
    case field(String)
    case overflow, divisionByZero, noSuchKey, indexOutOfRange, invalidArgument, noSuchOverload
    /// `avg` and the like of nothing: no value, which is no error to be counted (3.7).
    case noValue
    /// The table has no row with that key (19.3).
    case noRow
    /// What is asked for lies before what is known (10.2).
    case history
  }
  package var cause: Cause
  package var message: String
  package init(_ cause: Cause, _ message: String) {
    self.cause = cause
    self.message = message
  }
}

/// What an expression reads while it is evaluated.
package protocol Activation {
  /// The field, or nil when it is absent or null. Throws when it is not as its schema says.
  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value?
  func keyPart(_ index: Int) throws(EvaluationError) -> Value
  /// All parts joined by `/`.
  var wholeKey: String { get }
  func param(_ index: Int) -> Value
  func aggregate(_ index: Int) throws(EvaluationError) -> Value
  func exposure() throws(EvaluationError) -> Value
  func exposureCurrency() throws(EvaluationError) -> Value
  /// The row of a table that held at the anchor's time; nil: there was none. Throws when that is not known any more.
  func row(table: Int, key: [Value]) throws(EvaluationError) -> Value?
  /// The KPI's own final value so long before.
  func ago(_ distance: Duration) throws(EvaluationError) -> Value
  /// The state that an entity leaves, or the one that it enters.
  func transition(isTarget: Bool) throws(EvaluationError) -> Value
}

// The checker lets an expression ask only for what is there.
extension Activation {
  package func row(table: Int, key: [Value]) throws(EvaluationError) -> Value? { preconditionFailure("no table is at hand") }
  package func ago(_ distance: Duration) throws(EvaluationError) -> Value { preconditionFailure("only targets look back") }
  package func transition(isTarget: Bool) throws(EvaluationError) -> Value { preconditionFailure("only lifecycles have transitions") }
}
