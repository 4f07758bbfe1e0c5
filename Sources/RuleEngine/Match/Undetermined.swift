package import EventModel
internal import RuleLanguage

/// Why a verdict cannot be given (language.md 10.2).
enum UndeterminedReason: String, Error, Sendable {
  case error, history, horizon
  case noHistory = "no history"
  case noRow = "no row"

  init(_ error: EvaluationError) {
    switch error.cause {
    case .noRow: self = .noRow
    case .history: self = .history
    default: self = .error
    }
  }
}

/// A verdict that could not be given: of which rule and key, and of which instant.
package struct Undetermined: Sendable {
  package var rule: String
  package var reason: String
  /// Its parts, as records show them: name and value.
  package var key: [(name: String, value: Value)]
  package var at: EventTime
}
