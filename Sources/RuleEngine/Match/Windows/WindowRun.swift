internal import EventModel

/// Windows out of bounds that follow one another: one violation (language.md 16.4, 18.4).
struct WindowRun {
  /// The first window: its start is the anchor, its end `at`.
  var first: WindowSpan
  /// The last one that is out of bounds.
  var last: WindowSpan
  /// What it says: the values of the last one.
  var content: ViolationContent
  /// A window behind it holds by what is known: no further one joins.
  var isOver = false
  /// That is decided.
  var isResolved = false

  var owner: LedgerOwner { LedgerOwner(instant: first.start) }

  init(_ span: WindowSpan, _ content: ViolationContent) { (first, last, self.content) = (span, span, content) }

  func write(to row: inout RowWriter) {
    for span in [first, last] { row.span(span) }
    content.write(to: &row)
  }

  init(from row: inout RowReader) {
    (first, last) = (row.span(), row.span())
    content = ViolationContent(from: &row)
  }
}

/// What is known of a window that is judged.
enum WindowVerdict {
  case breach(ViolationContent)
  /// `isDecided`: no event that is still to be read in order makes it a breach.
  case holds(isDecided: Bool)
  /// There is no value, or no telling: it leaves a run as it is.
  case none
}

/// The runs of windows that stand of a key.
struct WindowRuns {
  private(set) var runs: [WindowRun] = []
  /// A window that begins so long after a run joins it no more: the violation stays as it is (language.md 8.5).
  private let remember: Int64

  /// `open`: the run that goes on where the windows begin.
  init(_ open: WindowRun? = nil, remember: Int64 = TimerWheel.never) {
    runs = open.map { [$0] } ?? []
    self.remember = remember
  }

  /// Further windows may join the last run.
  var isOpen: Bool { runs.last.map { !$0.isOver } ?? false }

  /// Takes the next window.
  mutating func add(_ span: WindowSpan, _ verdict: WindowVerdict) {
    if case .none = verdict { return }
    if isOpen, let last = runs.last?.last, span.start - last.end > remember { runs[runs.count - 1].isOver = true }
    switch verdict {
    case .breach(let content):
      guard isOpen else {
        runs.append(WindowRun(span, content))
        return
      }
      // What is corrected, and what rules on its rule see, are the values of the first one.
      let first = runs[runs.count - 1].content
      (runs[runs.count - 1].last, runs[runs.count - 1].content) = (span, content)
      (runs[runs.count - 1].content.event, runs[runs.count - 1].content.corrections) = (first.event, first.corrections)
    case .holds(let isDecided):
      guard isOpen else { return }
      (runs[runs.count - 1].isOver, runs[runs.count - 1].isResolved) = (true, isDecided)
    case .none: break
    }
  }
}

extension Ledger {
  /// Of a key's runs these stand now. `before`: those that were told; `reason`: of their resolution.
  mutating func tell(_ runs: [WindowRun], before: [WindowRun], key: KeySource, reason: ViolationReason, _ plan: RulePlan) {
    let vanished = before.filter { old in !runs.contains { $0.first.start == old.first.start } }
    for run in vanished { replace(run.owner, with: [], plan) }
    for run in runs {
      let at = run.first.end
      let violation = StandingViolation(
        id: id(of: run, key, plan), anchored: run.first.start, at: at, settles: at + plan.lateness + 1,
        state: run.isResolved ? .resolved : .open, reason: run.isResolved ? reason : nil, content: run.content)
      replace(run.owner, with: [violation], plan)
    }
    // Late evidence may move the first window (language.md 9.2).
    for old in vanished {
      let other = runs.first { old.first.start <= $0.last.start && $0.first.start <= old.last.start }
      if let other { move(id(of: old, key, plan), to: id(of: other, key, plan)) }
    }
  }

  private func id(of run: WindowRun, _ key: KeySource, _ plan: RulePlan) -> String {
    let owner = run.owner
    if let known = entries.first(where: { $0.owner == owner }) { return known.violation.id }
    return plan.windowViolationID(key: KeyPlan.values(key.bytes), start: run.first.start)
  }
}

extension RulePlan {
  /// The id of a violation that begins with the window of that start.
  func windowViolationID(key: [Value], start: Int64) -> String {
    violationID(key: key) { $0.write(EventTime(microseconds: start).rfc3339) }
  }
}

extension RowWriter {
  mutating func span(_ span: WindowSpan) {
    signed(span.start)
    signed(span.end - span.start)
  }
}

extension RowReader {
  mutating func span() -> WindowSpan {
    let start = signed()
    return WindowSpan(start: start, end: start + signed())
  }
}
