internal import EventModel

/// What a rule remembers of a key: the A whose verdicts may change, the events that may concern them, and what was said.
struct AnchoredState<Form: AnchoredForm>: KeyState {
  private var anchors = PagedLog<KeptAnchor>(origin: 2, stride: 2)
  private var others = PagedLog<KeptEvent>(origin: 3, stride: 2)
  private var ledger = Ledger()
  /// The number of the last event that came too late. Found again.
  private var late: UInt32 = 0
  /// The A that events of this step concern.
  private var concerned: ClosedRange<Int64>?

  init(_ form: Form) {}

  var isEmpty: Bool { anchors.isEmpty && others.isEmpty && ledger.isEmpty }
  var size: Int { anchors.size + others.size + ledger.size }
  mutating func prefetch(_ distance: Prefetch) { anchors.prefetch(distance) }

  mutating func insert(_ event: KeptEvent, isAnchor: Bool, isOther: Bool, isTooLate: Bool, _ form: Form) {
    let time = event.ref.time.microseconds
    // A function of what is kept, so a restart changes nothing.
    if late > 0 { late = lastLate(form) }
    if isAnchor { anchors.insert(KeptAnchor(event: event, lateBefore: late), form.kept) }
    guard isOther else { return }
    var event = event
    if isTooLate {
      late += 1
      event.lateNumber = late
    }
    others.insert(event, form.kept)
    concern(form.anchors(concernedBy: time))
  }

  private func lastLate(_ form: Form) -> UInt32 {
    var number: UInt32 = 0
    if let first = anchors.first, let last = anchors.last {
      anchors.forEach(in: first...last, form.kept) { number = max(number, $0.lateBefore) }
    }
    if let first = others.first, let last = others.last {
      others.forEach(in: first...last, form.kept) { number = max(number, $0.lateNumber) }
    }
    return number
  }

  /// The A dated from an instant on are to be judged again, unless rows as of then are settled.
  mutating func doubt(from instant: Int64, _ clock: RuleClock) {
    let first = max(instant, clock.horizon + 1)
    if let last = anchors.last, first <= last { concern(first...last) }
  }

  private mutating func concern(_ range: ClosedRange<Int64>) {
    concerned = concerned.map { min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound) } ?? range
  }

  mutating func look(_ form: Form, _ moment: Moment) {
    judge(form, moment)
    ledger.publish(form.plan, moment)
    forget(form, moment.clock)
  }

  private mutating func judge(_ form: Form, _ moment: Moment) {
    let concerned = concerned
    self.concerned = nil
    guard let first = anchors.first, let last = anchors.last else { return }
    let clock = moment.clock.now
    let key = KeyPlan.values(moment.key.bytes)
    let others = others
    var ledger = Ledger()
    swap(&ledger, &self.ledger)
    let isWanted: (PagedLog<KeptAnchor>.Page) -> Bool = { page in
      page.due <= clock || (concerned.map { $0.overlaps(page.first...page.last) } ?? false)
    }
    anchors.update(in: first...last, where: isWanted, form.kept) { anchor in
      guard anchor.due <= clock || (concerned?.contains(anchor.ref.time.microseconds) ?? false) else { return .kept }
      guard !moment.effects.isFull else {
        defer { anchor.due = RuleClock.past }
        return anchor.due == RuleClock.past ? .kept : .changed
      }
      let isConcerned = concerned?.contains(anchor.ref.time.microseconds) ?? false
      return Self.judge(&anchor, others, &ledger, form, key, moment, isConcerned: isConcerned)
    }
    swap(&ledger, &self.ledger)
  }

  private static func judge(
    _ anchor: inout KeptAnchor, _ others: PagedLog<KeptEvent>, _ ledger: inout Ledger, _ form: Form, _ key: [Value], _ moment: Moment,
    isConcerned: Bool
  ) -> PagedLog<KeptAnchor>.Fate {
    anchor.end = form.end(anchor.event)
    let owner = LedgerOwner(anchor.ref)
    let gone = anchor.end + form.plan.lateness + 1
    // What was judged and waits for nothing but its end is not asked again.
    if anchor.due == gone, !isConcerned { return retire(&anchor, at: gone, owner, &ledger, moment) }
    let forgotten = form.plan.tables.forgotten
    var judgement = form.judgement(anchor, others, ledger, key, moment.clock)
    if form.plan.tables.forgotten != forgotten {
      // Rows that it rests on are not known any more: what stands stays so.
      judgement.standing += ledger.standing(of: owner).filter { old in !judgement.standing.contains { $0.id == old.id } }
      if !judgement.standing.isEmpty { judgement.undetermined = nil }
    }
    ledger.replace(owner, with: judgement.standing, form.plan)
    let before = (anchor.due, anchor.isUndetermined)
    if let reason = judgement.undetermined, !anchor.isUndetermined {
      moment.effects.undetermined(form.plan, reason, key: moment.key.bytes, at: anchor.ref.time.microseconds)
      anchor.isUndetermined = true
    }
    guard moment.clock.now < gone else { return retire(&anchor, at: gone, owner, &ledger, moment) }
    anchor.due = min(judgement.next, gone)
    return before == (anchor.due, anchor.isUndetermined) ? .kept : .changed
  }

  /// No event concerns it any more, or will not from `gone` on: what stands of it stays so.
  private static func retire(
    _ anchor: inout KeptAnchor, at gone: Int64, _ owner: LedgerOwner, _ ledger: inout Ledger, _ moment: Moment
  ) -> PagedLog<KeptAnchor>.Fate {
    guard moment.clock.now >= gone else {
      defer { anchor.due = gone }
      return anchor.due == gone ? .kept : .changed
    }
    ledger.release(owner)
    return .removed
  }

  /// Drops the events that can concern no A any more: none that is kept, and none that may come.
  private mutating func forget(_ form: Form, _ clock: RuleClock) {
    let earliest = min(anchors.first ?? .max, clock.horizon + 1)
    others.removePages(before: earliest - form.reachBefore)
  }

  func due(_ form: Form) -> Int64 {
    let due = min(anchors.due, ledger.due(form.plan))
    guard anchors.isEmpty, let last = others.last else { return due }
    return min(due, last + form.reachBefore + form.plan.lateness + 1)
  }

  mutating func drain(_ form: Form, _ body: (PartChange) -> Void) {
    ledger.drain(body)
    anchors.drain(body)
    others.drain(body)
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ form: Form) {
    for (part, bytes) in parts {
      switch part {
      case Ledger.part: ledger = Ledger(bytes)
      case _ where part % 2 == 0: anchors.load(part: part, bytes, form.kept)
      default: others.load(part: part, bytes, form.kept)
      }
    }
    anchors.sort(form.kept)
    others.sort(form.kept)
    late = lastLate(form)
  }
}
