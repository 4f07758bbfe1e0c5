package import EventModel

/// A function or operator of the language, with its implementation over values. Identified by its name in CEL.
package struct Function: Sendable {
  package var name: String
  /// Arguments are already evaluated; the receiver of a method is the first.
  package var apply: @Sendable ([Value]) throws(EvaluationError) -> Value

  package init(name: String, apply: @escaping @Sendable ([Value]) throws(EvaluationError) -> Value) {
    self.name = name
    self.apply = apply
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
}
