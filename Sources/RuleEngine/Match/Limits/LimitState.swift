internal import EventModel
internal import RuleLanguage

/// What a limit remembers of a key: the events that may still matter, and the runs of truth that may still change.
///
/// The truth of the condition is a function of the events: at each instant at which one enters or leaves, the window is looked at
/// (language.md 16.3). `cursor` is the last instant that was looked at. An event dated after it is simply added; one dated before turns
/// the cursor back to it, and what follows is looked at again.
struct LimitState: KeyState {
  private(set) var log: PagedLog<WindowElement>
  private static let runsPart: UInt32 = 1
  /// In order of start; they do not overlap.
  var runs: [LimitRun] = []
  var ledger = Ledger()
  /// Runs of this step that were turned back and not found again.
  private var vanished: [LimitRun] = []
  /// Runs changed.
  private var isDirty = false
  private var pieces: UInt16 = 0
  /// nil: it is the horizon, and the condition is false there.
  private(set) var cursor: Int64?
  /// K, as it was when the window was looked at.
  private var since: Int64 = 0
  /// What was written of cursor and K; nil: nothing.
  private var stored: Looked?
  /// The window at the cursor; nil: it is to be added up, from the events. Only a window of many events keeps it from look to look.
  private(set) var totals: WindowTotals?

  private struct Looked: Equatable {
    var cursor: Int64
    var since: Int64
    static let part: UInt32 = 2
  }

  init(_ plan: LimitPlan) { log = PagedLog(origin: 3, stride: 1) }

  var isEmpty: Bool { log.isEmpty && runs.isEmpty && ledger.isEmpty }
  mutating func prefetch(_ distance: Prefetch) { log.prefetch(distance) }

  var size: Int {
    runs.reduce(log.size + ledger.size + (totals?.size ?? 0)) { $0 + ($1.violation?.content.size ?? 0) + 128 }
  }

  // MARK: Events

  /// Puts an event into the window. `holdsWhenEmpty`: the condition is true of the empty window.
  mutating func insert(_ element: WindowElement, _ plan: LimitPlan, holdsWhenEmpty: () -> Bool) {
    let time = element.ref.time.microseconds
    if isEmpty {
      (cursor, totals) = (nil, nil)
      if holdsWhenEmpty() { beginSilently(at: LimitRun.ever) }
    }
    if let cursor, time <= cursor { turnBack(to: time - 1, plan) }
    log.insert(element, plan.window)
  }

