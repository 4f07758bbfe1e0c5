internal import EventModel

/// One source as it is now.
struct SourceState: Sendable {
  /// By which records name it.
  let number: Int
  let source: Source
  let input: SourceInput
  let slot: Int
  var isAttached = false
  /// The offset to be read next; nil: nothing is known yet.
  private(set) var next: Int64?
  /// Largest min(event time, Kafka timestamp) so far, less `disorder`.
  private(set) var watermark = EventTime.distantPast
  /// The watermark, or more after an end proof. Never falls.
  private(set) var clock = EventTime.distantPast
  /// Since when each of the rules that read the stream knows the source, in the order of `SourceTable.rulesOfStream`; nil: not known.
  private(set) var since: [EventTime?]
  /// Some of `since` is nil.
  private(set) var isNewToSome: Bool
  /// Of a table: rows below this offset were used before the restart. They are read again, and move nothing. nil: all of them have been.
  private var usedTo: Int64?
  /// The ids read within the span of the stream's `id`; nil: the stream has none.
  var ids: SeenIDs?
  var changes = Changes()

  /// What is not in the rows yet.
  struct Changes: Sendable {
    /// Records were read, or the start was set.
    var hasProgress = false
    /// A proof moved the clock.
    var hasProof = false
    /// Indexes into `since`.
    var since: Set<Int> = []
  }

  init(_ source: Source, number: Int, _ input: SourceInput, slot: Int, rules: Int, ids: SeenIDs?) {
    self.number = number
    self.source = source
    self.input = input
    self.slot = slot
    self.ids = ids
    since = Array(repeating: nil, count: rules)
    isNewToSome = rules > 0
  }

  /// Takes what a row `S` says. A clock that is further stays.
  mutating func restore(next: Int64?, watermark: EventTime, clock: EventTime) {
    (self.next, self.watermark, self.clock) = (next, watermark, max(self.clock, clock))
  }

  /// Takes what a row `G` says: the rows up to there are to be read again.
  mutating func restore(usedTo offset: Int64?, watermark: EventTime, clock: EventTime) {
    restore(next: nil, watermark: watermark, clock: clock)
    usedTo = offset
  }

  /// Whether rows that were used before the restart are still to be read again.
  var isCatchingUp: Bool { usedTo != nil }

  /// Whether the record was used before the restart.
  func wasUsed(_ offset: Int64) -> Bool { usedTo.map { offset < $0 } ?? false }

  /// Takes what a row `H` says.
  mutating func restore(since time: EventTime, rule: Int) {
    since[rule] = time
    isNewToSome = since.contains { $0 == nil }
  }

  mutating func start(at offset: Int64) {
    next = offset
    if let usedTo, offset >= usedTo { self.usedTo = nil }
    changes.hasProgress = !isCatchingUp
  }

  /// A record is read. False: it was read before, and is dropped.
  mutating func read(_ offset: Int64) -> Bool {
    if let next, offset < next { return false }
    if isNewToSome, (next ?? offset) == 0 { know(since: .distantPast) }
    next = offset + 1
    changes.hasProgress = changes.hasProgress || !wasUsed(offset)
    if let usedTo, offset + 1 >= usedTo { self.usedTo = nil }
    return true
  }

  /// The record was an event of that time: moves watermark and clock. Returns how far behind the watermark it was, in microseconds.
  mutating func observe(_ time: EventTime, kafka timestamp: EventTime, disorder: Int64) -> Int64 {
    if isNewToSome { know(since: time.advanced(byMicroseconds: disorder)) }
    let behind = watermark == .distantPast || time >= watermark ? 0 : watermark.microseconds - time.microseconds
    watermark = max(watermark, min(time, timestamp).advanced(byMicroseconds: -disorder))
    clock = max(clock, watermark)
    return behind
  }

  /// The source held nothing unread at that time of the wall clock.
  mutating func prove(_ proof: EndProof, delay: Int64) {
    // Records that were used may be compacted away, and the last offsets be those of markers.
    if let usedTo { (next, self.usedTo) = (max(next ?? 0, min(usedTo, proof.end)), nil) }
    // An end above 0 with nothing read from 0 on: all that was ever written was aborted.
    let isEmpty = proof.end == 0 || next == 0
    if isNewToSome { know(since: isEmpty ? .distantPast : proof.at.advanced(byMicroseconds: proof.margin.microseconds)) }
    let proven = proof.at.advanced(byMicroseconds: -delay)
    guard proven > clock else { return }
    clock = proven
    changes.hasProof = true
  }

  /// The rules that do not know the source know it from then on.
  private mutating func know(since time: EventTime) {
    for rule in since.indices where since[rule] == nil {
      since[rule] = time
      changes.since.insert(rule)
    }
    isNewToSome = false
  }

  /// What a rule knew of the source from before an instant is gone.
  mutating func know(noEarlierThan time: EventTime, rule: Int) {
    guard let known = since[rule], known < time else { return }
    since[rule] = time
    changes.since.insert(rule)
  }

  /// What a rule knew of the source is gone: it knows it from the next record on.
  mutating func forget(rule: Int) {
    since[rule] = nil
    changes.since.insert(rule)
    isNewToSome = true
  }
}
