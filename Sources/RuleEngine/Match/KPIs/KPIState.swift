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
  /// With `fill`: the last window whose final value was said, and the last event until its end. What it lets follow may still come.
  var done: Done? { didSet { isDirty = true } }
  private var isDirty = false
  private var pieces: UInt16 = 0
  /// Windows that ended since the last `drain`.
  private var gone: [KPIWindow] = []

  struct Done: Equatable {
    var span: WindowSpan
    var last: Int64
  }

  init(_ plan: KPIPlan) { log = PagedLog(origin: 3, stride: 2) }

  var isEmpty: Bool { windows.isEmpty && log.isEmpty && done == nil }
  var size: Int { windows.reduce(log.size) { $0 + $1.size } }

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
    let place = windows.firstIndex { $0.span.start >= span.start } ?? windows.count
    if place < windows.count, windows[place].span.start == span.start { return place }
    windows.insert(KPIWindow(number: freeNumber, span, plan.totals()), at: place)
    return place
  }

  /// Behind those that are in use, so that it does not depend on what was there before.
  var freeNumber: UInt32 { (windows + gone).reduce(0) { max($0, $1.number + 1) } }

  mutating func remove(at index: Int) { gone.append(windows.remove(at: index)) }

  // MARK: Looking at the clock

  /// Says what is to be said at the clock, window by window in order.
  mutating func look(
    _ clock: RuleClock, _ plan: KPIPlan, isFull: () -> Bool, _ say: (KPIWindow, KPIWindow.Saying) -> Void
  ) {
    if case .sessions(let gap, let longest) = plan.shape { regroup(clock, gap: gap, longest: longest, plan) }
    while true {
      // A window without events has its turn before those behind it.
      let missing = missing(plan).flatMap { plan.begin($0) <= clock.now ? $0 : nil }
      sayAll(before: missing?.start ?? .max, clock, plan, say)
      guard let missing, !isFull() else { break }
      place(of: missing, plan)
    }
    if windows.isEmpty, done != nil, missing(plan) == nil { done = nil }
  }

  private mutating func sayAll(before limit: Int64, _ clock: RuleClock, _ plan: KPIPlan, _ say: (KPIWindow, KPIWindow.Saying) -> Void) {
    var index = 0
    while index < windows.count, windows[index].span.start < limit {
      let saying = windows[index].say(at: clock.now, plan)
      if let saying { say(windows[index], saying) }
      if saying == .final {
        let window = windows[index]
        if plan.fill != nil { done = Done(span: window.span, last: max(window.last, done?.last ?? RuleClock.past)) }
        remove(at: index)
      } else if windows[index].isOver(clock) {
        remove(at: index)
      } else {
        index += 1
      }
    }
  }

  func due(_ plan: KPIPlan) -> Int64 {
    windows.reduce(missing(plan).map { plan.begin($0) } ?? TimerWheel.never) { min($0, $1.due(plan)) }
  }

  // MARK: Rows

  // Part 1 is of the key, those behind it are windows and pages of events in turns, then come the sketches of windows.

  private static func part(of window: UInt32) -> UInt32 { 2 + window * 2 }

  private static let firstSketch: UInt32 = 1 << 20
  private static let partsOfSketch: UInt32 = 1 << 14

  private static func sketch(of window: UInt32, _ function: Int, _ plan: KPIPlan) -> UInt32 {
    firstSketch + (window * UInt32(plan.window.functions.count) + UInt32(function)) * partsOfSketch
  }

  mutating func drain(_ plan: KPIPlan, _ body: (PartChange) -> Void) {
    if isDirty {
      isDirty = false
      if let done {
        var row = RowWriter()
        row.signed(done.span.start)
        row.signed(done.span.end - done.span.start)
        row.signed(done.last)
        body(PartChange(part: 1, bytes: row.bytes, pieces: pieces))
        pieces = 1
      } else if pieces > 0 {
        body(PartChange(part: 1, bytes: nil, pieces: pieces))
        pieces = 0
      }
    }
    log.drain(body)
    for window in gone {
      window.drainEnd(part: Self.part(of: window.number), sketch: { Self.sketch(of: window.number, $0, plan) }, plan, body)
    }
    gone.removeAll()
    for index in windows.indices {
      let number = windows[index].number
      windows[index].drain(part: Self.part(of: number), sketch: { Self.sketch(of: number, $0, plan) }, plan, body)
    }
  }

  init(parts: [(part: UInt32, bytes: [UInt8])], _ plan: KPIPlan) {
    self.init(plan)
    for (part, bytes) in parts where part < Self.firstSketch {
      if part == 1 {
        var row = RowReader(bytes)
        let start = row.signed()
        done = Done(span: WindowSpan(start: start, end: start + row.signed()), last: row.signed())
        pieces = PartChange.pieces(of: bytes.count)
      } else if part % 2 == 0 {
        windows.append(KPIWindow(bytes, plan))
      } else {
        log.load(part: part, bytes, plan.window)
      }
    }
    isDirty = false
    log.sort(plan.window)
    windows.sort { $0.span.start < $1.span.start }
    for (part, bytes) in parts where part >= Self.firstSketch {
      let (place, part) = (part - Self.firstSketch).quotientAndRemainder(dividingBy: Self.partsOfSketch)
      let (number, function) = place.quotientAndRemainder(dividingBy: UInt32(plan.window.functions.count))
      let window = windows.first { $0.number == number }
      (window?.totals.accumulators[Int(function)] as? DistinctSketch)?.load(part: part, bytes)
    }
    sumLoose(plan)
  }
}
