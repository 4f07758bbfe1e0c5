internal import EventModel
internal import RuleLanguage

/// What `over all from P retain D` remembers of a key: the events of its history, and the runs of truth that may still change.
///
/// Like a sliding window it is looked at at each instant at which something enters or leaves, up to `cursor`; an event dated before that
/// turns the cursor back. All of a history's events stand in it, so totals are only added to, and added up anew after a turn.
struct HistoryState: KeyState {
  private var log = PagedLog<WindowElement>(origin: 3, stride: 1)
  var runs = LimitRuns()
  /// The last instant that was looked at; nil: none was.
  private var cursor: Int64?
  /// The events that follow one another by at most D, as of the cursor; nil: there are none.
  private var chain: Chain?
  /// The totals of the history as of the cursor; nil: they are to be added up.
  private var totals: WindowTotals?
  /// The chain at the cursor is to be found among the events.
  private var isLost = false
  /// K, as it was when the history was looked at.
  private var since: Int64 = 0
  private var stored: Looked?

  /// What its row says of how far it was looked at.
  private struct Looked: Equatable {
    var cursor: Int64
    var since: Int64
    var chain: Chain?
  }

  private struct Chain: Equatable {
    /// When it begins, and its last event.
    var start: Int64
    var last: Int64
    /// Its first P opened the history, for sure (language.md 16.5).
    var isHistory: Bool
  }

  init(_ plan: LimitPlan) {}

  var isEmpty: Bool { log.isEmpty && runs.isEmpty && runs.ledger.isEmpty }
  var size: Int { log.size + runs.size + (totals?.size ?? 0) }
  mutating func prefetch(_ distance: Prefetch) { log.prefetch(distance) }

  mutating func insert(_ element: WindowElement, _ plan: LimitPlan) {
    let time = element.ref.time.microseconds
    if log.isEmpty, runs.isEmpty { (cursor, chain, totals) = (nil, nil, nil) }
    if let cursor, time <= cursor { turnBack(to: time - 1, plan) }
    log.insert(element, plan.window)
  }

  mutating func doubt(from instant: Int64, _ clock: RuleClock, _ plan: LimitPlan) {
    turnBack(to: max(instant - 1, clock.horizon), plan)
  }

  private mutating func turnBack(to instant: Int64, _ plan: LimitPlan) {
    guard let cursor, instant < cursor else { return }
    self.cursor = instant
    totals = nil
    if let known = chain, known.start <= instant {
      log.search(in: known.start...instant, backwards: true, plan.window) { element in
        chain?.last = element.ref.time.microseconds
        return false
      }
    } else {
      chain = nil
      isLost = true
    }
    runs.turnBack(to: instant)
  }

  // MARK: Looking

  mutating func look(_ moment: Moment, _ plan: LimitPlan) {
    let clock = moment.clock
    if cursor != nil, since != clock.since { turnBack(to: clock.floor, plan) }
    since = clock.since
    var target = clock.now - 1
    // Which event is a key's first is not known before K is.
    if plan.isEarly, since != -RuleClock.past, let last = log.last { target = max(target, last) }
    if cursor == nil { cursor = min(clock.floor, target) }
    if isLost, let cursor { replay(to: cursor, plan) }
    while let instant = nextInstant(plan), instant <= target {
      cursor = instant
      if let chain, instant > chain.last + plan.length { leave(at: instant, plan, moment) } else { enter(at: instant, plan, moment) }
    }
    if let cursor, target > cursor { self.cursor = target }
    if !log.isLong { totals = nil }
  }

  /// Finds the chain that there was at an instant.
  private mutating func replay(to instant: Int64, _ plan: LimitPlan) {
    (chain, isLost) = (nil, false)
    var next = log.first
    while let time = next, time <= instant {
      if let known = chain, time > known.last + plan.length { chain = nil }
      extend(at: time, plan)
      next = log.firstTime(after: time)
    }
    if let known = chain, instant > known.last + plan.length { chain = nil }
  }

  private func nextInstant(_ plan: LimitPlan) -> Int64? {
    guard let cursor else { return nil }
    let enters = log.firstTime(after: cursor)
    // A chain that is over leaves the instant after the last at which an event belongs to it.
    let leaves = chain.map { $0.last + plan.length + 1 }
    guard let enters, let leaves else { return enters ?? leaves }
    return min(enters, leaves)
  }

