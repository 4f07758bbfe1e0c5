internal import Diagnostics
internal import EventModel
internal import RuleLanguage

/// What the reader evaluates of a rule: the `where` of each pattern as far as it reads that pattern alone, and a condition's `when`.
struct RuleConditions {
  let rule: CheckedRule
  let patterns: [PatternConditions]
  let params: [Value]

  /// `comparisons`: by stream; takes what this rule compares.
  init(_ rule: CheckedRule, index: Int, plan: ReadPlan, params: [Value], comparisons: [ComparisonList]) {
    self.rule = rule
    self.params = params
    let isCondition = if case .condition = rule.form { true } else { false }
    patterns = rule.patterns.indices.map { pattern in
      let conjuncts = rule.patterns[pattern].where.map(PredicateCompiler.conjuncts) ?? []
      let own = conjuncts.filter { $0.reads(only: pattern) }
      let others = conjuncts.filter { !$0.reads(only: pattern) }
      let when = isCondition ? rule.when : nil
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
  /// The part of `where` that reads other patterns too.
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

extension CheckedExpression {
  /// Whether no other pattern's events are read.
  func reads(only pattern: Int) -> Bool {
    switch kind {
    case .literal, .wholeKey, .param, .aggregate, .ago, .transition, .exposure, .exposureCurrency, .local: true
    case .field(let other, _), .hasField(let other, _), .optionalField(let other, _): other == pattern
    // The key of a pair is that of both.
    case .keyPart: true
    case .and(let a, let b), .or(let a, let b), .bind(let a, in: let b): a.reads(only: pattern) && b.reads(only: pattern)
    case .not(let a), .select(let a, _), .hasMember(let a, _), .optionalSelect(let a, _): a.reads(only: pattern)
    case .conditional(let a, let b, let c): [a, b, c].allSatisfy { $0.reads(only: pattern) }
    case .call(_, let arguments), .list(let arguments), .lookup(_, let arguments, _): arguments.allSatisfy { $0.reads(only: pattern) }
    case .map(let members): members.allSatisfy { $0.key.reads(only: pattern) && $0.value.reads(only: pattern) }
    case .comprehension(let c): [c.range, c.initial, c.condition, c.step, c.result].allSatisfy { $0.reads(only: pattern) }
    }
  }
}
