internal import EventModel

/// A violation of a key: what stands of it, and what was said.
struct LedgerEntry {
  var owner: LedgerOwner
  var violation: StandingViolation
  /// By all that is known now it is violated, or was.
  var stands = true
  /// Its owner is forgotten: nothing changes it any more but `suppress`.
  var isReleased = false
  /// What was said; nil: nothing yet.
  var publication: Publication?
  /// It says something else than was said.
  var isReworded = false
  /// Ids of violations that this one stands for, and of those that stand for it.
  var replaces: [String] = []
  var replacedBy: [String] = []
  /// `suppress` holds it back: the id of the violation that counts it.
  var heldBy: String?
  /// How many it holds back.
  var suppressed = 0

  init(owner: LedgerOwner, violation: StandingViolation) {
    self.owner = owner
    self.violation = violation
  }

  /// In the order in which `suppress` is decided (language.md 8.6).
  static func precedes(_ a: LedgerEntry, _ b: LedgerEntry) -> Bool {
    a.violation.at != b.violation.at ? a.violation.at < b.violation.at : a.violation.id < b.violation.id
  }

  /// What is to be said of it at a clock; nil: nothing.
  func verdict(_ clock: Int64) -> Verdict? {
    let settled = clock >= violation.settles
    if stands, heldBy == nil { return Verdict(state: violation.state, reason: violation.reason, settled: settled) }
    if publication == nil { return nil }
    return Verdict(state: .withdrawn, reason: replacedBy.isEmpty ? .evidence : .moved, settled: settled)
  }

  func write(to row: inout RowWriter) {
    row.bytes(owner.bytes)
    violation.write(to: &row)
    row.byte(
      (stands ? 1 : 0) | (isReleased ? 2 : 0) | (publication == nil ? 0 : 4) | (isReworded ? 8 : 0) | (heldBy == nil ? 0 : 16))
    publication?.write(to: &row)
    if let heldBy { row.string(heldBy) }
    row.unsigned(UInt64(suppressed))
    for ids in [replaces, replacedBy] {
      row.unsigned(UInt64(ids.count))
      for id in ids { row.string(id) }
    }
  }

  init(from row: inout RowReader) {
    owner = LedgerOwner(from: &row)
    violation = StandingViolation(from: &row)
    let flags = row.byte()
    (stands, isReleased, isReworded) = (flags & 1 != 0, flags & 2 != 0, flags & 8 != 0)
    publication = flags & 4 != 0 ? Publication(from: &row) : nil
    heldBy = flags & 16 != 0 ? row.string() : nil
    suppressed = Int(row.unsigned())
    replaces = (0..<row.unsigned()).map { _ in row.string() }
    replacedBy = (0..<row.unsigned()).map { _ in row.string() }
  }
}
