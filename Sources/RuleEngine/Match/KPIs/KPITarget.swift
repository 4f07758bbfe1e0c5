internal import EventModel
internal import RuleLanguage

/// `target >= 0.3 * ago(7d)`, resolved (language.md 18.4): what is good.
struct KPITarget: Sendable {
  let target: Measure.Target
  /// The measure can do nothing but move away from it, so a window is out of it as soon as its value is.
  let isEarly: Bool
  /// A final value is kept for so long after the start of its window: another one may ask for it. nil: none does.
  let memory: Int64?

  init?(_ measure: Measure, _ plan: RulePlan, _ shape: KPIPlan.Shape) {
    guard let target = measure.target else { return nil }
    self.target = target
    let isUpper = ["_<_", "_<=_"].contains(target.comparison.name)
    let isSure = plan.rule.when?.onlyBecomesTruer(plan.rule.aggregates) ?? true
    isEarly = isUpper && isSure && plan.rule.tables.isEmpty && measure.expression.onlyGrows(plan.rule.aggregates)
    var farthest: Int64?
    target.bound.visitAll { part in
      if case .ago(let distance) = part.kind { farthest = max(farthest ?? 0, distance.microseconds) }
    }
    memory = farthest.map { $0 + KPITarget.longest(shape) + plan.lateness }
  }

  /// How far the end of a window may lie behind a time so long after the start of another.
  static func longest(_ shape: KPIPlan.Shape) -> Int64 {
    guard case .grid(.steps(let size, _)) = shape else { return 33 * 86_400_000_000 }
    return size
  }

  /// Which value is asked for, and whether a value is as it should be; nil: there is no telling.
  struct Judgement {
    var bound: Value?
    var isMet: Bool?
    var reason: UndeterminedReason?
  }

  func judge(_ value: Value?, _ activation: WindowActivation) -> Judgement {
    var judgement = Judgement()
    do throws(EvaluationError) {
      let bound = try target.bound.evaluate(activation)
      switch bound {
      case .null, .optional(nil): return judgement
      case .optional(let inner?): judgement.bound = inner
      default: judgement.bound = bound
      }
      guard let value, let bound = judgement.bound else { return judgement }
      judgement.isMet = try target.comparison.apply([value, bound]) == .bool(true)
    } catch {
      if error.cause != .noValue { judgement.reason = UndeterminedReason(error) }
    }
    return judgement
  }
}

extension CheckedExpression {
  /// More events never make it less: `count`, `distinct`, a `sum` of what the schema bounds at 0.
  fileprivate func onlyGrows(_ functions: [WindowFunction]) -> Bool {
    switch kind {
    case .call(let function, let arguments) where function.isObserver: return arguments[0].onlyGrows(functions)
    case .aggregate(let index):
      switch functions[index].name {
      case .count, .distinct: return true
      case .sum: return functions[index].isNonNegative
      default: return false
      }
    default: return false
    }
  }
}
