internal import RuleEngine

/// A slot as its shard holds it: what is committed, with what is pending.
struct OwnedSlot {
  let lease: Lease
  /// As it was last committed or read; nil: nothing ever was.
  var mark: CommittedMark?
  /// Whether this owner has committed a delta of its own: the first one takes the slot, even if it is empty.
  var isTaken = false
  /// The rows after the last delta, pending or committed.
  var rows: SlotRows
  var cycle: SliceCycle

  init(lease: Lease, restored: RestoredSlot) {
    self.lease = lease
    mark = restored.mark
    rows = restored.rows
    cycle = restored.cycle
  }

  /// The mark of the next delta. The term rises by one when a slot is taken.
  func nextMark(writer: String) -> CommittedMark {
    let term = mark?.term ?? 0
    return CommittedMark(number: (mark?.number ?? 0) + 1, from: cycle.from, term: isTaken ? term : term + 1, writer: writer)
  }
}

/// A slot as a restore leaves it.
struct RestoredSlot: Sendable {
  /// nil: a first start.
  var mark: CommittedMark?
  var rows = SlotRows()
  var cycle = SliceCycle()
}
