internal import EventModel
internal import RuleLanguage

/// Prohibitions and chains (language.md 14).
extension NaiveRule {
  func prohibitions(_ prohibition: Prohibition) -> NaiveJudgement {
    var judgement = NaiveJudgement()
    for a in matches(0, broken: true) where isInEffect(at: a.event.time.microseconds) { follow(a, prohibition.steps, &judgement) }
    // What comes too late for a chain, or for what ends one, finds some of the others that it would need forgotten.
    if prohibition.steps.count > 1 || prohibition.steps[0].excuse != nil { judgement.uncertain.formUnion(judgement.revised) }
    return judgement
  }

  private func follow(_ a: NaiveMatch, _ steps: [Prohibition.Step], _ judgement: inout NaiveJudgement) {
    let time = a.event.time.microseconds
    var bound = [0: a.event]
    var start = a
    var evidence = [(role: "on", event: a.event)]
    var (isBroken, width, earliest) = (false, Int64(0), time)
    var kept = time
    for (index, step) in steps.enumerated() {
      if a.isBroken { return judgement.undetermined.append(undetermined(a.key, at: time, "error")) }
      let end: Int64
      switch deadline(start.event, step.reach, activation(bound, key: a.key)) {
      case .at(let instant): end = instant
      case .unknown(let reason): return judgement.undetermined.append(undetermined(a.key, at: time, reason))
      }
      if index == 0 { kept = end }
      let all = partners(step.pattern, of: a, bound: bound, keptUntil: kept, &judgement).filter {
        !$0.isBroken && !sameEvent($0.event, start.event)
          && isInSpan(start, $0.event, step.pattern, step.reach, until: end, .narrowed)
      }
      guard let first = all.first else { return }
      bound[step.pattern] = first.event
      if let excuse = step.excuse {
        let excuses = excuses(excuse, from: start, to: first, of: a, bound: bound, keptUntil: kept, &judgement)
        if excuses.contains(where: { !$0.isBroken }) { return }
        if !excuses.isEmpty { isBroken = true }
        width = max(width, largestSkew(start, excuse), largestSkew(first, excuse))
      }
      earliest = min(earliest, first.event.time.microseconds)
      if index < steps.count - 1 {
        evidence.append(("then", first.event))
        start = first
        continue
      }
      let at = max(time, first.event.time.microseconds)
      let waits = steps.contains { $0.excuse != nil } || asksTables
      if waits, at + width >= clock { return }
      if isBroken { return judgement.undetermined.append(undetermined(a.key, at: time, "error")) }
      if steps.contains(where: { $0.excuse != nil }), earliest - width < known {
        return judgement.undetermined.append(undetermined(a.key, at: time, "history"))
      }
      judgement.violations.append(
        violation(
          anchor: [anchor(a.event)], at: at, key: a.key, activation(bound, key: a.key),
          evidence: evidence + all.prefix(10).map { ("forbid", $0.event) }, omitted: max(0, all.count - 10), width: width))
    }
  }

  /// C from the step's start to its B, both included, or from B to the start where that looks back (14.3, 14.4). One dated as the start
  /// and alike to it is on the side of it that its order says.
  private func excuses(
    _ pattern: Int, from start: NaiveMatch, to b: NaiveMatch, of a: NaiveMatch, bound: [Int: NaiveEvent], keptUntil end: Int64,
    _ judgement: inout NaiveJudgement
  ) -> [NaiveMatch] {
    let isBack = precedes(b.event, start.event)
    return partners(pattern, of: a, bound: bound, keptUntil: end, &judgement).filter { c in
      guard !sameEvent(c.event, start.event), !sameEvent(c.event, b.event) else { return false }
      let time = c.event.time.microseconds
      let (first, last) = isBack ? (b, start) : (start, b)
      let (s, e) = (
        isAlike(first, c.event, pattern) ? 0 : skew(first.event, c.event), isAlike(last, c.event, pattern) ? 0 : skew(last.event, c.event)
      )
      guard time >= first.event.time.microseconds - s, time <= last.event.time.microseconds + e else { return false }
      guard time == start.event.time.microseconds, isAlike(start, c.event, pattern) else { return true }
      return isBack ? precedes(c.event, start.event) : precedes(start.event, c.event)
    }
  }
}
