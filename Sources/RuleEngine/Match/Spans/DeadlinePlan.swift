internal import EventModel
internal import RuleLanguage

/// When a span that looks ahead ends, resolved (language.md 11). In microseconds.
enum DeadlinePlan: Sendable {
  case within(Int64)
  case hours(OpeningHours, Int64)
  /// The deadline is a timestamp of A's fields, at most so long after A.
  case due(CheckedExpression, atMost: Int64)

  init(_ reach: Reach, _ plan: RulePlan) {
    let length = plan.microseconds(reach.within)
    if let due = reach.due {
      self = .due(due, atMost: length)
    } else if let hours = reach.counting {
      self = .hours(plan.hours[hours], length)
    } else {
      self = .within(length)
    }
  }

  /// The end of the span that begins at an instant, as it is shown: not widened. Without one the verdict is undetermined.
  func instant(after time: Int64, _ values: @autoclosure () -> some Activation) -> Result<Int64, UndeterminedReason> {
    switch self {
    case .within(let length): return .success(time + length)
    case .hours(let hours, let length): return .success(hours.deadline(time, open: length))
    case .due(let expression, let most):
      var value = try? expression.evaluate(values())
      if case .optional(let inner)? = value { value = inner }
      guard case .timestamp(let due)? = value else { return .failure(.error) }
      let instant = due.eventTime.microseconds
      if instant > time + most { return .failure(.horizon) }
      return .success(max(instant, time))
    }
  }

  /// How long such a span is at most; nil: no instant says.
  var longest: Int64? {
    switch self {
    case .within(let length), .due(_, let length): length
    case .hours: nil
    }
  }
}
