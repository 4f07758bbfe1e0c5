internal import EventModel
internal import RuleLanguage

/// What a limit over windows that end remembers of a key: the windows that events may still change, with their events, and the run that
/// goes on where they begin.
struct WindowLimitState: KeyState {
  private var log: PagedLog<WindowElement>
  /// Those with events, in order.
  private var windows: [LimitWindow] = []
  private var ledger = Ledger()
  private var facts = Facts() { didSet { isDirty = true } }
  private var isDirty = false
  private var pieces: UInt16 = 0
  /// Windows that ended since the last `drain`.
  private var gone: [LimitWindow] = []
  private var numbers = NumberPool()
  /// The clock of the last look; of this process.
  private var looked = RuleClock.past

  private struct Facts {
    /// The run that goes on, and the last window before those that are kept.
    var open: (run: WindowRun, until: WindowSpan)?
    /// K, as it was when a run was last looked at: only of later windows it is sure that they are empty.
    var since = RuleClock.past
  }

  init(_ plan: WindowLimitPlan) { log = PagedLog(origin: 3, stride: 2) }

  var isEmpty: Bool { windows.isEmpty && facts.open == nil && ledger.isEmpty }
  var size: Int { windows.reduce(log.size + ledger.size) { $0 + $1.size } }
  mutating func prefetch(_ distance: Prefetch) { log.prefetch(distance) }

  // MARK: Events

  mutating func insert(_ element: WindowElement, into span: WindowSpan, _ plan: WindowLimitPlan) {
    log.insert(element, plan.window)
    let place = windows.firstIndex { $0.span.start >= span.start } ?? windows.count
    if place == windows.count || windows[place].span != span {
      windows.insert(LimitWindow(number: numbers.take(), span), at: place)
    }
    windows[place].isTouched = true
    windows[place].totals?.add(element)
  }

  /// Tables say something else from an instant on.
  mutating func doubt(from instant: Int64) {
    for index in windows.indices where windows[index].span.end >= instant { windows[index].isTouched = true }
  }

  // MARK: Looking at the clock

  mutating func look(_ moment: Moment, _ plan: WindowLimitPlan, _ spare: WindowTotals) {
    looked = moment.clock.now
    let before = hasRun ? runs(moment.clock.now, plan) : []
    for index in windows.indices { judge(index, moment, plan, spare) }
    if hasRun, facts.since != moment.clock.since { facts.since = moment.clock.since }
    if hasRun || !ledger.isEmpty {
      ledger.tell(runs(moment.clock.now, plan), before: before, key: moment.key, reason: .falseAgain, plan.rule)
    }
    settle(moment.clock, plan)
    ledger.publish(plan.rule, moment)
  }

  private var hasRun: Bool { facts.open != nil || windows.contains { $0.truth == .breach } }

  /// Judges a window that changed, or that has ended since. What was said early has the values known then until it has ended.
  private mutating func judge(_ index: Int, _ moment: Moment, _ plan: WindowLimitPlan, _ spare: WindowTotals) {
    let window = windows[index]
    let hasEnded = moment.clock.now > window.span.end
    guard hasEnded ? window.isTouched || !window.isDecided : plan.isEarly && window.isTouched && window.truth != .breach else { return }
    let events = WindowEvents(log: log, range: window.span.start...window.span.end - 1, plan: plan.window)
    let totals = window.totals ?? (log.isLong ? WindowTotals(plan.window) : spare)
    if window.totals == nil {
      totals.clear()
      events.forEach { totals.add($0) }
      if totals !== spare { windows[index].totals = totals }
    }
    let activation = WindowActivation(plan: plan.rule, keySource: moment.key, totals: totals, events: events, instant: window.span.end)
    let (truth, reason) = truth(of: window.span, activation, moment, plan, hasEnded: hasEnded)
    if let reason, hasEnded, window.truth != .none || !window.isDecided {
      moment.effects.undetermined(plan.rule, reason, key: moment.key.bytes, at: window.span.start)
    }
    let content = truth == .breach ? content(activation, plan) : nil
    windows[index].judge(truth, content, isDecided: hasEnded)
  }

  private func truth(
    of span: WindowSpan, _ activation: WindowActivation, _ moment: Moment, _ plan: WindowLimitPlan, hasEnded: Bool
  ) -> (LimitWindow.Truth, UndeterminedReason?) {
    do throws(EvaluationError) {
      let isTrue = try plan.condition.evaluate(activation) == .bool(true)
      // What more events only make truer needs no history (language.md 6.3).
      if isTrue, plan.isEarly { return (.breach, nil) }
      if hasEnded, span.start < moment.clock.since { return (.none, .history) }
      return (isTrue ? .breach : .holds, nil)
    } catch {
      return (.none, error.cause == .noValue ? nil : UndeterminedReason(error))
    }
  }

  private func content(_ activation: WindowActivation, _ plan: WindowLimitPlan) -> ViolationContent {
    // The last ten events of the window are the evidence.
    let shown = activation.events?.last(10) ?? []
    let evidence = Evidence(events: shown.map { (.over, $0) }, omitted: activation.totals.events - shown.count)
    return ViolationContent(plan.rule, key: activation.key, evidence: evidence, from: activation)
  }

  // MARK: Runs

