internal import EventModel
internal import RuleLanguage

/// `on A expect B within D unless C`, resolved. Spans are in microseconds.
struct ObligationPlan: Sendable {
  /// B and C, as what is kept of them names them.
  enum Step: Int, CaseIterable, Sendable { case expect, unless }

  let rule: RulePlan
  let direction: Obligation.Direction
  let deadline: DeadlinePlan
  /// D; with `due` the most that it may be. Of open hours no instant knows how long they take.
  let length: Int64
  let remember: Int64
  /// Index into `CheckedRule.patterns` of A, and of B and C.
  let on: Int
  let patterns: [Step: Int]
  /// The part of B's or C's `where` that reads A, too.
  let residuals: [Step: CheckedExpression]
  /// By pattern, the fields that are kept of its events: what notes read of A, and what the residuals read.
  let kept: [[FieldPath]]
  /// By kind of A, by kind of B or C, by step.
  private let pairs: [[[Pair]]]
  /// By kind of A: the largest widening of any span.
  private let largest: [Int64]

  /// How a kind of A and a kind of B or C stand to each other.
  private struct Pair: Sendable {
    /// Each could stand in the other's place (language.md 2.8).
    var isAlike: Bool
    /// By how much the span is widened at both ends (language.md 11.3).
    var skew: Int64
  }

  init(_ plan: RulePlan, _ obligation: Obligation, residual: (_ pattern: Int) -> CheckedExpression?) {
    rule = plan
    direction = obligation.direction
    deadline = DeadlinePlan(obligation.reach, plan)
    length = plan.microseconds(obligation.within)
    remember = plan.microseconds(plan.rule.notes.remember)
    guard let on = plan.rule.patterns.firstIndex(where: { $0.role == .on }) else { preconditionFailure("an obligation has an event") }
    self.on = on
    var patterns = [Step.expect: obligation.expected]
    if let excuse = obligation.excuse { patterns[.unless] = excuse }
    self.patterns = patterns
    let residuals = patterns.compactMapValues(residual)
    self.residuals = residuals

    var kept: [[FieldPath]] = plan.rule.patterns.map { _ in [] }
    let readers = Step.allCases.compactMap { residuals[$0] } + plan.rule.notes.allExpressions
    for expression in readers {
      expression.forEachField { pattern, path in
        if !kept[pattern].contains(path) { kept[pattern].append(path) }
      }
    }
    self.kept = kept

    let kinds = plan.kinds.kinds
    pairs = kinds.map { a in
      kinds.map { b in
        Step.allCases.map { step in
          guard let pattern = patterns[step] else { return Pair(isAlike: false, skew: 0) }
          let (first, second) = (plan.rule.patterns[on].kinds, plan.rule.patterns[pattern].kinds)
          let isAlike = [a.kind, b.kind].allSatisfy { first.contains($0) && second.contains($0) }
          let skews = [a, b].map { plan.streams[$0.kind.stream].skew.microseconds }
          return Pair(isAlike: isAlike, skew: isAlike || a.rank == b.rank ? 0 : max(skews[0], skews[1]))
        }
      }
    }
    largest = pairs.map { byKind in
      zip(kinds, byKind).flatMap { kind, bySteps in
        Step.allCases.filter { step in patterns[step].map { plan.rule.patterns[$0].kinds.contains(kind.kind) } ?? false }
          .map { bySteps[$0.rawValue].skew }
      }.max() ?? 0
    }
  }

  /// The deadline follows from A's time alone.
  var isFixed: Bool { if case .within = deadline { true } else { false } }

  func fixedDeadline(_ time: Int64) -> Int64 { time + (direction == .before ? 0 : length) }

  /// The end of the widest span: when the clock is past it, all that could meet A is known.
  func end(_ anchor: Anchor) -> Int64 { anchor.deadline + largest[Int(anchor.ref.kind)] }

  /// The first clock at which a violation is forgotten.
  func forgotten(_ anchor: Anchor) -> Int64 { anchor.deadline + remember + rule.lateness + 1 }

  /// The first instant that the verdict about A looks at.
  func begin(_ anchor: EventRef) -> Int64 {
    anchor.time.microseconds - (direction == .after ? 0 : length) - largest[Int(anchor.kind)]
  }

  /// The largest widening of any span of the rule.
  var widest: Int64 { largest.max() ?? 0 }

  /// B or C is in A's span.
  func spanHolds(_ anchor: Anchor, _ other: EventRef, _ step: Step) -> Bool {
    if anchor.ref == other { return false }
    let pair = pairs[Int(anchor.ref.kind)][Int(other.kind)][step.rawValue]
    let (a, b) = (anchor.ref.time.microseconds, other.time.microseconds)
    let isAfter = b >= a - pair.skew && b <= anchor.deadline + pair.skew
    let isBefore = b <= a + pair.skew && b >= a - length - pair.skew
    switch direction {
    case .after: return isAfter && !(pair.isAlike && other < anchor.ref)
    case .before: return isBefore && !(pair.isAlike && anchor.ref < other)
    case .around: return isAfter || isBefore
    }
  }

  /// B or C is dated after A's span, but not by more than `remember`: it came late.
  func isLate(_ anchor: Anchor, _ other: EventRef, _ step: Step) -> Bool {
    guard direction != .before else { return false }
    let pair = pairs[Int(anchor.ref.kind)][Int(other.kind)][step.rawValue]
    let b = other.time.microseconds
    return b > anchor.deadline + pair.skew && b <= anchor.deadline + remember
  }

  /// The times of the A that a B or C of that time can concern.
  func concerned(by time: Int64) -> ClosedRange<Int64> {
    let latest = time + widest + (direction == .after ? 0 : length)
    if case .hours = deadline { return RuleClock.past...latest }
    switch direction {
    case .before: return (time - widest)...latest
    case .after, .around: return (time - length - max(widest, remember))...latest
    }
  }

  /// The times of the B and C that can concern an A.
  func concerning(_ anchor: Anchor) -> ClosedRange<Int64> {
    let time = anchor.ref.time.microseconds
    let earliest = time - widest - (direction == .after ? 0 : length)
    switch direction {
    case .before: return earliest...(time + widest)
    case .after, .around: return earliest...(anchor.deadline + max(widest, remember))
    }
  }

  /// All A before an instant have an answer of that time after their span; the distant past: there is no telling.
  func answered(by time: Int64) -> Int64 {
    if case .hours = deadline { return RuleClock.past }
    return time - length - widest
  }

  /// A B or C of that time is kept until the clock is past this: then no A that still counts can have it in its span.
  var keptBehind: Int64 { widest + (direction == .after ? 0 : length) + rule.lateness }
}
