internal import EventModel
internal import RuleLanguage

/// `on A expect B within D unless C`, resolved. Spans are in microseconds.
struct ObligationPlan: Sendable {
  /// B and C, as what is kept of them names them.
  enum Step: Int, CaseIterable, Sendable { case expect, unless }

  let rule: RulePlan
  let direction: Obligation.Direction
  let deadline: DeadlinePlan
  let due: CheckedExpression?
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
  /// By step; nil: the rule has no such step.
  private let pairs: [PairTable?]
  /// By kind of A: the largest widening of any span.
  private let largest: [Int64]

  init(_ plan: RulePlan, _ obligation: Obligation, residual: (_ pattern: Int) -> CheckedExpression?) {
    rule = plan
    direction = obligation.direction
    deadline = DeadlinePlan(obligation.reach, plan)
    due = obligation.reach.due
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

    let pairs = Step.allCases.map { step in patterns[step].map { PairTable(plan, on, $0) } }
    self.pairs = pairs
    largest = plan.kinds.kinds.indices.map { kind in pairs.compactMap { $0?.largest[kind] }.max() ?? 0 }
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

  private func pair(_ anchor: EventRef, _ other: EventRef, _ step: Step) -> KindPair {
    guard let pairs = pairs[step.rawValue] else { preconditionFailure("an answer is one of a step that the rule has") }
    return pairs[anchor, other]
  }

  /// B or C is in A's span.
  func spanHolds(_ anchor: Anchor, _ other: EventRef, _ step: Step) -> Bool {
    if anchor.ref == other { return false }
    let pair = pair(anchor.ref, other, step)
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
    let pair = pair(anchor.ref, other, step)
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
