internal import EventModel

/// A time during which the condition of a limit is true for a key.
struct LimitRun {
  /// The instant at which the condition became true: the anchor, and `at`.
  var start: Int64
  /// It was true before the key's first event: that is no violation, and nothing is said of it.
  var isSilent = false
  /// The instant at which it is false again, as far as is known.
  var end: Int64?
  /// `end` is where the key began anew, long after its window had emptied: the violation stays as it is (language.md 8.5).
  var isForgotten = false
  /// The violation's id, and what it says, with the values of its start; nil: nothing is said of it.
  var violation: (id: String, content: ViolationContent)?
  /// What the ledger was told; nil: nothing yet.
  var told: ViolationState?

  init(start: Int64) { self.start = start }

  /// Before every instant at which a window is looked at.
  static let ever = RuleClock.past * 2

  func holds(at instant: Int64) -> Bool { start <= instant && instant < (end ?? .max) }

  /// It ended before the clock: it is resolved.
  func isOver(_ clock: Int64) -> Bool { !isForgotten && end.map { $0 < clock } ?? false }

  func write(to row: inout RowWriter) {
    row.signed(start)
    row.byte((end == nil ? 0 : 1) | (violation == nil ? 0 : 2) | (isSilent ? 4 : 0) | (isForgotten ? 8 : 0))
    row.byte(told.map { $0.rawValue + 1 } ?? 0)
    if let end { row.signed(end) }
    guard let violation else { return }
    row.string(violation.id)
    violation.content.write(to: &row)
  }

  init(from row: inout RowReader) {
    start = row.signed()
    let flags = row.byte()
    let told = row.byte()
    self.told = told == 0 ? nil : ViolationState(rawValue: told - 1)
    end = flags & 1 == 0 ? nil : row.signed()
    (isSilent, isForgotten) = (flags & 4 != 0, flags & 8 != 0)
    violation = flags & 2 == 0 ? nil : (row.string(), ViolationContent(from: &row))
  }
}
