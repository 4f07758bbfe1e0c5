internal import EventModel

/// What is written of an entity beside its moves and what was said.
struct LifecycleRecord {
  static let part: UInt32 = 1

  /// Where it stood before the moves that are kept; nil: it was not there.
  var position: LifecyclePosition? { didSet { isDirty = true } }
  /// No event dated so early is taken any more: the entity that it was is forgotten.
  var floor = RuleClock.past { didSet { isDirty = true } }
  /// What is dated before this is decided.
  private(set) var decided = RuleClock.past
  /// The first clock at which something of what is decided changes by time alone.
  private(set) var due = TimerWheel.never
  private var isDirty = false
  private var pieces: UInt16 = 0

  init() {}

  mutating func decide(_ clock: Int64) { (decided, isDirty) = (clock, true) }

  mutating func wait(_ clock: Int64) { if clock != due { (due, isDirty) = (clock, true) } }

  mutating func drain(isEmpty: Bool, _ body: (PartChange) -> Void) {
    if isEmpty {
      if pieces > 0 { body(PartChange(part: Self.part, bytes: nil, pieces: pieces)) }
      (isDirty, pieces) = (false, 0)
      return
    }
    guard isDirty else { return }
    isDirty = false
    var row = RowWriter()
    row.byte((position == nil ? 0 : 1) | (due == TimerWheel.never ? 0 : 2) | (floor == RuleClock.past ? 0 : 4))
    row.signed(decided)
    if due != TimerWheel.never { row.signed(due - decided) }
    if floor != RuleClock.past { row.signed(floor) }
    position?.write(to: &row)
    body(PartChange(part: Self.part, bytes: row.bytes, pieces: pieces))
    pieces = PartChange.pieces(of: row.bytes.count)
  }

  init(_ bytes: [UInt8], _ plan: LifecyclePlan) {
    var row = RowReader(bytes)
    let flags = row.byte()
    decided = row.signed()
    if flags & 2 != 0 { due = decided + row.signed() }
    if flags & 4 != 0 { floor = row.signed() }
    if flags & 1 != 0 { position = LifecyclePosition(from: &row, plan) }
    isDirty = false
    pieces = PartChange.pieces(of: bytes.count)
  }
}
