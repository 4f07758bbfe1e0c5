internal import EventModel
internal import RuleLanguage

/// What a KPI remembers of a key: its windows that are not final, of which no event is kept but those that may still change hands between
/// sessions.
struct KPIState: KeyState {
  /// In order of start.
  var windows: [KPIWindow] = []
  /// Of sessions: the events of those whose start a late event may still move.
  var log: PagedLog<WindowElement>
  /// Times of the events that came since the sessions were last looked at.
  var fresh: [Int64] = []
  /// With a target: what was said of its violations, and the run that goes on where the windows begin.
  var ledger = Ledger()
  var run: WindowRun? { didSet { isDirty = true } }
  /// Values that a target may ask for.
  var past = PastValues()
  /// With `fill`: the last window whose final value was said, and the last event until its end. What it lets follow may still come.
  var done: Done? { didSet { isDirty = true } }
  private var isDirty = false
  private var pieces: UInt16 = 0
  /// Windows that ended since the last `drain`.
  private var gone: [KPIWindow] = []
  private var numbers = NumberPool()

  struct Done: Equatable {
    var span: WindowSpan
    var last: Int64
  }

  init(_ plan: KPIPlan) { log = PagedLog(origin: 3, stride: 4) }

  var isEmpty: Bool { windows.isEmpty && log.isEmpty && done == nil && run == nil && past.isEmpty && ledger.isEmpty }
  var size: Int { windows.reduce(log.size + past.size + ledger.size) { $0 + $1.size } }

  // MARK: Windows

  /// Adds an event to the windows that hold it.
  mutating func insert(_ element: WindowElement, into spans: [WindowSpan], _ plan: KPIPlan) {
    for span in spans { windows[place(of: span, plan)].add(element) }
  }

  /// Keeps an event until it is certain in which session it lies.
  mutating func keep(_ element: WindowElement, _ plan: KPIPlan) {
    log.insert(element, plan.window)
    fresh.append(element.ref.time.microseconds)
  }

  /// The index of a window, which is made if there is none.
  @discardableResult
  mutating func place(of span: WindowSpan, _ plan: KPIPlan) -> Int {
    var (place, end) = (0, windows.count)
    while place < end {
      let middle = (place + end) / 2
      if windows[middle].span.start < span.start { place = middle + 1 } else { end = middle }
    }
    if place < windows.count, windows[place].span.start == span.start { return place }
    windows.insert(KPIWindow(number: numbers.take(), span, plan.totals()), at: place)
    return place
  }

  mutating func remove(at index: Int) { gone.append(windows.remove(at: index)) }

  /// Tables say something else from an instant on.
  mutating func doubt(from instant: Int64) {
    for index in windows.indices where windows[index].span.end >= instant { windows[index].touch() }
  }

  // MARK: Looking at the clock

  /// Says what is to be said at the clock, window by window in order.
  mutating func look(_ measuring: KPIMeasuring) {
    let (plan, clock) = (measuring.kpi, measuring.moment.clock)
    let before = runs(measuring)
    if case .sessions(let gap, let longest) = plan.shape { regroup(clock, gap: gap, longest: longest, plan) }
    judgeEarly(measuring)
    var ended: [WindowRun] = []
    while true {
      // A window without events has its turn before those behind it.
      let missing = missing(plan).flatMap { plan.begin($0) <= clock.now ? $0 : nil }
      sayAll(before: missing?.start ?? .max, measuring, &ended)
      guard let missing, !measuring.moment.effects.isFull else { break }
      place(of: missing, plan)
    }
    if windows.isEmpty, done != nil, missing(plan) == nil { done = nil }
    guard let target = plan.target else { return }
    ledger.tell(ended + runs(measuring), before: before, key: measuring.moment.key, reason: .targetMet, plan.rule)
    for run in ended { ledger.release(run.owner) }
    forgetRun(clock, plan)
    if let memory = target.memory { past.removePages(before: clock.now - memory) }
    ledger.publish(plan.rule, measuring.moment)
  }

  /// `ended`: runs that no further window joins.
  private mutating func sayAll(before limit: Int64, _ measuring: KPIMeasuring, _ ended: inout [WindowRun]) {
    let clock = measuring.moment.clock
    var index = 0
    while index < windows.count, windows[index].span.start < limit {
      let saying = windows[index].say(at: clock.now, measuring.kpi)
      if let saying {
        let activation = measuring.activation(windows[index], past)
        let measured = measuring.measure(windows[index], activation)
        measuring.publish(windows[index], measured, isFinal: saying == .final)
        if saying == .final { end(windows[index], measured, activation, measuring, &ended) }
      }
      if saying == .final || windows[index].isOver(clock) { remove(at: index) } else { index += 1 }
    }
  }

  /// The window is final.
  private mutating func end(
    _ window: KPIWindow, _ measured: KPIMeasuring.Measured, _ activation: WindowActivation, _ measuring: KPIMeasuring,
    _ ended: inout [WindowRun]
  ) {
    let plan = measuring.kpi
    if let reason = measured.reason { measuring.undetermined(reason, window) }
    if plan.fill != nil { done = Done(span: window.span, last: max(window.last, done?.last ?? RuleClock.past)) }
    guard let target = plan.target else { return }
    ended += take(window.span, verdict(window, measured, activation, measuring), plan)
    if target.memory != nil, let value = measured.value, !measuring.isPartial(window) { past.append(value, start: window.span.start) }
  }

