/// Looks for the last delta of a state partition whose committed offset is gone (the group stood empty for longer than the broker keeps
/// offsets): that delta stands for it (protocol.md 6).
struct LastDeltaScan: Sendable {
  let slot: Int
  /// The mark that the last delta read so far makes; nil: no delta yet.
  private(set) var mark: CommittedMark?
  private var pieces = PieceAssembler()
  private var next: Int64 = 0

  init(slot: Int) { self.slot = slot }

  mutating func add(_ value: UnsafeRawBufferPointer?, at offset: Int64) throws(RestoreError) {
    guard offset >= next else { return }
    next = offset + 1
    let envelope = try Envelope(value, ofSlot: slot, at: offset)
    // The log may begin in the middle of a payload.
    guard envelope.part == 0 || mark != nil || pieces.isInside(envelope.writer) else { return }
    guard let whole = try pieces.add(envelope, at: offset), whole.kind == .delta else { return }
    let from: Int64
    do { from = try DeltaPayload(decoding: whole.payload).from } catch { throw .format(error, offset: whole.offset) }
    mark = CommittedMark(number: whole.number, from: from, term: whole.term, writer: whole.writer)
  }
}
