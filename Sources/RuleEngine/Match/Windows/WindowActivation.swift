internal import EventModel
internal import RuleLanguage

/// What expressions read of a key's window at one instant.
struct WindowActivation: Activation {
  let plan: RulePlan
  let key: [Value]
  let totals: WindowTotals
  /// Goes over the events that are in the window.
  let window: ((WindowElement) -> Void) -> Void

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    preconditionFailure("the events of a window are read by window functions only")
  }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { key[index] }
  var wholeKey: String { key.map(\.keyText).joined(separator: "/") }
  func param(_ index: Int) -> Value { plan.params[index] }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { try totals.value(index, in: window) }
}
