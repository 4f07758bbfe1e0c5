internal import Diagnostics
internal import EventModel
internal import RuleLanguage

/// What the reader evaluates of a rule: the `where` of each pattern as far as it reads that pattern alone, and a condition's `when`. What
/// looks up in a table is left out of both: the row is known when the clock has passed the event, not at the reading.
struct RuleConditions {
  let rule: CheckedRule
  let patterns: [PatternConditions]
  /// The part of a condition's `when` that looks up; nil: there is none.
  let deferredWhen: CheckedExpression?
  let params: [Value]

  /// `comparisons`: by stream; takes what this rule compares.
  init(_ rule: CheckedRule, index: Int, plan: ReadPlan, params: [Value], comparisons: [ComparisonList]) {
    self.rule = rule
    self.params = params
    let isCondition = if case .condition = rule.form { true } else { false }
    let whens = isCondition ? rule.when?.conjuncts ?? [] : []
    let when = Self.conjunction(whens.filter { !$0.looksUp })
    deferredWhen = Self.conjunction(whens.filter(\.looksUp))
    patterns = rule.patterns.indices.map { pattern in
      let conjuncts = rule.patterns[pattern].where.map(\.conjuncts) ?? []
      let own = conjuncts.filter { $0.reads(only: pattern) && !$0.looksUp }
      let others = conjuncts.filter { !$0.reads(only: pattern) || $0.looksUp }
      let streams = plan.patterns[index][pattern].streams.map { stream, kinds in
        let compiler = PredicateCompiler(
          rule: rule, pattern: pattern, stream: plan.streams[stream], kinds: kinds, params: params, decimalScale: plan.decimalScale,
          comparisons: comparisons[stream])
        return StreamConditions(
          stream: stream, kinds: kinds, isWhole: kinds.count == plan.streams[stream].kinds.count,
          where: Self.conjunction(own).map(compiler.predicate), when: when.map(compiler.predicate))
      }
      return PatternConditions(streams: streams, residual: Self.conjunction(others))
    }
  }

  private static func conjunction(_ parts: [CheckedExpression]) -> CheckedExpression? {
    guard let first = parts.first else { return nil }
    return parts.dropFirst().reduce(first) { whole, part in
      CheckedExpression(.and(whole, part), type: .bool, span: whole.span.joined(with: part.span))
    }
  }
}

struct PatternConditions {
  /// Ascending by stream.
  let streams: [StreamConditions]
  /// The part of `where` that reads other patterns too, or looks up.
  let residual: CheckedExpression?
}

/// The conditions of a pattern on the events of one stream.
struct StreamConditions {
  let stream: Int
  let kinds: [Int]
  /// The kinds are all that the stream has.
  let isWhole: Bool
  let `where`: Predicate?
  let when: Predicate?
}
