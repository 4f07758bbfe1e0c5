internal import EventModel
internal import RuleLanguage

/// What a limit remembers of a key: the events that may still matter, and the runs of truth that may still change.
///
/// The truth of the condition is a function of the events: at each instant at which one enters or leaves, the window is looked at
/// (language.md 16.3). `cursor` is the last instant that was looked at. An event dated after it is simply added; one dated before turns
/// the cursor back to it, and what follows is looked at again.
struct LimitState: KeyState {
  private(set) var log: PagedLog<WindowElement>
  var runs = LimitRuns()
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
  }

  init(_ plan: LimitPlan) { log = PagedLog(origin: 3, stride: 1) }

  var isEmpty: Bool { log.isEmpty && runs.isEmpty && runs.ledger.isEmpty }
  mutating func prefetch(_ distance: Prefetch) { log.prefetch(distance) }
  var size: Int { log.size + runs.size + (totals?.size ?? 0) }

  // MARK: Events

  /// Puts an event into the window. `holdsWhenEmpty`: the condition is true of the empty window.
  mutating func insert(_ element: WindowElement, _ plan: LimitPlan, holdsWhenEmpty: () -> Bool) {
    let time = element.ref.time.microseconds
    if log.isEmpty, runs.isEmpty {
      (cursor, totals) = (nil, nil)
      if holdsWhenEmpty() { runs.beginSilently(at: LimitRun.ever) }
    }
    if let cursor, time <= cursor { turnBack(to: time - 1, plan) }
    log.insert(element, plan.window)
  }

  /// The window is looked at again from behind the instant on.
  private mutating func turnBack(to instant: Int64, _ plan: LimitPlan) {
    guard let cursor, instant < cursor else { return }
    if let totals {
      log.forEach(in: (max(instant, cursor - plan.length) + 1)...cursor, plan.window) { totals.remove($0) }
      log.forEach(in: (instant - plan.length + 1)...min(instant, cursor - plan.length), plan.window) { totals.add($0) }
    }
    self.cursor = instant
    runs.turnBack(to: instant)
  }

  /// What is not settled is looked at again from an instant on.
  mutating func doubt(from instant: Int64, _ clock: RuleClock, _ plan: LimitPlan) {
    turnBack(to: max(instant - 1, clock.horizon), plan)
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
      if isLongEmpty(at: instant, plan) {
        runs.abandon(at: instant)
        if plan.holdsWhenEmpty(moment.key) { runs.beginSilently(at: instant) }
      }
      move(to: instant, plan, spare)
      let activation = activation(plan, moment.key)
      guard let holds = judge(activation, instant) else { continue }
      runs.change(to: holds, at: instant, activation)
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
    return WindowActivation(plan: plan.rule, keySource: key, totals: totals, events: events, instant: cursor)
  }

  // MARK: Forgetting

  /// Drops what no event can touch any more.
  mutating func forget(_ clock: RuleClock, _ plan: LimitPlan) {
    log.removePages(before: clock.horizon - plan.length + 1)
    runs.forget(clock, plan, isWindowEmpty: log.isEmpty)
  }

  /// The first clock at which there is something to say or to forget.
  func due(_ plan: LimitPlan) -> Int64 {
    var due = runs.due(plan, isWindowEmpty: log.isEmpty)
    guard let first = log.first, let last = log.last else { return due }
    due = min(due, last + plan.length + plan.lateness + 1)
    // What the next instant brings waits for the clock, but for what an early condition could only lose while it is false.
    if !plan.isEarly || runs.isOpen {
      if let next = cursor == nil ? (plan.isEarly ? first + plan.length : first) : nextInstant(plan) { due = min(due, next + 1) }
    }
    return due
  }

  // MARK: Rows

  mutating func drain(_ plan: LimitPlan, _ body: (PartChange) -> Void) {
    runs.drain(body)
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
    body(PartChange(part: LimitRuns.lookedPart, bytes: bytes, pieces: stored == nil ? 0 : 1))
    stored = looked
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: LimitPlan) {
    self.init(plan)
    guard let bytes = runs.load(parts, into: &log, plan) else { return }
    var row = RowReader(bytes)
    let cursor = row.signed()
    let end = row.byte()
    since = end == 2 ? row.signed() : end == 0 ? RuleClock.past : -RuleClock.past
    (self.cursor, stored) = (cursor, Looked(cursor: cursor, since: since))
  }
}
