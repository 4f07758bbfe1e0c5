internal import EventModel

/// What a lifecycle remembers of an entity: its moves of the last `remember`, where it stood before them, and what was said.
struct LifecycleState: KeyState {
  private var moves = PagedLog<LifecycleMove>(origin: 2, stride: 1)
  private var ledger = Ledger()
  private var record = LifecycleRecord()
  private var checkpoint: Checkpoint?
  /// The first clock at which moves can be folded into where it stood before them. Found again.
  private var foldDue = TimerWheel.never

  /// Where an entity with many moves stood after a run behind which no other event changes what was said of those before. Found again.
  private final class Checkpoint {
    /// When the last event of the run is dated.
    let until: Int64
    let position: LifecyclePosition?
    let due: Int64
    /// K, by which it was judged.
    let since: Int64

    init(until: Int64, _ course: LifecycleCourse) {
      (self.until, position, due, since) = (until, course.position, course.due, course.moment.clock.since)
    }
  }

  init(_ plan: LifecyclePlan) {}

  var isEmpty: Bool { moves.isEmpty && record.position == nil && ledger.isEmpty }
  var size: Int { moves.size + ledger.size }
  mutating func prefetch(_ distance: Prefetch) { moves.prefetch(distance) }

  mutating func insert(_ move: LifecycleMove, _ plan: LifecyclePlan) {
    if let checkpoint, move.ref.time.microseconds <= checkpoint.until + plan.widestSkew { self.checkpoint = nil }
    moves.insert(move, plan)
  }

  /// What becomes of an event that comes too late.
  enum LateFate { case taken, duplicate, missed }

  mutating func insertLate(_ move: LifecycleMove, after earliest: Int64, _ plan: LifecyclePlan) -> LateFate {
    let time = move.ref.time.microseconds
    guard time > max(earliest, record.floor), !isEmpty else { return .missed }
    // The ids that are compared at the reading reach no further back than what is in time.
    if let span = plan.rule.kinds.idSpans[Int(move.ref.stream)] {
      var isKnown = false
      moves.forEach(in: (time - span)...(time + span), plan) { if $0.ref.hasID(of: move.ref) { isKnown = true } }
      if isKnown { return .duplicate }
    }
    insert(move, plan)
    return .taken
  }

  /// Rows of tables say something else.
  mutating func doubt() { checkpoint = nil }

  // MARK: Looking

  mutating func look(_ plan: LifecyclePlan, _ moment: Moment) {
    follow(plan, moment)
    ledger.publish(plan.rule, moment)
  }

  private mutating func follow(_ plan: LifecyclePlan, _ moment: Moment) {
    let clock = moment.clock
    if let known = checkpoint, known.due <= clock.now || foldDue <= clock.now || known.since != clock.since { checkpoint = nil }
    if checkpoint == nil { foldDue = TimerWheel.never }
    var course = LifecycleCourse(
      plan, moment, from: checkpoint.map(\.position) ?? record.position, due: checkpoint?.due ?? TimerWheel.never)
    swap(&course.ledger, &ledger)
    let steps = steps(after: checkpoint?.until ?? RuleClock.past, &course, plan, clock)
    let folded = follow(steps, &course, plan, clock)
    let due = course.finish()
    swap(&course.ledger, &ledger)
    if let last = steps.last, last.time >= record.decided { record.decide(clock.now) }

    if let position = course.position, clock.now >= position.forgotten(plan) {
      drop(until: clock.now - 1, before: nil, plan)
      record.floor = position.end(plan)
      record.wait(TimerWheel.never)
      checkpoint = nil
    } else {
      if let folded { drop(until: folded.until, before: folded.position, plan) }
      record.wait(min(course.due, due, ledger.isEmpty && !moves.isLong ? TimerWheel.never : foldDue))
    }
    mark(course.marked, plan)
  }

