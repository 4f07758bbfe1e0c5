internal import EventModel

/// A time during which the condition of a limit is true for a key: what stands of it, and what was said.
struct LimitRun {
  /// The instant at which the condition became true: the anchor, and `at`.
  var start: Int64
  /// It was true before the key's first event: that is no violation, and nothing is said of it.
  var isSilent = false
  /// The instant at which it is false again, as far as is known.
  var end: Int64?
  /// `end` is where the key began anew, long after its window had emptied: the violation stays as it is (language.md 8.5).
  var isForgotten = false
  /// What the violation says, with the values of its start.
  var content: ViolationContent?
  /// What was said of it; nil: nothing yet.
  var publication: Publication?
  /// What was said differs from `content`.
  var isReworded = false
  /// Ids of violations that this one stands for, and of those that stand for it.
  var replaces: [String] = []
  var replacedBy: [String] = []

  init(start: Int64) { self.start = start }

  /// Before every instant at which a window is looked at.
  static let ever = RuleClock.past * 2

  func holds(at instant: Int64) -> Bool { start <= instant && instant < (end ?? .max) }

  /// What stands of it at a clock.
  func verdict(_ clock: RuleClock, lateness: Int64) -> Verdict {
    let isOver = !isForgotten && end.map { $0 < clock.now } ?? false
    return Verdict(
      state: isOver ? .resolved : .open, reason: isOver ? .falseAgain : nil, settled: clock.now > start + lateness)
  }

  func write(to row: inout RowWriter) {
    row.signed(start)
    row.byte(
      (end == nil ? 0 : 1) | (content == nil ? 0 : 2) | (publication == nil ? 0 : 4) | (isReworded ? 8 : 0) | (isSilent ? 16 : 0)
        | (isForgotten ? 32 : 0))
    if let end { row.signed(end) }
    content?.write(to: &row)
    publication?.write(to: &row)
    for ids in [replaces, replacedBy] {
      row.unsigned(UInt64(ids.count))
      for id in ids { row.string(id) }
    }
  }

  init(from row: inout RowReader) {
    start = row.signed()
    let flags = row.byte()
    end = flags & 1 == 0 ? nil : row.signed()
    content = flags & 2 == 0 ? nil : ViolationContent(from: &row)
    publication = flags & 4 == 0 ? nil : Publication(from: &row)
    (isReworded, isSilent, isForgotten) = (flags & 8 != 0, flags & 16 != 0, flags & 32 != 0)
    replaces = (0..<row.unsigned()).map { _ in row.string() }
    replacedBy = (0..<row.unsigned()).map { _ in row.string() }
  }
}
