internal import EventModel
internal import RuleLanguage

/// `over tumbling D measure e when f emit every E`, resolved. Spans are in microseconds.
struct KPIPlan: Sendable {
  let rule: RulePlan
  let window: WindowPlan
  let measure: CheckedExpression
  let length: Int64
  /// Provisional values come at most each so often of the clock; nil: there are none.
  let emitEvery: Int64?

  init(_ plan: RulePlan, _ measure: Measure) {
    rule = plan
    window = WindowPlan(plan)
    self.measure = measure.expression
    guard case .tumbling(let length) = measure.window else { preconditionFailure("the checker refuses KPIs over windows without end") }
    self.length = length.microseconds
    emitEvery = measure.emitEvery?.microseconds
  }

  /// The start of the window that holds an instant: windows begin at multiples of their length since 1970.
  func start(of instant: Int64) -> Int64 { KPIPlan.floor(instant, length) }

  /// The first instant after the clock at which provisional values may come.
  func tick(after clock: Int64) -> Int64 {
    guard let emitEvery else { return TimerWheel.never }
    return clock == RuleClock.past ? clock + 1 : KPIPlan.floor(clock, emitEvery) + emitEvery
  }

  private static func floor(_ instant: Int64, _ step: Int64) -> Int64 {
    let rest = instant % step
    return instant - (rest < 0 ? rest + step : rest)
  }

  // The key of a window: the rule's key, then the start in eight bytes, so that windows of one key are in order.

  static func windowKey(_ key: [UInt8], start: Int64) -> [UInt8] {
    let bits = UInt64(bitPattern: start) ^ (1 << 63)
    return key + (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
  }

  static func split(_ windowKey: some BidirectionalCollection<UInt8>) -> (key: [UInt8], start: Int64) {
    let bits = windowKey.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return (Array(windowKey.dropLast(8)), Int64(bitPattern: bits ^ (1 << 63)))
  }
}

/// A KPI's window of one key: no event is kept, only what the functions add up.
struct KPIState: KeyState {
  /// The start of the window.
  private(set) var start: Int64 = 0
  let totals: WindowTotals
  private(set) var revision: UInt32 = 0
  /// Events came since the last revision.
  private(set) var isChanged = false
  /// The clock at which the next provisional value comes.
  private var emitAt = TimerWheel.never
  /// The window has ended, and what it held then was said.
  private var hasEnded = false
  private var isFinal = false
  private var isUsed = false
  private var isDirty = false
  private var pieces: UInt16 = 0
  /// Behind part 0 each function has so many parts of its own.
  private static let partsOfFunction: UInt32 = 1 << 20

  init(_ plan: KPIPlan) { totals = WindowTotals(plan.window, keepsEvents: false) }

  var isEmpty: Bool { isFinal || !isUsed }
  var size: Int { totals.size }

  mutating func open(start: Int64) {
    (self.start, isUsed) = (start, true)
  }

  mutating func insert(_ element: WindowElement) {
    totals.add(element)
    (isChanged, isDirty) = (true, true)
  }

  enum Saying { case provisional, final }

  /// What is to be said at the clock, which is noted as said.
  mutating func say(at clock: Int64, _ plan: KPIPlan) -> Saying? {
    guard !isEmpty else { return nil }
    if isChanged, emitAt == TimerWheel.never { emitAt = plan.tick(after: clock) }
    let end = start + plan.length
    var saying: Saying?
    if clock > end + plan.rule.lateness {
      saying = .final
      isFinal = true
    } else if plan.emitEvery != nil, clock > end, !hasEnded {
      hasEnded = true
      isDirty = true
      if isChanged { saying = .provisional }
    } else if isChanged, clock >= emitAt {
      saying = .provisional
    }
    guard saying != nil else { return nil }
    revision += 1
    (isChanged, isDirty, emitAt) = (false, true, TimerWheel.never)
    return saying
  }

  func due(_ plan: KPIPlan) -> Int64 {
    if isEmpty { return TimerWheel.never }
    let end = start + plan.length
    var due = end + plan.rule.lateness + 1
    if plan.emitEvery != nil, !hasEnded { due = min(due, end + 1) }
    if isChanged { due = min(due, emitAt) }
    return due
  }

  mutating func drain(_ plan: KPIPlan, _ body: (PartChange) -> Void) {
    guard !isEmpty else {
      if pieces > 0 { body(PartChange(part: 0, bytes: nil, pieces: pieces)) }
      forEachSketch { sketch, origin in sketch.drainEnd { body($0.shifted(by: origin)) } }
      return
    }
    if isDirty {
      isDirty = false
      var row = RowWriter()
      row.signed(start)
      row.unsigned(UInt64(revision))
      row.byte((isChanged ? 1 : 0) | (hasEnded ? 2 : 0))
      row.signed(emitAt)
      totals.write(to: &row)
      body(PartChange(part: 0, bytes: row.bytes, pieces: pieces))
      pieces = PartChange.pieces(of: row.bytes.count)
    }
    forEachSketch { sketch, origin in sketch.drain { body($0.shifted(by: origin)) } }
  }

  /// The functions that have rows of their own, each with the number of its first part.
  private func forEachSketch(_ body: (DistinctSketch, UInt32) -> Void) {
    for (index, accumulator) in totals.accumulators.enumerated() {
      if let sketch = accumulator as? DistinctSketch { body(sketch, UInt32(index + 1) * KPIState.partsOfFunction) }
    }
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: KPIPlan) {
    self.init(plan)
    isUsed = true
    for (part, bytes) in parts {
      var row = RowReader(bytes)
      if part == 0 {
        start = row.signed()
        revision = UInt32(row.unsigned())
        let flags = row.byte()
        (isChanged, hasEnded) = (flags & 1 != 0, flags & 2 != 0)
        emitAt = row.signed()
        totals.read(from: &row)
        pieces = PartChange.pieces(of: bytes.count)
      } else {
        let (index, part) = part.quotientAndRemainder(dividingBy: KPIState.partsOfFunction)
        (totals.accumulators[Int(index) - 1] as? DistinctSketch)?.load(part: part, bytes)
      }
    }
  }
}