  /// The events that are decided and dated after an instant, with their states.
  private mutating func steps(
    after instant: Int64, _ course: inout LifecycleCourse, _ plan: LifecyclePlan, _ clock: RuleClock
  ) -> [LifecycleStep] {
    var steps: [LifecycleStep] = []
    guard instant < clock.now - 1 else { return steps }
    let range = (instant + 1)...(clock.now - 1)
    if plan.isBare {
      moves.forEach(in: range, plan) {
        steps.append(LifecycleStep(ref: $0.ref, state: $0.states.trailingZeroBitCount, marks: $0.marks))
      }
    } else {
      moves.update(in: range, plan) { move in
        let (step, fate) = course.step(of: &move)
        if let step { steps.append(step) }
        return fate
      }
    }
    return steps
  }

  /// Takes the events run by run. Returns up to where moves need not be kept any more, and the position behind them.
  private mutating func follow(
    _ steps: [LifecycleStep], _ course: inout LifecycleCourse, _ plan: LifecyclePlan, _ clock: RuleClock
  ) -> (until: Int64, position: LifecyclePosition?)? {
    // Of many pages the first is folded as a whole, else it would be written again and again.
    let least = moves.pages.first.map { moves.isLong ? $0.last : $0.first } ?? 0
    var folded: (until: Int64, position: LifecyclePosition?)?
    var index = 0
    while index < steps.count {
      let end = LifecycleOrder.end(of: steps, from: index, plan)
      course.forget(at: steps[index].time)
      course.closing = LifecycleOrder.closing(of: steps[index..<end], plan)
      for step in LifecycleOrder.arranged(steps[index..<end], from: course.position?.state, plan) { course.take(step) }
      let until = steps[end - 1].time
      let foldable = plan.settled(until + plan.widestSkew) + 1
      if clock.now >= foldable {
        folded = (until, course.position)
      } else if until >= least {
        foldDue = min(foldDue, foldable)
      }
      if moves.isLong, plan.isBare, !plan.looksUp, until + plan.widestSkew < clock.now {
        checkpoint = Checkpoint(until: until, course)
      }
      index = end
    }
    return folded.flatMap { $0.until >= least ? $0 : nil }
  }

  private mutating func mark(_ marked: [(event: EventRef, mark: LifecycleMarks)], _ plan: LifecyclePlan) {
    for (event, mark) in marked {
      let time = event.time.microseconds
      moves.update(in: time...time, plan) { move in
        guard move.ref == event else { return .kept }
        move.marks.insert(mark)
        return .changed
      }
      guard mark == .stay else { continue }
      if checkpoint?.position?.entry == event { checkpoint = nil }
      if record.position?.entry == event { record.position?.isFinal = true }
    }
  }

  /// Events up to an instant are not kept any more: before those that are, the entity stood so.
  private mutating func drop(until instant: Int64, before position: LifecyclePosition?, _ plan: LifecyclePlan) {
    func release(_ entry: EventRef) { if entry != position?.entry { ledger.release(LedgerOwner(entry, .overdue)) } }
    if let known = record.position { release(known.entry) }
    if let first = moves.first, first <= instant {
      moves.update(in: first...instant, plan) { move in
        ledger.release(LedgerOwner(move.ref, .illegalTransition))
        release(move.ref)
        return .removed
      }
    }
    record.position = position
  }

  // MARK: Rows

  func due(_ plan: LifecyclePlan) -> Int64 {
    let undecided = moves.firstTime(after: record.decided - 1).map { $0 + 1 } ?? TimerWheel.never
    return min(record.due, undecided, ledger.due(plan.rule))
  }

  mutating func drain(_ plan: LifecyclePlan, _ body: (PartChange) -> Void) {
    ledger.drain(body)
    record.drain(isEmpty: isEmpty, body)
    moves.drain(body)
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: LifecyclePlan) {
    for (part, bytes) in parts {
      switch part {
      case Ledger.part: ledger = Ledger(bytes)
      case LifecycleRecord.part: record = LifecycleRecord(bytes, plan)
      default: moves.load(part: part, bytes, plan)
      }
    }
    moves.sort(plan)
  }
}

extension EventRef {
  /// Both are events of one stream with one id.
  fileprivate func hasID(of other: EventRef) -> Bool {
    guard stream == other.stream else { return false }
    switch (id, other.id) {
    case (.int(let a), .int(let b)): return a == b
    case (.text(let a), .text(let b)): return a == b
    default: return false
    }
  }
}
