/// What a transaction makes of leases that end, and of the marks that decide its outcome (protocol.md 5).
extension Transaction {
  mutating func timePassed(at now: Duration) -> [Action] {
    switch (phase, current) {
    case (.idle, _): return hasEffects ? begin(at: now) : release() + [.rest]
    default: return call(current)
    }
  }

  mutating func leases(_ ended: Set<Int>, at now: Duration) -> [Action] {
    precondition(phase == .open && current == .checkLeases, "leases are looked at before the offsets are sent")
    guard ended.isEmpty else {
      lostMeanwhile.formUnion(ended)
      return abort(then: .again(.zero))
    }
    return call(.sendOffsets)
  }

  mutating func lost(_ slots: Set<Int>, at now: Duration) -> [Action] {
    switch phase {
    case .open:
      lostMeanwhile.formUnion(slots)
      return abort(then: .again(.zero))
    case .claimed, .aborting, .doubt:
      lostMeanwhile.formUnion(slots)
      return []
    case .closed, .dead:
      // Whether they were committed is asked for the others' sake, if at all.
      guard hasEffects else { return [.drop(slots)] }
      lostMeanwhile.formUnion(slots)
      return []
    case .idle: return withdraw(slots)
    }
  }

  mutating func found(_ marks: [Int: MarkFound], at now: Duration) -> [Action] {
    precondition(phase == .doubt && current == .readMarks, "marks are read in doubt only")
    failingSince = nil
    let others = Set(marks.filter { $0.value == .other }.keys)
    let verdicts = Set(marks.values.filter { $0 != .other })
    precondition(verdicts.count < 2, "a transaction is committed for all of its slots, or for none")
    lostMeanwhile.formUnion(others)
    if verdicts.first == .sent { return committed(at: now) }
    phase = .idle
    if lostMeanwhile.isEmpty, verdicts.first == .before { return begin(at: now) }
    guard lostMeanwhile.isEmpty else { return withdraw([]) }
    // No lease stands under which anything was sent: the effects are nobody's.
    hasEffects = false
    return release() + [.drop([]), .rest]
  }
}
