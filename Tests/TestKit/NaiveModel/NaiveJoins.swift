internal import EventModel
internal import RuleLanguage

/// Joins (language.md 15).
extension NaiveRule {
  /// One choice of partners for an A.
  private struct Combination {
    var bound: [Int: NaiveEvent]
    /// Of `each`, in the order of the joins.
    var pairs: [NaiveEvent] = []
    var window: [NaiveMatch] = []
    /// The partners, and what `all` gathered.
    var partners: [NaiveEvent] = []
    var gathered: [NaiveEvent] = []
    /// All that it looks at is known (6.2, 6.3).
    var isKnown = true
  }

  func joins(_ joins: [Join]) -> NaiveJudgement {
    var judgement = NaiveJudgement()
    for a in matches(0, broken: true) where isInEffect(at: a.event.time.microseconds) {
      let time = a.event.time.microseconds
      if a.isBroken {
        judgement.undetermined.append(undetermined(a.key, at: time, "error"))
        continue
      }
      var ends: [Int64] = []
      for join in joins {
        guard case .at(let end) = deadline(a.event, join.reach, activation([0: a.event], key: a.key)) else {
          preconditionFailure("a join has no `due`")
        }
        ends.append(end)
      }
      var combinations = [Combination(bound: [0: a.event])]
      for (join, end) in zip(joins, ends) {
        combinations = combinations.flatMap { extend($0, a, join, end, keptUntil: ends.max() ?? time, &judgement) }
      }
      for combination in combinations { judge(combination, a, joins, ends, &judgement) }
      if doubt.isRaised { judgement.uncertain.insert(a.key) }
      doubt.isRaised = false
    }
    if joins.count > 1 { judgement.uncertain.formUnion(judgement.revised) }
    return judgement
  }

  private func extend(
    _ base: Combination, _ a: NaiveMatch, _ join: Join, _ end: Int64, keptUntil kept: Int64, _ judgement: inout NaiveJudgement
  ) -> [Combination] {
    let all = partners(join.pattern, of: a, bound: base.bound, keptUntil: kept, &judgement)
      .filter { isInSpan(a, $0.event, join.pattern, join.reach, until: end, .asWritten) }
    let sure = all.filter { !$0.isBroken }
    let back = join.reach.direction == .after ? 0 : model.length(join.reach.within)
    let isKnown = a.event.time.microseconds - back >= known
    func with(_ partner: NaiveMatch, isKnown: Bool) -> Combination {
      var one = base
      one.bound[join.pattern] = partner.event
      one.partners.append(partner.event)
      one.isKnown = one.isKnown && isKnown
      return one
    }
    switch join.quantifier {
    case .each:
      return sure.map { partner in
        var one = with(partner, isKnown: true)
        one.pairs.append(partner.event)
        return one
      }
    case .first: return sure.first.map { [with($0, isKnown: isKnown)] } ?? unpaired(a, isKnown, &judgement)
    case .last:
      let isRecent = sure.last.map { $0.event.time.microseconds >= known } ?? false
      return sure.last.map { [with($0, isKnown: isKnown || isRecent)] } ?? unpaired(a, isKnown, &judgement)
    case .all:
      var one = base
      one.window += all
      one.gathered += sure.map(\.event)
      one.isKnown = one.isKnown && isKnown
      return [one]
    }
  }

  /// Without any there is no pair, and no verdict; unless there may have been one that is not known.
  private func unpaired(_ a: NaiveMatch, _ isKnown: Bool, _ judgement: inout NaiveJudgement) -> [Combination] {
    if !isKnown { judgement.undetermined.append(undetermined(a.key, at: a.event.time.microseconds, "history")) }
    return []
  }

  private func judge(
    _ one: Combination, _ a: NaiveMatch, _ joins: [Join], _ ends: [Int64], _ judgement: inout NaiveJudgement
  ) {
    let time = a.event.time.microseconds
    var values = activation(one.bound, key: a.key, over: one.window)
    values.moment = time
    let truth = rule.when.map { judge($0, values) } ?? .holds
    let onlyEach = joins.allSatisfy { $0.quantifier == .each }
    let isEarly = joins.allSatisfy { [.each, .all].contains($0.quantifier) } && (rule.when?.onlyBecomesTruer(rule.aggregates) ?? true)
    let decided = max(ends.max() ?? time, time)
    let mayBeSaid = !asksTables && (onlyEach || isEarly && truth == .holds)
    guard decided < clock || mayBeSaid else { return }
    if let reason = truth.reason { judgement.undetermined.append(undetermined(a.key, at: time, reason)) }
    if !one.isKnown, !mayBeSaid { return judgement.undetermined.append(undetermined(a.key, at: time, "history")) }
    guard truth == .holds else { return }
    let ahead = zip(joins, ends).filter { $0.0.quantifier != .each }.map(\.1)
    let at = ([time] + one.pairs.map(\.time.microseconds) + ahead).max() ?? time
    // Of the gathered the last ten; all in order, each once.
    let gathered = inOrder(one.gathered)
    let with = inOrder(one.partners + gathered.suffix(10))
    judgement.violations.append(
      violation(
        anchor: [anchor(a.event)] + one.pairs.map(anchor), at: at, key: a.key, values,
        evidence: [("on", a.event)] + with.map { ("with", $0) }, omitted: max(0, gathered.count - 10)))
  }

  private func inOrder(_ events: [NaiveEvent]) -> [NaiveEvent] {
    var each: [NaiveEvent] = []
    for event in events where !each.contains(where: { sameEvent($0, event) }) { each.append(event) }
    return each.sorted { precedes($0, $1) }
  }
}