  func due(_ plan: KPIPlan) -> Int64 {
    var due = windows.reduce(missing(plan).map { plan.begin($0) } ?? TimerWheel.never) { min($0, $1.due(plan)) }
    guard let target = plan.target else { return due }
    due = min(due, ledger.due(plan.rule))
    if windows.isEmpty, let run { due = min(due, run.last.end + plan.patience + plan.lateness + 1) }
    if let memory = target.memory, let first = past.firstEnd { due = min(due, first + memory + 1) }
    return due
  }

  // MARK: Rows

  // The ledger has part 0, the facts of the key part 1. Windows, pages of events, pages of past values and parts of the windows' sketches
  // follow in turns.

  private static let facts: UInt32 = 1
  private static func part(of window: UInt32) -> UInt32 { 2 + window * 4 }
  private static func part(ofPast page: UInt32) -> UInt32 { 4 + page * 4 }
  private static func part(ofSketches index: UInt32) -> UInt32 { 5 + index * 4 }

  /// Where those of a function begin, among the parts of all sketches. `sketch`: its place in `KPIPlan.sketches`.
  private static func sketch(_ sketch: Int, of window: UInt32, _ plan: KPIPlan) -> UInt32 {
    (window * UInt32(plan.sketches.count) + UInt32(sketch)) * plan.partsOfSketch
  }

  mutating func drain(_ plan: KPIPlan, _ body: (PartChange) -> Void) {
    ledger.drain(body)
    drainFacts(body)
    log.drain(body)
    past.drain { body(PartChange(part: Self.part(ofPast: $0.part), bytes: $0.bytes, pieces: $0.pieces)) }
    func tell(_ sketch: Int, _ change: PartChange, of window: UInt32) {
      let part = Self.part(ofSketches: Self.sketch(sketch, of: window, plan) + change.part)
      body(PartChange(part: part, bytes: change.bytes, pieces: change.pieces))
    }
    for window in gone {
      window.drainEnd(part: Self.part(of: window.number), plan, body) { tell($0, $1, of: window.number) }
      numbers.free(window.number)
    }
    gone.removeAll()
    for index in windows.indices {
      let number = windows[index].number
      windows[index].drain(part: Self.part(of: number), plan, body) { tell($0, $1, of: number) }
    }
  }

  private mutating func drainFacts(_ body: (PartChange) -> Void) {
    guard isDirty else { return }
    isDirty = false
    guard done != nil || run != nil else {
      if pieces > 0 { body(PartChange(part: Self.facts, bytes: nil, pieces: pieces)) }
      pieces = 0
      return
    }
    var row = RowWriter()
    row.byte((done == nil ? 0 : 1) | (run == nil ? 0 : 2))
    if let done {
      row.span(done.span)
      row.signed(done.last)
    }
    run?.write(to: &row)
    body(PartChange(part: Self.facts, bytes: row.bytes, pieces: pieces))
    pieces = PartChange.pieces(of: row.bytes.count)
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: KPIPlan) {
    self.init(plan)
    var sketches: [(index: UInt32, bytes: [UInt8])] = []
    for (part, bytes) in parts {
      if part > Self.facts, part % 4 == 1 { sketches.append(((part - 5) / 4, bytes)) } else { load(part, bytes, plan) }
    }
    log.sort(plan.window)
    windows.sort { $0.span.start < $1.span.start }
    load(sketches, plan)
    sumLoose(plan)
  }

  private mutating func load(_ sketches: [(index: UInt32, bytes: [UInt8])], _ plan: KPIPlan) {
    let places = Dictionary(uniqueKeysWithValues: windows.enumerated().map { ($1.number, $0) })
    for (index, bytes) in sketches {
      let (place, part) = index.quotientAndRemainder(dividingBy: plan.partsOfSketch)
      let (number, sketch) = place.quotientAndRemainder(dividingBy: UInt32(plan.sketches.count))
      guard let window = places[number] else { preconditionFailure("a sketch's window has a row") }
      (windows[window].totals.accumulators[plan.sketches[Int(sketch)]] as? DistinctSketch)?.load(part: part, bytes)
    }
  }

  private mutating func load(_ part: UInt32, _ bytes: [UInt8], _ plan: KPIPlan) {
    if part == Ledger.part {
      ledger = Ledger(bytes)
    } else if part == Self.facts {
      var row = RowReader(bytes)
      let flags = row.byte()
      done = flags & 1 == 0 ? nil : Done(span: row.span(), last: row.signed())
      run = flags & 2 == 0 ? nil : WindowRun(from: &row)
      (isDirty, pieces) = (false, PartChange.pieces(of: bytes.count))
    } else {
      switch part % 4 {
      case 3: log.load(part: part, bytes, plan.window)
      case 0: past.load(page: (part - 4) / 4, bytes)
      default:
        let window = KPIWindow(bytes, plan)
        numbers.mark(window.number)
        windows.append(window)
      }
    }
  }
}
