internal import EventModel
internal import RuleLanguage

/// The times during which a limit's condition is true for a key, as far as they may still change, and what was said of them.
struct LimitRuns {
  static let part: UInt32 = 1
  /// In order of start; they do not overlap.
  private(set) var runs: [LimitRun] = []
  var ledger = Ledger()
  /// Runs of this step that were turned back and not found again.
  private var vanished: [LimitRun] = []
  private var isDirty = false
  private var pieces: UInt16 = 0

  var isEmpty: Bool { runs.isEmpty }
  /// The condition is true at the instant that was last looked at.
  var isOpen: Bool { runs.last.map { $0.end == nil } ?? false }
  var last: LimitRun? { runs.last }
  var size: Int { runs.reduce(ledger.size) { $0 + ($1.violation?.content.size ?? 0) + 128 } }

  /// Runs that begin after the instant vanish for the time being, and those that end after it are open again.
  mutating func turnBack(to instant: Int64) {
    while let last = runs.last, last.start > instant {
      runs.removeLast()
      if last.told != nil { vanished.append(last) }
      isDirty = true
    }
    if let last = runs.indices.last, let end = runs[last].end, end > instant {
      (runs[last].end, runs[last].isForgotten) = (nil, false)
      isDirty = true
    }
  }

  /// A key whose empty window is true says nothing until it was false (language.md 16.3).
  mutating func beginSilently(at instant: Int64) {
    var run = LimitRun(start: instant)
    run.isSilent = true
    runs.append(run)
    isDirty = true
  }

  /// The key begins anew: an open violation stays as it is (language.md 8.5).
  mutating func abandon(at instant: Int64) {
    guard let last = runs.indices.last else { return }
    (runs[last].end, runs[last].isForgotten, isDirty) = (instant, true, true)
  }

  /// The condition is true, or false, from the instant on.
  mutating func change(to holds: Bool, at instant: Int64, _ activation: WindowActivation) {
    guard holds != isOpen else { return }
    isDirty = true
    if holds {
      runs.append(run(from: instant, activation))
    } else {
      runs[runs.count - 1].end = instant
    }
  }

  private mutating func run(from instant: Int64, _ activation: WindowActivation) -> LimitRun {
    // The last ten events of the window are the evidence.
    let shown = activation.events?.last(10) ?? []
    let evidence = Evidence(events: shown.map { (.over, $0) }, omitted: activation.totals.events - shown.count)
    let (plan, key) = (activation.plan, activation.key)
    let id = plan.violationID(key: key) { $0.write(EventTime(microseconds: instant).rfc3339) }
    let content = ViolationContent(plan, key: key, evidence: evidence, from: activation)
    // It may have become true at this instant before: the same violation.
    let known = vanished.firstIndex { $0.start == instant }.map { vanished.remove(at: $0) }
    var run = LimitRun(start: instant)
    run.violation = (id, content)
    run.told = known.flatMap { $0.end == nil && $0.violation?.content == content ? $0.told : nil }
    return run
  }

  // MARK: What stands

  /// Tells the ledger which runs there are, where that changed.
  mutating func tell(_ clock: RuleClock, _ plan: RulePlan) {
    for old in vanished where !runs.contains(where: { $0.start == old.start }) {
      ledger.replace(LedgerOwner(instant: old.start), with: [], plan)
    }
    for index in runs.indices {
      let state: ViolationState = runs[index].isOver(clock.now) ? .resolved : .open
      guard let (id, content) = runs[index].violation, runs[index].told != state else { continue }
      let start = runs[index].start
      let violation = StandingViolation(
        id: id, anchored: start, at: start, settles: start + plan.lateness + 1, state: state,
        reason: state == .resolved ? .falseAgain : nil, content: content)
      ledger.replace(LedgerOwner(instant: start), with: [violation], plan)
      (runs[index].told, isDirty) = (state, true)
    }
    for old in vanished { linkMoved(old) }
    vanished.removeAll()
  }

  /// Late evidence may move the instant at which the condition became true (language.md 9.2).
  private mutating func linkMoved(_ old: LimitRun) {
    let covering = runs.first { run in
      run.violation != nil && run.start != old.start
        && (run.holds(at: old.start) || (run.start > old.start && run.start < (old.end ?? .max)))
    }
    if let id = old.violation?.id, let other = covering?.violation?.id { ledger.move(id, to: other) }
  }

  // MARK: Forgetting

  /// Drops the runs that no event can touch any more. `isWindowEmpty`: an open violation waits only for what is remembered.
  mutating func forget(_ clock: RuleClock, _ plan: LimitPlan, isWindowEmpty: Bool) {
    runs.removeAll { run in
      let isOver =
        run.end.map { $0 <= clock.horizon }
        ?? (isWindowEmpty && (run.isSilent || clock.now > run.start + plan.remember + plan.lateness))
      guard isOver else { return false }
      ledger.release(LedgerOwner(instant: run.start))
      isDirty = true
      return true
    }
  }

  /// The first clock at which there is something to say or to forget.
  func due(_ plan: LimitPlan, isWindowEmpty: Bool) -> Int64 {
    var due = ledger.due(plan.rule)
    for run in runs where !run.isSilent {
      if let end = run.end {
        due = min(due, run.told == .resolved || run.isForgotten ? end + plan.lateness + 1 : end + 1)
      } else if isWindowEmpty {
        due = min(due, run.start + plan.remember + plan.lateness + 1)
      }
    }
    return due
  }

  // MARK: Rows

  mutating func drain(_ body: (PartChange) -> Void) {
    ledger.drain(body)
    guard isDirty else { return }
    isDirty = false
    var row = RowWriter()
    for run in runs { run.write(to: &row) }
    if !runs.isEmpty || pieces > 0 { body(PartChange(part: Self.part, bytes: runs.isEmpty ? nil : row.bytes, pieces: pieces)) }
    pieces = runs.isEmpty ? 0 : PartChange.pieces(of: row.bytes.count)
  }

  /// The part in which a limit says how far it was looked at.
  static let lookedPart: UInt32 = 2

  /// Takes the rows of a key: its own, and the pages of `log`. Returns what says how far it was looked at.
  mutating func load(
    _ parts: [(part: UInt32, bytes: [UInt8])], into log: inout PagedLog<WindowElement>, _ plan: LimitPlan
  ) -> [UInt8]? {
    var looked: [UInt8]?
    for (part, bytes) in parts {
      switch part {
      case Ledger.part: ledger = Ledger(bytes)
      case Self.part:
        var row = RowReader(bytes)
        while !row.isAtEnd { runs.append(LimitRun(from: &row)) }
        pieces = PartChange.pieces(of: bytes.count)
      case Self.lookedPart: looked = bytes
      default: log.load(part: part, bytes, plan.window)
      }
    }
    log.sort(plan.window)
    return looked
  }
}
