internal import EventModel
internal import RuleLanguage

/// A KPI's window of one key: what the functions add up, and what was said of it.
struct KPIWindow {
  enum Stage: UInt8 {
    /// Its events are added up and not kept.
    case summed
    /// A session whose start a late event may still move: its events are kept, and `totals` is made of them.
    case loose
    /// A session of which something was said, and which is none any more: its start lies in an earlier one now.
    case vanished
  }

  /// Names its rows.
  let number: UInt32
  var span: WindowSpan
  /// The time of its last event.
  var last = RuleClock.past
  /// Of a session: the first event of the chain that it was cut out of.
  var chain = RuleClock.past { didSet { if chain != oldValue { isDirty = true } } }
  var stage = Stage.summed { didSet { if stage != oldValue { isDirty = true } } }
  var totals: WindowTotals
  private(set) var revision: UInt32 = 0
  /// It holds something else than at the last revision.
  private(set) var isChanged = true
  /// The clock at which the next provisional value comes.
  private var emitAt = TimerWheel.never
  /// It has ended, and what it held then was said.
  private var hasEnded = false
  /// With a target: it is out of it, before it is final; and with the values of its end.
  private(set) var breach: ViolationContent?
  private var isOfEnd = false
  /// It changed since it was last judged; no row says so, as it is judged in the same step.
  private var isUnjudged = false
  private var isDirty = true
  private var pieces: UInt16 = 0

  init(number: UInt32, _ span: WindowSpan, _ totals: WindowTotals) {
    self.number = number
    self.span = span
    self.totals = totals
  }

  var size: Int { totals.size + MemoryLayout<KPIWindow>.stride }

  mutating func add(_ element: WindowElement) {
    totals.add(element)
    last = max(last, element.ref.time.microseconds)
    touch()
  }

  /// It holds something else than before.
  mutating func touch() { (isChanged, isUnjudged, isDirty) = (true, true, true) }

  /// More events can only make it worse; a session may lose some, too.
  func wantsJudgement(at clock: Int64) -> Bool {
    guard breach != nil else { return isUnjudged }
    return (stage != .summed && isUnjudged) || (clock > span.end && !isOfEnd)
  }

  mutating func judge(_ content: ViolationContent?, at clock: Int64) {
    isUnjudged = false
    let hasEnded = clock > span.end
    if breach != nil, content != nil, !hasEnded { return }
    if breach == nil, content == nil { return }
    (breach, isOfEnd, isDirty) = (content, hasEnded, true)
  }

  /// A session has another end now.
  mutating func end(at end: Int64) {
    guard end != span.end else { return }
    (span.end, hasEnded, isDirty) = (end, false, true)
  }

  enum Saying { case provisional, final }

  /// What is to be said at the clock, which is noted as said.
  mutating func say(at clock: Int64, _ plan: KPIPlan) -> Saying? {
    if isChanged, emitAt == TimerWheel.never { emitAt = plan.tick(after: clock) }
    var saying: Saying?
    if stage != .vanished, clock > span.end + plan.lateness {
      saying = .final
    } else if stage != .vanished, plan.emitEvery != nil, clock > span.end, !hasEnded {
      (hasEnded, isDirty) = (true, true)
      if isChanged { saying = .provisional }
    } else if isChanged, clock >= emitAt {
      saying = .provisional
    }
    guard saying != nil else { return nil }
    revision += 1
    (isChanged, isDirty, emitAt) = (false, true, TimerWheel.never)
    return saying
  }

  /// A session that is none any more, and nothing makes it one again.
  func isOver(_ clock: RuleClock) -> Bool { stage == .vanished && !isChanged && span.start <= clock.horizon }

  func due(_ plan: KPIPlan) -> Int64 {
    if stage == .vanished { return isChanged ? emitAt : span.start + plan.lateness + 1 }
    var due = span.end + plan.lateness + 1
    if plan.emitEvery != nil, !hasEnded { due = min(due, span.end + 1) }
    if isChanged { due = min(due, emitAt) }
    if breach != nil, !isOfEnd { due = min(due, span.end + 1) }
    return due
  }

  // MARK: Rows

  /// The rows that changed. `part`: that of the window; `sketches`: takes those of functions that have their own, by place in
  /// `KPIPlan.sketches`.
  mutating func drain(
    part: UInt32, _ plan: KPIPlan, _ body: (PartChange) -> Void, sketches: (_ sketch: Int, PartChange) -> Void
  ) {
    if isDirty {
      isDirty = false
      var row = RowWriter()
      row.unsigned(UInt64(number))
      row.span(span)
      row.unsigned(UInt64(revision))
      let hasEvents = last != RuleClock.past
      row.byte(
        stage.rawValue << 5 | (isChanged ? 1 : 0) | (hasEnded ? 2 : 0) | (hasEvents ? 4 : 0) | (breach == nil ? 0 : 8) | (isOfEnd ? 16 : 0))
      row.signed(emitAt)
      if hasEvents { row.signed(last - span.start) }
      if case .sessions = plan.shape { row.signed(chain - span.start) }
      breach?.write(to: &row)
      if stage == .summed { totals.write(to: &row) }
      body(PartChange(part: part, bytes: row.bytes, pieces: pieces))
      pieces = PartChange.pieces(of: row.bytes.count)
    }
    guard stage == .summed else { return }
    for (place, function) in plan.sketches.enumerated() {
      (totals.accumulators[function] as? DistinctSketch)?.drain { sketches(place, $0) }
    }
  }

  /// All its rows go.
  func drainEnd(part: UInt32, _ plan: KPIPlan, _ body: (PartChange) -> Void, sketches: (_ sketch: Int, PartChange) -> Void) {
    if pieces > 0 { body(PartChange(part: part, bytes: nil, pieces: pieces)) }
    for (place, function) in plan.sketches.enumerated() {
      (totals.accumulators[function] as? DistinctSketch)?.drainEnd { sketches(place, $0) }
    }
  }

  init(_ bytes: [UInt8], _ plan: KPIPlan) {
    var row = RowReader(bytes)
    number = UInt32(row.unsigned())
    span = row.span()
    let start = span.start
    revision = UInt32(row.unsigned())
    let flags = row.byte()
    guard let stage = Stage(rawValue: flags >> 5) else { preconditionFailure("the stage of a window in a row is known") }
    self.stage = stage
    (isChanged, hasEnded, isOfEnd, isDirty) = (flags & 1 != 0, flags & 2 != 0, flags & 16 != 0, false)
    emitAt = row.signed()
    if flags & 4 != 0 { last = start + row.signed() }
    if case .sessions = plan.shape { chain = start + row.signed() }
    totals = plan.totals()
    if flags & 8 != 0 { breach = ViolationContent(from: &row) }
    if stage == .summed { totals.read(from: &row) }
    pieces = PartChange.pieces(of: bytes.count)
  }
}
