internal import EventModel

/// The violations of one key: what stands, as the form says it owner by owner, and what was said of it. The difference is published
/// (language.md 8). An entry stays until nothing can change it any more.
struct Ledger {
  /// In the order of (`at`, id).
  private(set) var entries: [LedgerEntry] = []
  private var isDirty = false
  /// Not all that was to be said found room.
  private(set) var isCut = false
  private var pieces: UInt16 = 0
  /// The part of its row.
  static let part: UInt32 = 0

  var isEmpty: Bool { entries.isEmpty }
  var size: Int { entries.reduce(0) { $0 + $1.violation.content.size + $1.owner.bytes.count + 200 } }

  // MARK: What stands

  /// Of this owner these stand now, and no others.
  mutating func replace(_ owner: LedgerOwner, with standing: [StandingViolation], _ plan: RulePlan) {
    if entries.isEmpty, standing.isEmpty { return }
    let effective = standing.filter { plan.isEffective($0.anchored) }
    for index in entries.indices where entries[index].owner == owner && entries[index].stands {
      if !effective.contains(where: { $0.id == entries[index].violation.id }) {
        entries[index].stands = false
        isDirty = true
      }
    }
    for violation in effective { put(violation, owner) }
  }

  private mutating func put(_ violation: StandingViolation, _ owner: LedgerOwner) {
    guard let known = entries.firstIndex(where: { $0.violation.id == violation.id }) else {
      let entry = LedgerEntry(owner: owner, violation: violation)
      let place = entries.firstIndex { LedgerEntry.precedes(entry, $0) } ?? entries.count
      entries.insert(entry, at: place)
      isDirty = true
      return
    }
    let old = entries[known].violation
    let isSame = old.at == violation.at && old.content == violation.content
    guard
      !isSame || !entries[known].stands || (old.state, old.reason, old.settles) != (violation.state, violation.reason, violation.settles)
    else { return }
    isDirty = true
    if !isSame { entries[known].isReworded = true }
    (entries[known].owner, entries[known].violation, entries[known].stands, entries[known].isReleased) = (owner, violation, true, false)
    if !entries[known].replacedBy.isEmpty { entries[known].replacedBy = [] }
    if old.at != violation.at { entries.sort(by: LedgerEntry.precedes) }
  }

  /// The violation of that id as it was last told to stand.
  func standing(_ id: String) -> StandingViolation? { entries.first { $0.violation.id == id && $0.stands }?.violation }

  /// The violations of an owner as they were last told to stand.
  func standing(of owner: LedgerOwner) -> [StandingViolation] { entries.filter { $0.owner == owner && $0.stands }.map(\.violation) }

  /// Its form forgets the owner: what stands of it stays so.
  mutating func release(_ owner: LedgerOwner) {
    for index in entries.indices where entries[index].owner == owner && !entries[index].isReleased {
      entries[index].isReleased = true
      isDirty = true
    }
  }

  /// Late evidence moved the anchor: what was said under the one id is said under the other (language.md 9.2).
  mutating func move(_ old: String, to new: String) {
    guard old != new, let from = entries.firstIndex(where: { $0.violation.id == old }),
      let to = entries.firstIndex(where: { $0.violation.id == new }), entries[from].publication != nil,
      entries[from].publication?.verdict.state != .withdrawn
    else { return }
    link(from, to)
  }

  private mutating func link(_ from: Int, _ to: Int) {
    entries[from].replacedBy = [entries[to].violation.id]
    isDirty = true
    guard !entries[to].replaces.contains(entries[from].violation.id) else { return }
    entries[to].replaces.append(entries[from].violation.id)
    entries[to].isReworded = true
  }

  // MARK: What is said

