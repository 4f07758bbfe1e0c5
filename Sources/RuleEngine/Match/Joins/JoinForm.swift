internal import EventModel
internal import RuleLanguage

/// `on A with B as b within D before when e` (language.md 15): A with each, one or all of the events of its spans. Without partners it is a
/// condition that has to wait: it looks up, or `suppress` compares it with others.
struct JoinForm: AnchoredForm {
  struct Partner: Sendable {
    let quantifier: Join.Quantifier
    let pattern: Int
    let span: SpanPlan
    let residual: CheckedExpression?
  }

  let plan: RulePlan
  let kept: KeptPlan
  let on: Int
  let onResidual: CheckedExpression?
  let looksUp: Bool
  let partners: [Partner]
  let window: WindowPlan
  let reachBefore: Int64
  let reachAfter: Int64?
  /// It is said as soon as it is true (language.md 8.3).
  let isEarly: Bool
  /// More events only make it truer: no history is needed for what is true.
  let onlyBecomesTruer: Bool

  init(_ plan: RulePlan, _ joins: [Join], residual: (_ pattern: Int) -> CheckedExpression?) {
    guard let on = plan.rule.patterns.firstIndex(where: { $0.role == .on }) else { preconditionFailure("a join has an event") }
    self.plan = plan
    self.on = on
    onResidual = residual(on)
    looksUp = !plan.rule.tables.isEmpty
    partners = joins.map {
      Partner(
        quantifier: $0.quantifier, pattern: $0.pattern, span: SpanPlan($0.reach, plan, from: on, to: $0.pattern),
        residual: residual($0.pattern))
    }
    window = WindowPlan(plan)
    reachBefore = partners.map(\.span.lengthBefore).max() ?? 0
    reachAfter = partners.reduce(Int64?(0)) { reach, partner in
      reach.flatMap { reach in partner.span.lengthAfter.map { max(reach, $0) } }
    }
    let when = plan.rule.when
    onlyBecomesTruer = when.map { $0.onlyBecomesTruer(plan.rule.aggregates) } ?? true
    let choosesOne = joins.contains { $0.quantifier == .first || $0.quantifier == .last }
    let gathers = joins.contains { $0.quantifier == .all }
    isEarly = !choosesOne && (!gathers || onlyBecomesTruer)
    let readers =
      partners.compactMap(\.residual) + [when, onResidual].compactMap { $0 } + plan.rule.aggregates.compactMap(\.argument)
      + plan.rule.notes.allExpressions
    kept = KeptPlan(plan, for: readers)
  }

  func end(_ anchor: KeptEvent) -> Int64 { partners.reduce(anchor.ref.time.microseconds) { max($0, end($1, anchor)) } }

  /// The end of a partner's span.
  func end(_ partner: Partner, _ anchor: KeptEvent) -> Int64 {
    let time = anchor.ref.time.microseconds
    switch partner.span.deadline {
    case _ where partner.span.direction == .before: return time
    case .within(let length), .due(_, let length): return time + length
    case .hours(let hours, let length): return hours.deadline(time, open: length)
    }
  }

  func judge(_ anchor: KeptAnchor, _ others: PagedLog<KeptEvent>, _ ledger: Ledger, _ key: [Value], _ clock: RuleClock) -> Judgement {
    let isKnown = clock.now > anchor.end
    guard isEarly || isKnown else { return Judgement(next: anchor.end + 1) }
    var events: [KeptEvent] = []
    others.forEach(in: self.others(of: anchor), kept) { if anchor.isConcerned(by: $0) { events.append($0) } }
    var combinations = Combinations(form: self, anchor: anchor.event, events: events, key: key, clock: clock)
    combinations.run()
    var judgement = combinations.judgement
    guard !isKnown else { return judgement }
    // What is said early has the values known then, and is revised once, when all is known.
    judgement.standing = judgement.standing.map { ledger.standing($0.id) ?? $0 }
    judgement.undetermined = nil
    judgement.next = anchor.end + 1
    return judgement
  }
}
