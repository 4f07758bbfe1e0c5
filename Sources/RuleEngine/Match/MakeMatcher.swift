internal import RuleLanguage

/// The matcher of a rule, by its form; nil: the rule is off.
func makeMatcher(_ plan: RulePlan, program: CheckedProgram) -> (any Matcher)? {
  guard plan.rule.notes.mode != .off else { return nil }
  switch plan.rule.form {
  case .condition: return ConditionMatcher(plan, program: program)
  case .obligation, .limit, .kpi: return nil
  }
}
