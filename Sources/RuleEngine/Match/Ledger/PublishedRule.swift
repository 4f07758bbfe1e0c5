internal import RuleLanguage

/// Under which name a violation is said: a lifecycle is two rules to those who read (language.md 17), all else is one.
enum PublishedRule: UInt8, Sendable {
  case own, illegalTransition, overdue

  /// What is added to the name of the rule.
  var suffix: String {
    switch self {
    case .own: ""
    case .illegalTransition: ".illegal_transition"
    case .overdue: ".overdue"
    }
  }
}

extension RulePlan {
  /// The name that records and other rules have for it.
  func name(of published: PublishedRule) -> String { rule.name + published.suffix }

  /// As records name the form.
  func patternName(of published: PublishedRule) -> String {
    switch published {
    case .own: patternName
    case .illegalTransition: "illegal_transition"
    case .overdue: "overdue"
    }
  }

  /// Other rules look at these violations.
  func isObserved(_ published: PublishedRule) -> Bool { observed.contains(name(of: published)) }
}
