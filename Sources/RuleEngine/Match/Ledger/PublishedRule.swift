internal import RuleLanguage

/// Under which name a violation is said: a lifecycle is two rules to those who read (language.md 17), all else is one.
enum PublishedRule: UInt8, Sendable {
  case own, illegalTransition, overdue
}

extension RulePlan {
  /// The name that records, ids and other rules have for it.
  func name(of published: PublishedRule) -> String {
    switch published {
    case .own: rule.name
    case .illegalTransition: rule.verdictNames[0]
    case .overdue: rule.verdictNames[1]
    }
  }

  /// The name that ids have for it: that before a renaming (language.md 24.2).
  func stableName(of published: PublishedRule) -> String {
    switch published {
    case .own: rule.stableName
    case .illegalTransition: "\(rule.stableName).illegal_transition"
    case .overdue: "\(rule.stableName).overdue"
    }
  }

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
