internal import EventModel
internal import RuleLanguage

/// What an obligation remembers of a key: the A that nothing met yet or that are violated, and the B and C that may still meet one.
/// What stands of an A is folded from the B and C as they come, in whatever order; so an A that is met is forgotten at once.
struct ObligationState: KeyState {
  private(set) var anchors: PagedLog<Anchor>
  private(set) var answers: PagedLog<Answer>
  var ledger = Ledger()
  /// All A dated before this have an answer after their span, so one that is later still concerns none of them. Found again.
  private var answeredBefore = RuleClock.past

  init(_ plan: ObligationPlan) {
    anchors = PagedLog(origin: 2, stride: 2)
    answers = PagedLog(origin: 3, stride: 2)
  }

  var isEmpty: Bool { anchors.isEmpty && answers.isEmpty && ledger.isEmpty }
  var size: Int { anchors.size + answers.size + ledger.size }

  mutating func insert(_ anchor: Anchor, _ plan: ObligationPlan, _ pairing: Pairing) {
    var anchor = anchor
    answers.forEach(in: plan.concerning(anchor), plan) { answer in
      for (step, isUnsure) in pairing.steps(anchor, answer) { _ = anchor.take(answer.ref, step, isUnsure: isUnsure, plan) }
    }
    if anchor.isMet { return }
    answeredBefore = min(answeredBefore, anchor.ref.time.microseconds)
    anchors.insert(anchor, plan)
  }

  /// Takes a B or C: for the A that are kept and, unless it is too late, for those that may still come.
  mutating func insert(_ answer: Answer, isKept: Bool, _ plan: ObligationPlan, _ pairing: Pairing) {
    let time = answer.ref.time.microseconds
    var range = plan.concerned(by: time)
    let isLast = answers.last.map { time > $0 } ?? false
    if isKept { answers.insert(answer, plan) }
    if isLast, !pairing.hasResiduals, answeredBefore > range.lowerBound {
      guard answeredBefore <= range.upperBound else { return }
      range = answeredBefore...range.upperBound
    }
    anchors.update(in: range, plan) { anchor in
      var isChanged = false
      for (step, isUnsure) in pairing.steps(anchor, answer) {
        if anchor.take(answer.ref, step, isUnsure: isUnsure, plan) { isChanged = true }
      }
      // What is met was never violated. One that a late B met is kept: the B is not, and the A may come again.
      if anchor.isMet, !anchor.isViolated, isKept { return .removed }
      return isChanged ? .changed : .kept
    }
    if answer.matched != 0, !pairing.hasResiduals { answeredBefore = max(answeredBefore, plan.answered(by: time)) }
  }

  /// Shows each A for which something has fallen due.
  mutating func decide(_ clock: Int64, _ plan: ObligationPlan, _ body: (inout Anchor, inout Ledger) -> PagedLog<Anchor>.Fate) {
    guard let first = anchors.first, let last = anchors.last else { return }
    var ledger = Ledger()
    swap(&ledger, &self.ledger)
    anchors.update(in: first...last, where: { $0.due <= clock }, plan) { anchor in
      anchor.due(plan) <= clock ? body(&anchor, &ledger) : .kept
    }
    swap(&ledger, &self.ledger)
  }

  /// What was said of the A dated from an instant on, and is not settled, may read otherwise.
  mutating func doubt(from instant: Int64, _ clock: RuleClock, _ plan: ObligationPlan) {
    guard let last = anchors.last, instant <= last else { return }
    anchors.update(in: instant...last, plan) { anchor in
      guard anchor.isViolated, clock.now <= plan.end(anchor) + plan.rule.lateness else { return .kept }
      anchor.isStale = true
      return .changed
    }
  }

  /// Drops what no event can need any more.
  mutating func forget(_ clock: Int64, _ plan: ObligationPlan) { answers.removePages(before: clock - plan.keptBehind) }

  /// The first clock at which there is something to say or to forget.
  func due(_ plan: ObligationPlan) -> Int64 {
    let due = min(anchors.due, ledger.due(plan.rule))
    // B and C alone wait for nothing but their end.
    guard anchors.isEmpty, ledger.isEmpty, let last = answers.last else { return due }
    return last + plan.keptBehind + 1
  }

  mutating func drain(_ plan: ObligationPlan, _ body: (PartChange) -> Void) {
    ledger.drain(body)
    anchors.drain(body)
    answers.drain(body)
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: ObligationPlan) {
    self.init(plan)
    for (part, bytes) in parts {
      switch part {
      case Ledger.part: ledger = Ledger(bytes)
      case _ where part % 2 == 0: anchors.load(part: part, bytes, plan)
      default: answers.load(part: part, bytes, plan)
      }
    }
    anchors.sort(plan)
    answers.sort(plan)
  }
}

/// Whether a B or C is one for a given A: by what is known of it alone, and by the part of its `where` that reads A.
struct Pairing {
  let plan: ObligationPlan
  let key: [Value]

  var hasResiduals: Bool { !plan.residuals.isEmpty }

  /// The steps as which the answer counts for the anchor, each with whether that is in doubt.
  func steps(_ anchor: Anchor, _ answer: Answer) -> [(ObligationPlan.Step, isUnsure: Bool)] {
    ObligationPlan.Step.allCases.compactMap { step in
      let bit = UInt8(1) << UInt8(step.rawValue)
      guard (answer.matched | answer.unsure) & bit != 0 else { return nil }
      let isUnsure = answer.unsure & bit != 0
      guard let residual = plan.residuals[step], let pattern = plan.patterns[step] else { return (step, isUnsure) }
      var fields: [[FieldValue]?] = plan.kept.map { _ in nil }
      fields[plan.on] = anchor.fields
      fields[pattern] = answer.fields[step.rawValue]
      let activation = KeptActivation(fields: fields, paths: plan.kept, key: key, plan: plan.rule)
      guard case .bool(let holds)? = try? residual.evaluate(activation) else { return (step, true) }
      return holds ? (step, isUnsure) : nil
    }
  }
}
