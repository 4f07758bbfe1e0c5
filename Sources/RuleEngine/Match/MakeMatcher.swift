internal import RuleLanguage

/// The matcher of a rule, by its form; nil: the rule is off. `residual` is the part of a pattern's `where` that reads other patterns.
func makeMatcher(
  _ plan: RulePlan, program: CheckedProgram, residual: (_ pattern: Int) -> CheckedExpression?
) -> (any Matcher)? {
  guard plan.rule.notes.mode != .off else { return nil }
  switch plan.rule.form {
  case .condition where plan.isConditionByKey:
    return AnchoredMatcher(JoinForm(plan, [], residual: residual), program: program)
  case .condition: return ConditionMatcher(plan, program: program)
  case .obligation(let form):
    let obligation = ObligationPlan(plan, form, residual: residual)
    let onResidual = residual(obligation.on)
    guard onResidual != nil || obligation.residuals.values.contains(where: \.looksUp) else {
      return ObligationMatcher(obligation, program: program)
    }
    return AnchoredMatcher(LookupObligationForm(obligation, onResidual: onResidual), program: program)
  case .limit(.sliding(let span)): return LimitMatcher(plan, sliding: span, program: program)
  case .prohibition(let prohibition): return AnchoredMatcher(ProhibitionForm(plan, prohibition, residual: residual), program: program)
  case .join(let joins): return AnchoredMatcher(JoinForm(plan, joins, residual: residual), program: program)
  case .limit(.all(let opening, let isOnce, let retain)):
    return HistoryMatcher(plan, opening: opening, isOnce: isOnce, retain: retain, program: program)
  case .limit(let window): return WindowLimitMatcher(plan, window, program: program)
  case .lifecycle(let lifecycle): return LifecycleMatcher(LifecyclePlan(plan, lifecycle, residual: residual), program: program)
  case .kpi(let measure): return KPIMatcher(plan, measure, program: program)
  }
}
