internal import EventModel

/// Reads a slot's state from the log: deltas and slices in order, up to exactly the delta that was committed (protocol.md 7).
/// Never up to "the end": a commit may be known before its records can be read.
struct RestoreReader: Sendable {
  let slot: Int
  /// What was committed last.
  let mark: CommittedMark
  private(set) var rows = SlotRows()
  private(set) var cycle: SliceCycle
  /// Whether the delta of the mark was applied whole.
  private(set) var isDone = false

  private var pieces = PieceAssembler()
  /// The number that the next delta must have; nil until the first record tells.
  private var expected: UInt64?
  private var term: UInt32 = 0
  /// All rows are known: from the first delta on, or since a cycle of slices was over.
  private var isWhole: Bool
  /// The cycle as it was after the last delta, without that delta's slices: so a restore that stops there knows it.
  private var cycleAtDelta: SliceCycle
  /// Where the next record may lie: what a consumer delivers again is dropped.
  private var next: Int64

  init(slot: Int, mark: CommittedMark, policy: SliceCycle.Policy = .init()) {
    self.slot = slot
    self.mark = mark
    cycle = SliceCycle(policy: policy)
    cycle.read(from: mark.from)
    cycleAtDelta = cycle
    if mark.from == 0 { expected = 1 }
    isWhole = mark.from == 0
    next = mark.from
  }

  /// Takes the next record of the state partition; records after the mark's delta are left alone. `time`: when the broker appended it.
  mutating func add(_ value: UnsafeRawBufferPointer?, at offset: Int64, time: EventTime? = nil) throws(RestoreError) {
    guard !isDone, offset >= next else { return }
    next = offset + 1
    guard let whole = try pieces.add(Envelope(value, ofSlot: slot, at: offset), at: offset) else { return }
    guard whole.term >= term else { throw .fallingTerm(from: term, to: whole.term, offset: whole.offset) }
    // Who took the slot stopped at the last delta: its cycle goes on from there, though the slices behind it stand.
    if whole.term > term, whole.kind == .delta { cycle = cycleAtDelta }
    term = whole.term
    switch whole.kind {
    case .delta:
      let delta: DeltaPayload
      do { delta = try DeltaPayload(decoding: whole.payload) } catch { throw .format(error, offset: whole.offset) }
      try apply(delta, of: whole, time)
    case .slice:
      let slice: SlicePayload
      do { slice = try SlicePayload(decoding: whole.payload) } catch { throw .format(error, offset: whole.offset) }
      try apply(slice, of: whole, time)
    case .block: throw .format(.unknownKind(whole.kind.rawValue), offset: whole.offset)
    }
  }

  private mutating func apply(_ delta: DeltaPayload, of whole: PieceAssembler.Whole, _ time: EventTime?) throws(RestoreError) {
    guard let expected else { throw .noSlice(from: mark.from) }
    guard whole.number == expected else { throw .gap(expected: expected, found: whole.number, offset: whole.offset) }
    if whole.number == mark.number, whole.term != mark.term || whole.writer != mark.writer {
      throw .otherDelta(committed: mark, term: whole.term, writer: whole.writer)
    }
    // What is before `from` is not needed since the cycle that begins there was over.
    guard isWhole || whole.number < mark.number else { throw .endlessCycle(range: cycle.next, of: cycle.ranges, offset: whole.offset) }
    for change in delta.rows { rows.apply(change) }
    cycle.read(deltaBytes: whole.payload.count, time: time)
    cycleAtDelta = cycle
    self.expected = expected + 1
    isDone = whole.number == mark.number
  }

  private mutating func apply(_ slice: SlicePayload, of whole: PieceAssembler.Whole, _ time: EventTime?) throws(RestoreError) {
    let next = expected ?? whole.number + 1
    // A slice is of the delta before it.
    guard whole.number + 1 == next else { throw .gap(expected: next - 1, found: whole.number, offset: whole.offset) }
    try cycle.read(slice: slice, at: whole.offset, time: time)
    rows.replace(with: slice)
    if !cycle.isRunning { isWhole = true }
    expected = next
  }
}

extension Envelope {
  /// Reads a record of a slot's state partition.
  init(_ value: UnsafeRawBufferPointer?, ofSlot slot: Int, at offset: Int64) throws(RestoreError) {
    guard let value else { throw .noValue(offset: offset) }
    do { self = try Envelope(decoding: value) } catch { throw .format(error, offset: offset) }
    guard self.slot == slot else { throw .otherSlot(Int(self.slot), offset: offset) }
  }
}
