/// Why a slot cannot be restored from its state topic (protocol.md 7): it is stopped, and says this.
enum RestoreError: Error, Hashable, Sendable, CustomStringConvertible {
  case format(FormatError, offset: Int64)
  /// A record without a value, which nobody writes.
  case noValue(offset: Int64)
  /// A record of another slot.
  case otherSlot(Int, offset: Int64)
  /// A delta is missing, or doubled.
  case gap(expected: UInt64, found: UInt64, offset: Int64)
  case fallingTerm(from: UInt32, to: UInt32, offset: Int64)
  case missingPiece(number: UInt64, part: UInt16, offset: Int64)
  /// A range of a cycle of slices is missing.
  case missingSlice(range: Int, found: Int, offset: Int64)
  /// The cycle of slices that the committed offset points at is not over at the delta that it names.
  case endlessCycle(range: Int, of: Int, offset: Int64)
  /// The first record is no slice, though the state before it was deleted.
  case noSlice(from: Int64)
  /// The committed offset names a delta that another one with the same number contradicts.
  case otherDelta(committed: CommittedMark, term: UInt32, writer: String)
  /// The first record that is needed is not in the log any more.
  case outOfRange(from: Int64, low: Int64)
  /// The metadata of the committed offset cannot be read.
  case metadata(FormatError, text: String)

  var description: String {
    switch self {
    case .format(let error, let offset): "the record at offset \(offset) is \(error)"
    case .noValue(let offset): "the record at offset \(offset) is empty"
    case .otherSlot(let slot, let offset): "the record at offset \(offset) is of slot \(slot)"
    case .gap(let expected, let found, let offset): "delta \(found) at offset \(offset) where delta \(expected) should be"
    case .fallingTerm(let from, let to, let offset): "the term falls from \(from) to \(to) at offset \(offset)"
    case .missingPiece(let number, let part, let offset): "piece \(part) of number \(number) at offset \(offset) has no piece before it"
    case .missingSlice(let range, let found, let offset): "slice \(found) at offset \(offset) where slice \(range) should be"
    case .endlessCycle(let range, let ranges, let offset):
      "slice \(range) of \(ranges) is missing before the last delta, at offset \(offset)"
    case .noSlice(let from): "no slice at offset \(from), though what lies before it is not needed"
    case .otherDelta(let committed, let term, let writer):
      "delta \(committed.number) is of term \(term) by \(writer), but term \(committed.term) by \(committed.writer) was committed"
    case .outOfRange(let from, let low): "offset \(from) is needed, but the log begins at \(low)"
    case .metadata(let error, let text): "the committed offset says `\(text)`, which is \(error)"
    }
  }
}
