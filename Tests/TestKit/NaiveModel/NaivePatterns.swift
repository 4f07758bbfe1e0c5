internal import EventModel
internal import RuleLanguage

/// Conditions and obligations (language.md 12, 13).
extension NaiveRule {
  func conditions() -> [StandingViolation] {
    matches(0, late: true).compactMap { a in
      if let when = rule.when, truth(when, [0: a.event], key: a.key) != true { return nil }
      return violation(
        anchor: [anchor(a.event)], at: a.event.time.microseconds, key: a.key, bound: [0: a.event], evidence: [("on", a.event)])
    }
  }

  func obligations(_ obligation: Obligation) -> [StandingViolation] {
    let span = model.length(obligation.within)
    let others = Dictionary(uniqueKeysWithValues: ([obligation.expected] + [obligation.excuse].compactMap { $0 }).map { ($0, keyed($0)) })
    return rule.patterns.indices.filter { rule.patterns[$0].role == .on }.flatMap { on in
      matches(on).compactMap { a in judge(a, obligation, span, others) }
    }
  }

  private func judge(
    _ a: NaiveMatch, _ obligation: Obligation, _ span: Int64, _ others: [Int: [[Value]: [NaiveMatch]]]
  ) -> StandingViolation? {
    let direction = obligation.direction
    let deadline = a.event.time.microseconds + (direction == .before ? 0 : span)
    var broken = false
    // The first event after the span that puts it right, with the role that it has in the evidence.
    var late: (role: String, reason: String, event: NaiveEvent)?
    for (pattern, role, reason) in [(obligation.expected, "expect", "late")] + (obligation.excuse.map { [($0, "unless", "excused")] } ?? [])
    {
      for b in candidates(pattern, for: a, others) {
        let skew = isAlike(a, b.event, pattern) ? 0 : skew(a.event, b.event)
        if isInSpan(a, b.event, pattern, direction, span, skew) {
          if b.isBroken { broken = true } else { return nil }
        } else if direction != .before, !b.isBroken, b.event.time.microseconds > deadline + skew,
          b.event.time.microseconds <= deadline + remember
        {
          if late == nil || precedes(b.event, late!.event) { late = (role, reason, b.event) }  // not nil: tested before
        }
      }
    }
    let widest = inputs.map(\.skew.microseconds).max() ?? 0
    guard deadline + widest < clock, !broken else { return nil }
    var evidence = [(role: "on", event: a.event)]
    if let late { evidence.append((late.role, late.event)) }
    return violation(
      anchor: [anchor(a.event)], at: deadline, key: a.key, bound: [a.pattern: a.event], evidence: evidence,
      state: late == nil ? "open" : "resolved", reason: late?.reason)
  }

  /// Events of another pattern with A's key, whose `where` holds given A, or ends in an error.
  private func candidates(_ pattern: Int, for a: NaiveMatch, _ others: [Int: [[Value]: [NaiveMatch]]]) -> [NaiveMatch] {
    let condition = rule.patterns[pattern].where
    return (others[pattern]?[a.key] ?? []).compactMap { b in
      guard !sameEvent(a.event, b.event) else { return nil }
      // What comes too late is taken for the A that are there (5.7).
      if b.event.behind > lateness, b.event.number < a.event.number { return nil }
      guard let condition else { return b }
      var match = b
      switch truth(condition, [a.pattern: a.event, pattern: b.event], key: a.key) {
      case true?: return match
      case false?: return nil
      case nil:
        match.isBroken = true
        return match
      }
    }
  }

  /// Events of a pattern's kinds by their key, whatever their `where` says.
  private func keyed(_ pattern: Int) -> [[Value]: [NaiveMatch]] {
    let all = events.compactMap { event -> NaiveMatch? in
      guard rule.patterns[pattern].kinds.contains(.init(stream: event.stream, kind: event.kind)) else { return nil }
      guard let key = key(of: event, pattern), doesCount(event, key) else { return nil }
      return NaiveMatch(event: event, pattern: pattern, key: key)
    }
    return Dictionary(grouping: all, by: \.key)
  }

  /// Alike: the kinds of both are named by both patterns (2.8).
  private func isAlike(_ a: NaiveMatch, _ b: NaiveEvent, _ pattern: Int) -> Bool {
    let (p, q) = (rule.patterns[a.pattern].kinds, rule.patterns[pattern].kinds)
    return [a.event, b].allSatisfy { e in
      let kind = EventPattern.Kind(stream: e.stream, kind: e.kind)
      return p.contains(kind) && q.contains(kind)
    }
  }

  /// s: between events of different streams the larger skew of the two (11.3).
  private func skew(_ a: NaiveEvent, _ b: NaiveEvent) -> Int64 {
    a.stream == b.stream ? 0 : max(streams[a.stream].skew.microseconds, streams[b.stream].skew.microseconds)
  }

  /// After: [A − s, A + D + s], before: [A − D − s, A + s]; one dated as A is in, unless it is alike and on the other side of A (11.1–11.3).
  private func isInSpan(
    _ a: NaiveMatch, _ b: NaiveEvent, _ pattern: Int, _ direction: Obligation.Direction, _ span: Int64, _ skew: Int64
  ) -> Bool {
    let (start, time) = (a.event.time.microseconds, b.time.microseconds)
    let before = time >= start - span - skew && time <= start + skew
    let after = time >= start - skew && time <= start + span + skew
    let alike = isAlike(a, b, pattern)
    switch direction {
    case .after: return time == start && alike ? precedes(a.event, b) : after
    case .before: return time == start && alike ? precedes(b, a.event) : before
    case .around: return before || after
    }
  }
}
