internal import EventModel
internal import RuleLanguage

/// Conditions and obligations (language.md 12, 13).
extension NaiveRule {
  func conditions() -> NaiveJudgement {
    var judgement = NaiveJudgement()
    for a in matches(0, late: true, broken: true) {
      let at = a.event.time.microseconds
      guard isInEffect(at: at), !asksTables || at < clock else { continue }
      let values = activation([0: a.event], key: a.key)
      let truth = a.isBroken ? .unknown("error") : rule.when.map { judge($0, values) } ?? .holds
      if let reason = truth.reason { judgement.undetermined.append(undetermined(a.key, at: at, reason)) }
      if truth == .holds {
        judgement.violations.append(
          violation(anchor: [anchor(a.event)], at: at, key: a.key, values, evidence: [("on", a.event)]))
      }
      if doubt.isRaised { judgement.uncertain.insert(a.key) }
      doubt.isRaised = false
    }
    // Two events of two partitions with one id are one violation, of which any may be the one that stands.
    if rule.notes.suppress != nil || !rule.notes.corrections.isEmpty {
      for (_, same) in Dictionary(grouping: judgement.violations, by: \.said.id) where Set(same.map(\.said)).count > 1 {
        judgement.uncertain.formUnion(same.map(\.key))
      }
    }
    return judgement
  }

  func obligations(_ obligation: Obligation) -> NaiveJudgement {
    var judgement = NaiveJudgement()
    for a in matches(0, broken: true) where isInEffect(at: a.event.time.microseconds) { judge(a, obligation, &judgement) }
    return judgement
  }

  private func judge(_ a: NaiveMatch, _ obligation: Obligation, _ judgement: inout NaiveJudgement) {
    let (reach, time) = (obligation.reach, a.event.time.microseconds)
    let values = activation([0: a.event], key: a.key)
    func give(up reason: String) { judgement.undetermined.append(undetermined(a.key, at: time, reason)) }
    if a.isBroken { return give(up: "error") }
    let end: Int64
    switch deadline(a.event, reach, values) {
    case .at(let instant): end = instant
    case .unknown(let reason): return give(up: reason)
    }
    let steps = [(obligation.expected, "expect", "late")] + (obligation.excuse.map { [($0, "unless", "excused")] } ?? [])
    let width = steps.map { largestSkew(a, $0.0) }.max() ?? 0
    var broken = false
    // The first event after the span that puts it right, with the role that it has in the evidence.
    var late: (role: String, reason: String, event: NaiveEvent)?
    for (pattern, role, reason) in steps {
      for b in partners(pattern, of: a, bound: [0: a.event], keptUntil: max(end + width, end + remember), &judgement) {
        if isInSpan(a, b.event, pattern, reach, until: end, .widened) {
          if !b.isBroken { return }
          broken = true
          continue
        }
        let skew = isAlike(a, b.event, pattern) ? 0 : skew(a.event, b.event)
        let at = b.event.time.microseconds
        if reach.direction != .before, !b.isBroken, at > end + skew, at <= end + remember, at < clock {
          if late == nil || precedes(b.event, late!.event) { late = (role, reason, b.event) }  // not nil: tested before
        }
      }
    }
    guard end + width < clock else { return }
    if broken { return give(up: "error") }
    let first = time - (reach.direction == .after ? 0 : model.length(reach.within)) - width
    if first < known { return give(up: "history") }
    var evidence = [(role: "on", event: a.event)]
    if let late { evidence.append((late.role, late.event)) }
    judgement.violations.append(
      violation(
        anchor: [anchor(a.event)], at: end, key: a.key, values, evidence: evidence, state: late == nil ? "open" : "resolved",
        reason: late?.reason, width: width))
  }
}