  /// The history is over, and forgotten: an open violation stays as it is.
  private mutating func leave(at instant: Int64, _ plan: LimitPlan, _ moment: Moment) {
    (chain, totals) = (nil, nil)
    if runs.isOpen { runs.abandon(at: instant) }
    if log.firstTime(after: instant - 1) == instant { enter(at: instant, plan, moment) }
  }

  private mutating func enter(at instant: Int64, _ plan: LimitPlan, _ moment: Moment) {
    let isNew = chain == nil
    extend(at: instant, plan)
    guard let chain, chain.isHistory else {
      log.forEach(in: instant...instant, plan.window) { element in
        if (element.matched | element.unsure) & plan.rule.onBits != 0 {
          moment.effects.undetermined(plan.rule, .noHistory, key: moment.key.bytes, at: instant)
        }
      }
      totals = nil
      return
    }
    if isNew, plan.holdsWhenEmpty(moment.key) { runs.beginSilently(at: instant) }
    let range = chain.start...instant
    if let totals {
      log.forEach(in: instant...instant, plan.window) { totals.add($0) }
    } else {
      let totals = WindowTotals(plan.window)
      log.forEach(in: range, plan.window) { totals.add($0) }
      self.totals = totals
    }
    guard let totals else { return }
    let activation = WindowActivation(
      plan: plan.rule, keySource: moment.key, totals: totals, events: WindowEvents(log: log, range: range, plan: plan.window),
      instant: instant)
    if let holds = plan.truth(activation, instant, moment) { runs.change(to: holds, at: instant, activation) }
  }

  /// The events of an instant join the chain, or begin one.
  private mutating func extend(at instant: Int64, _ plan: LimitPlan) {
    if let known = chain {
      chain = Chain(start: known.start, last: instant, isHistory: known.isHistory)
      return
    }
    guard let opening = plan.opening, opens(instant, opening.pattern, plan) else { return }
    let isSure = opening.isOnce ? instant >= since : instant - plan.length >= since
    chain = Chain(start: instant, last: instant, isHistory: isSure)
  }

  private func opens(_ instant: Int64, _ pattern: Int, _ plan: LimitPlan) -> Bool {
    var isOpening = false
    log.forEach(in: instant...instant, plan.window) { if $0.matched & (1 << PatternBits(pattern)) != 0 { isOpening = true } }
    return isOpening
  }

  // MARK: Forgetting

  mutating func forget(_ clock: RuleClock, _ plan: LimitPlan) {
    if let chain {
      // What came before it may still be linked to it by a late event, unless it begins before all that may come.
      if chain.start <= clock.horizon { log.removePages(before: chain.start) }
    } else if let last = log.last, last + plan.length < clock.horizon {
      log.removePages(before: .max)
    }
    runs.forget(clock, plan, isWindowEmpty: log.isEmpty)
  }

  func due(_ plan: LimitPlan) -> Int64 {
    var due = runs.due(plan, isWindowEmpty: log.isEmpty)
    guard let first = log.first, let last = log.last else { return due }
    due = min(due, last + plan.length + plan.lateness + 2)
    if !plan.isEarly || runs.isOpen {
      if let next = cursor == nil ? first : nextInstant(plan) { due = min(due, next + 1) }
    }
    return due
  }

  // MARK: Rows

  mutating func drain(_ plan: LimitPlan, _ body: (PartChange) -> Void) {
    runs.drain(body)
    log.drain(body)
    let looked = isEmpty ? nil : cursor.map { Looked(cursor: $0, since: since, chain: chain) }
    guard looked != stored else { return }
    let bytes = looked.map { looked in
      var row = RowWriter()
      row.signed(looked.cursor)
      row.signed(looked.since)
      if let chain = looked.chain {
        row.byte(chain.isHistory ? 1 : 0)
        row.signed(chain.start)
        row.signed(chain.last)
      }
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
    since = row.signed()
    if !row.isAtEnd {
      let isHistory = row.byte() == 1
      chain = Chain(start: row.signed(), last: row.signed(), isHistory: isHistory)
    }
    (self.cursor, stored) = (cursor, Looked(cursor: cursor, since: since, chain: chain))
  }
}