  /// Runs that begin after the instant vanish for the time being, and those that end after it are open again.
  private mutating func turnBack(to instant: Int64, _ plan: LimitPlan) {
    guard let cursor, instant < cursor else { return }
    if let totals {
      log.forEach(in: (max(instant, cursor - plan.length) + 1)...cursor, plan.window) { totals.remove($0) }
      log.forEach(in: (instant - plan.length + 1)...min(instant, cursor - plan.length), plan.window) { totals.add($0) }
    }
    self.cursor = instant
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
  private mutating func beginSilently(at instant: Int64) {
    var run = LimitRun(start: instant)
    run.isSilent = true
    runs.append(run)
    isDirty = true
  }

  // MARK: Looking at the window

  /// Looks at every instant up to where it can be said what is true. `judge` says whether the condition holds at the cursor: nil leaves
  /// it as it was. `spare`: for a window of few events.
  mutating func look(
    _ moment: Moment, _ plan: LimitPlan, _ spare: WindowTotals, judge: (WindowActivation, _ instant: Int64) -> Bool?
  ) {
    let clock = moment.clock
    if cursor != nil, since != clock.since { turnBack(to: clock.floor, plan) }
    since = clock.since
    var target = clock.now - 1
    if plan.isEarly, let last = log.last { target = max(target, last) }
    if cursor == nil { cursor = min(clock.floor, target) }
    while let instant = nextInstant(plan), instant <= target {
      if isLongEmpty(at: instant, plan), let last = runs.indices.last {
        (runs[last].end, runs[last].isForgotten, isDirty) = (instant, true, true)
        if plan.holdsWhenEmpty(moment.key) { beginSilently(at: instant) }
      }
      move(to: instant, plan, spare)
      let activation = activation(plan, moment.key)
      guard let holds = judge(activation, instant) else { continue }
      change(to: holds, at: instant, activation, plan)
    }
    if let cursor, target > cursor { self.cursor = target }
    if totals === spare { totals = nil }
  }

  /// The next instant at which an event enters or leaves.
  private func nextInstant(_ plan: LimitPlan) -> Int64? {
    guard let cursor, let last = log.last, last > cursor - plan.length else { return nil }
    let enters = last > cursor ? log.firstTime(after: cursor) : nil
    let leaves = log.firstTime(after: cursor - plan.length).map { $0 + plan.length }
    guard let enters, let leaves else { return enters ?? leaves }
    return min(enters, leaves)
  }

  /// An event enters a window that is empty, so long after an open violation that this is not remembered any more.
  private func isLongEmpty(at instant: Int64, _ plan: LimitPlan) -> Bool {
    guard let last = runs.last, last.end == nil, !last.isSilent, instant > last.start + plan.remember, let cursor else { return false }
    return log.firstTime(after: cursor - plan.length).map { $0 >= instant } ?? true
  }

  /// Moves the window to a later instant.
  private mutating func move(to instant: Int64, _ plan: LimitPlan, _ spare: WindowTotals) {
    guard let cursor else { preconditionFailure("a window that is moved stands somewhere") }
    self.cursor = instant
    let start = instant - plan.length
    guard let totals else {
      let totals = log.isLong ? WindowTotals(plan.window) : spare
      totals.clear()
      log.forEach(in: (start + 1)...instant, plan.window) { totals.add($0) }
      self.totals = totals
      return
    }
    log.forEach(in: (cursor - plan.length + 1)...min(start, cursor), plan.window) { totals.remove($0) }
    log.forEach(in: max(cursor + 1, start + 1)...instant, plan.window) { totals.add($0) }
  }

  private func activation(_ plan: LimitPlan, _ key: KeySource) -> WindowActivation {
    guard let totals, let cursor else { preconditionFailure("a window that is looked at is added up") }
    let events = WindowEvents(log: log, range: (cursor - plan.length + 1)...cursor, plan: plan.window)
    return WindowActivation(plan: plan.rule, keySource: key, totals: totals, events: events)
  }

  /// The condition is true, or false, from the instant on.
  private mutating func change(to holds: Bool, at instant: Int64, _ activation: WindowActivation, _ plan: LimitPlan) {
    let isOpen = runs.last.map { $0.end == nil } ?? false
    guard holds != isOpen else { return }
    isDirty = true
    guard holds else {
      runs[runs.count - 1].end = instant
      return
    }
    runs.append(run(from: instant, activation, plan))
  }

  private mutating func run(from instant: Int64, _ activation: WindowActivation, _ plan: LimitPlan) -> LimitRun {
    // The last ten events of the window are the evidence.
    let shown = activation.events?.last(10) ?? []
    let evidence = Evidence(events: shown.map { (.over, $0) }, omitted: activation.totals.events - shown.count)
    let key = activation.key
    let id = plan.rule.violationID(key: key) { $0.write(EventTime(microseconds: instant).rfc3339) }
    let content = ViolationContent(plan.rule, id: id, at: instant, key: key, evidence: evidence, from: activation)
    // It may have become true at this instant before: the same violation.
    let known = vanished.firstIndex { $0.start == instant }.map { vanished.remove(at: $0) }
    var run = LimitRun(start: instant)
    run.violation = (id, content)
    run.told = known.flatMap { $0.end == nil && $0.violation?.content == content ? $0.told : nil }
    return run
  }

  // MARK: What stands

  /// Tells the ledger which runs there are, where that changed.
  mutating func tell(_ clock: RuleClock, _ plan: LimitPlan) {
    for old in vanished where !runs.contains(where: { $0.start == old.start }) {
      ledger.replace(LedgerOwner(instant: old.start), with: [], plan.rule)
    }
    for index in runs.indices {
      let state: ViolationState = runs[index].isOver(clock.now) ? .resolved : .open
      guard let (id, content) = runs[index].violation, runs[index].told != state else { continue }
      let start = runs[index].start
      let violation = StandingViolation(
        id: id, anchored: start, at: start, settles: start + plan.lateness + 1, state: state,
        reason: state == .resolved ? .falseAgain : nil, content: content)
      ledger.replace(LedgerOwner(instant: start), with: [violation], plan.rule)
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

  /// Drops what no event can touch any more.
  mutating func forget(_ clock: RuleClock, _ plan: LimitPlan) {
    log.removePages(before: clock.horizon - plan.length + 1)
    runs.removeAll { run in
      let isOver =
        run.end.map { $0 <= clock.horizon }
        ?? (log.isEmpty && (run.isSilent || clock.now > run.start + plan.remember + plan.lateness))
      guard isOver else { return false }
      ledger.release(LedgerOwner(instant: run.start))
      isDirty = true
      return true
    }
  }

  /// The first clock at which there is something to say or to forget.
  func due(_ plan: LimitPlan) -> Int64 {
    var due = ledger.due(plan.rule)
    for run in runs where !run.isSilent {
      if let end = run.end {
        due = min(due, run.told == .resolved || run.isForgotten ? end + plan.lateness + 1 : end + 1)
      } else if log.isEmpty {
        due = min(due, run.start + plan.remember + plan.lateness + 1)
      }
    }
    guard let first = log.first, let last = log.last else { return due }
    due = min(due, last + plan.length + plan.lateness + 1)
    // What the next instant brings waits for the clock, but for what an early condition could only lose while it is false.
    if !plan.isEarly || runs.last.map({ $0.end == nil }) ?? false {
      if let next = cursor == nil ? (plan.isEarly ? first + plan.length : first) : nextInstant(plan) { due = min(due, next + 1) }
    }
    return due
  }

  // MARK: Rows

  mutating func drain(_ plan: LimitPlan, _ body: (PartChange) -> Void) {
    if isDirty {
      isDirty = false
      var row = RowWriter()
      for run in runs { run.write(to: &row) }
      let isGone = runs.isEmpty
      if !isGone || pieces > 0 { body(PartChange(part: Self.runsPart, bytes: isGone ? nil : row.bytes, pieces: pieces)) }
      pieces = isGone ? 0 : PartChange.pieces(of: row.bytes.count)
    }
    ledger.drain(body)
    log.drain(body)
    drainLooked(plan, body)
  }

  /// How far the window was looked at needs no row where nothing hangs on it: an early condition that is false stays so until an event
  /// comes.
  private mutating func drainLooked(_ plan: LimitPlan, _ body: (PartChange) -> Void) {
    let isNeeded = !isEmpty && (!plan.isEarly || !runs.isEmpty)
    let looked = isNeeded ? cursor.map { Looked(cursor: $0, since: since) } : nil
    guard looked != stored else { return }
    let bytes = looked.map { looked in
      var row = RowWriter()
      row.signed(looked.cursor)
      let isAtAnEnd = looked.since.magnitude == RuleClock.past.magnitude
      row.byte(isAtAnEnd ? (looked.since < 0 ? 0 : 1) : 2)
      if !isAtAnEnd { row.signed(looked.since) }
      return row.bytes
    }
    body(PartChange(part: Looked.part, bytes: bytes, pieces: stored == nil ? 0 : 1))
    stored = looked
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: LimitPlan) {
    self.init(plan)
    for (part, bytes) in parts {
      guard part > Looked.part else {
        load(fact: part, bytes)
        continue
      }
      log.load(part: part, bytes, plan.window)
    }
    log.sort(plan.window)
  }

  private mutating func load(fact part: UInt32, _ bytes: [UInt8]) {
    if part == Ledger.part {
      ledger = Ledger(bytes)
      return
    }
    var row = RowReader(bytes)
    guard part == Looked.part else {
      while !row.isAtEnd { runs.append(LimitRun(from: &row)) }
      pieces = PartChange.pieces(of: bytes.count)
      return
    }
    let cursor = row.signed()
    let end = row.byte()
    since = end == 2 ? row.signed() : end == 0 ? RuleClock.past : -RuleClock.past
    (self.cursor, stored) = (cursor, Looked(cursor: cursor, since: since))
  }
}