  /// Publishes what differs from what was said, as long as there is room.
  mutating func publish(_ plan: RulePlan, _ moment: Moment) {
    isCut = false
    if entries.isEmpty { return }
    if plan.suppress > 0 { holdBack(plan.suppress) }
    // What is withdrawn comes before what stands for it.
    for isWithdrawn in [true, false] {
      for index in entries.indices {
        guard let verdict = entries[index].verdict(moment.clock.now), (verdict.state == .withdrawn) == isWithdrawn,
          differs(entries[index], verdict)
        else { continue }
        guard !moment.effects.isFull else {
          isCut = true
          return
        }
        isDirty = true
        LedgerPublisher(plan: plan, moment: moment).say(&entries[index], verdict)
      }
    }
    let before = entries.count
    entries.removeAll { Self.isOver($0, moment.clock.now, plan) }
    if entries.count != before { isDirty = true }
  }

  private func differs(_ entry: LedgerEntry, _ verdict: Verdict) -> Bool {
    guard let said = entry.publication else { return true }
    return said.verdict != verdict || entry.isReworded || said.suppressed != entry.suppressed
  }

  /// In their order, each that stands less than `distance` after the last one said under its name is held back and counted in it. One whose
  /// holder has gone, since nothing can change it any more, stays held back.
  private mutating func holdBack(_ distance: Int64) {
    var holders: [PublishedRule: Int] = [:]
    var counts = entries.map { _ in 0 }
    for index in entries.indices where entries[index].stands && !isHeldForGood(entries[index]) {
      let published = entries[index].violation.published
      guard let held = holders[published], entries[index].violation.at < entries[held].violation.at + distance else {
        holders[published] = index
        if entries[index].heldBy != nil { (entries[index].heldBy, entries[index].replacedBy, isDirty) = (nil, [], true) }
        continue
      }
      counts[held] += 1
      let id = entries[held].violation.id
      if entries[index].heldBy == id { continue }
      (entries[index].heldBy, isDirty) = (id, true)
      if entries[index].publication.map({ $0.verdict.state != .withdrawn }) ?? false { link(index, held) }
    }
    for index in entries.indices where entries[index].suppressed != counts[index] {
      (entries[index].suppressed, isDirty) = (counts[index], true)
    }
  }

  private func isHeldForGood(_ entry: LedgerEntry) -> Bool {
    guard let holder = entry.heldBy else { return false }
    return !entries.contains { $0.violation.id == holder }
  }

  /// Nothing can change it any more, and all was said.
  private static func isOver(_ entry: LedgerEntry, _ clock: Int64, _ plan: RulePlan) -> Bool {
    guard entry.stands else { return entry.publication.map { $0.verdict.settled } ?? true }
    return entry.isReleased && clock >= end(entry, plan)
  }

  /// The first clock at which an entry whose owner is forgotten may go.
  private static func end(_ entry: LedgerEntry, _ plan: RulePlan) -> Int64 {
    max(entry.violation.settles, plan.suppress > 0 ? entry.violation.at + plan.suppress + plan.lateness + 1 : RuleClock.past)
  }

  /// The first clock at which there is something to say or to forget.
  func due(_ plan: RulePlan) -> Int64 {
    if isCut { return RuleClock.past }
    return entries.reduce(TimerWheel.never) { due, entry in
      var own = TimerWheel.never
      if let said = entry.publication, !said.verdict.settled { own = entry.violation.settles }
      if entry.stands, entry.isReleased { own = min(own, Self.end(entry, plan)) }
      return min(due, own)
    }
  }

  // MARK: Rows

  /// It has a row, as of the last `drain`.
  var isWritten: Bool { pieces > 0 }

  mutating func drain(_ body: (PartChange) -> Void) {
    guard isDirty else { return }
    isDirty = false
    guard !entries.isEmpty else {
      if pieces > 0 { body(PartChange(part: Self.part, bytes: nil, pieces: pieces)) }
      pieces = 0
      return
    }
    var row = RowWriter()
    for entry in entries { entry.write(to: &row) }
    body(PartChange(part: Self.part, bytes: row.bytes, pieces: pieces))
    pieces = PartChange.pieces(of: row.bytes.count)
  }

  init() {}

  init(_ bytes: [UInt8]) {
    var row = RowReader(bytes)
    while !row.isAtEnd { entries.append(LedgerEntry(from: &row)) }
    pieces = PartChange.pieces(of: bytes.count)
  }
}