  private func runs(_ clock: Int64, _ plan: WindowLimitPlan) -> [WindowRun] {
    var runs = WindowRuns(facts.open?.run)
    var last = facts.open?.until
    for window in windows {
      if runs.isOpen, let gap = gap(behind: last, plan), gap.start < window.span.start {
        runs.add(gap, .holds(isDecided: clock > gap.end))
      }
      runs.add(window.span, window.verdict)
      last = window.span
    }
    if runs.isOpen, let gap = gap(behind: last, plan) { runs.add(gap, clock > gap.end ? .holds(isDecided: true) : .none) }
    return runs.runs
  }

  /// The first window behind one of which it is sure that it is empty if it is not kept.
  private func gap(behind last: WindowSpan?, _ plan: WindowLimitPlan) -> WindowSpan? {
    guard let last else { return nil }
    let next = plan.grid.next(after: last)
    guard next.start < facts.since else { return next }
    // Nothing is known yet.
    if facts.since == -RuleClock.past { return nil }
    let span = plan.grid.spans(holding: facts.since)[0]
    return span.start < facts.since ? plan.grid.next(after: span) : span
  }

  // MARK: Forgetting

  /// Windows that no event can touch any more become part of the run that goes on, or end it.
  private mutating func settle(_ clock: RuleClock, _ plan: WindowLimitPlan) {
    while let (span, verdict) = first(plan), clock.now > span.end, span.end <= clock.horizon + 1 {
      var runs = WindowRuns(facts.open?.run)
      runs.add(span, verdict)
      if let last = runs.runs.last {
        if last.isOver { ledger.release(last.owner) }
        facts.open = last.isOver ? nil : (last, span)
      }
      if windows.first?.span == span { gone.append(windows.removeFirst()) }
    }
    log.removePages(before: windows.first?.span.start ?? .max)
  }

  /// The first window that is not settled, with or without events.
  private func first(_ plan: WindowLimitPlan) -> (WindowSpan, WindowVerdict)? {
    if let open = facts.open, let gap = gap(behind: open.until, plan), windows.first.map({ gap.start < $0.span.start }) ?? true {
      return (gap, .holds(isDecided: true))
    }
    return windows.first.map { ($0.span, $0.verdict) }
  }

  func due(_ plan: WindowLimitPlan) -> Int64 {
    var due = ledger.due(plan.rule)
    for window in windows {
      // By time alone an early condition decides nothing but how a run goes on.
      let waitsForEnd = !window.isDecided && (!plan.isEarly || hasRun)
      due = min(due, window.span.end + (waitsForEnd ? 1 : plan.rule.lateness + 1))
    }
    guard hasRun else { return due }
    var last = facts.open?.until
    for next in windows.map({ Optional($0.span) }) + [nil] {
      if let gap = gap(behind: last, plan), next.map({ gap.start < $0.start }) ?? true {
        due = min(due, gap.end < looked ? gap.end + plan.rule.lateness + 1 : gap.end + 1)
      }
      last = next
    }
    return due
  }

  // MARK: Rows

  // The ledger has part 0, the facts of the key part 1; windows and pages of events follow in turns.

  private static let factsPart: UInt32 = 1
  private static func part(of window: UInt32) -> UInt32 { 2 + window * 2 }

  mutating func drain(_ plan: WindowLimitPlan, _ body: (PartChange) -> Void) {
    ledger.drain(body)
    if isDirty || hasRun != (pieces > 0) {
      let bytes = hasRun ? factsRow : nil
      if bytes != nil || pieces > 0 { body(PartChange(part: Self.factsPart, bytes: bytes, pieces: pieces)) }
      pieces = bytes.map { PartChange.pieces(of: $0.count) } ?? 0
      isDirty = false
    }
    log.drain(body)
    for window in gone {
      window.drainEnd(part: Self.part(of: window.number), body)
      numbers.free(window.number)
    }
    gone.removeAll()
    for index in windows.indices { windows[index].drain(part: Self.part(of: windows[index].number), body) }
  }

  private var factsRow: [UInt8] {
    var row = RowWriter()
    let isUnknown = facts.since == -RuleClock.past
    row.byte((facts.open == nil ? 0 : 1) | (isUnknown ? 2 : 0) | (facts.since == RuleClock.past ? 4 : 0))
    if facts.since.magnitude != RuleClock.past.magnitude { row.signed(facts.since) }
    if let open = facts.open {
      open.run.write(to: &row)
      row.span(open.until)
    }
    return row.bytes
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: WindowLimitPlan) {
    self.init(plan)
    for (part, bytes) in parts {
      if part == Ledger.part {
        ledger = Ledger(bytes)
      } else if part == Self.factsPart {
        var row = RowReader(bytes)
        let flags = row.byte()
        facts.since = flags & 2 != 0 ? -RuleClock.past : flags & 4 != 0 ? RuleClock.past : row.signed()
        if flags & 1 != 0 { facts.open = (WindowRun(from: &row), row.span()) }
        pieces = PartChange.pieces(of: bytes.count)
      } else if part % 2 == 0 {
        let window = LimitWindow(bytes)
        numbers.mark(window.number)
        windows.append(window)
      } else {
        log.load(part: part, bytes, plan.window)
      }
    }
    isDirty = false
    log.sort(plan.window)
    windows.sort { $0.span.start < $1.span.start }
  }
}
