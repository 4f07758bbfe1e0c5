internal import EventModel
internal import RuleEngine

/// Which slices go along with a slot's deltas, and from where a restore has to read (protocol.md 7).
///
/// When the deltas outweigh the rows, a cycle begins: all rows are written once more, range after range, a little with each transaction.
/// Once the last range is committed, nothing before the first slice of the cycle is needed. At least once a day there is a cycle, whatever
/// changed: where the log cannot be kept for ever, what is needed is never older than that.
struct SliceCycle: Equatable, Sendable {
  struct Policy: Equatable, Sendable {
    /// Deltas of fewer bytes begin no cycle.
    var leastDeltas = 16 << 20
    /// About the bytes of rows in a range.
    var rangeBytes = 256 << 10
    /// What a transaction may add at least, whatever its delta.
    var leastAllowance = 64 << 10
    /// A cycle begins so long after the one before it at the latest…
    var longest: Duration = .seconds(86_400)
    /// …and then each transaction takes this part of the rows at least, so that it ends though few are made.
    var leastPart = 64
    init() {}
  }

  /// The offset of the first record that a restore needs: what the next mark says.
  private(set) var from: Int64 = 0
  /// The number of the cycle that runs, or ran last; 0: none yet.
  private(set) var cycle: UInt64 = 0
  /// The next range to write, and how many the cycle has; equal: the cycle is over.
  private(set) var next = 0
  private(set) var ranges = 0
  /// Where the first slice of the cycle lies, once that is known.
  private var firstSlice: Int64?
  /// Bytes of deltas since the last cycle began.
  private var deltaBytes = 0
  /// When the cycle began, or the log that is read; nil: not known.
  private(set) var begunAt: EventTime?
  /// Whether the cycle is one for its time.
  private var isForTime = false
  /// Bytes that slices may still have: a range that is larger than what one transaction may add waits for the next ones.
  private var allowance = 0
  /// What the next range had when it was too large: it is not put together again before there is room for that. nil: it was not looked at.
  private var waiting: Int?
  private var now: EventTime?
  private let policy: Policy

  init(policy: Policy = Policy()) { self.policy = policy }

  var isRunning: Bool { next < ranges }

  /// What the wall clock says now, for the next plan.
  mutating func passed(to now: EventTime) {
    if begunAt == nil { begunAt = now }
    self.now = now
  }

  private var isDue: Bool {
    guard let begunAt, let now else { return false }
    return now.microseconds - begunAt.microseconds >= policy.longest.microseconds
  }

  /// The slices that go with a delta. `rows` hold that delta.
  mutating func plan(deltaBytes added: Int, rows: SlotRows) -> [SlicePayload] {
    deltaBytes += added
    if !isRunning {
      let outweighs = deltaBytes > max(rows.bytes, policy.leastDeltas)
      guard outweighs || isDue else { return [] }
      isForTime = !outweighs
      begunAt = now
      begin(ranges: Self.ranges(for: rows.bytes, each: policy.rangeBytes))
    }
    allowance += max(added, policy.leastAllowance, isForTime ? rows.bytes / policy.leastPart : 0)
    var slices: [SlicePayload] = []
    while isRunning {
      if let waiting, waiting > allowance { break }
      let slice = SlicePayload(cycle: cycle, range: next, ranges: ranges, rows: rows.rows(ofRange: next, among: ranges))
      let size = slice.rows.reduce(0) { $0 + $1.row.key.count + ($1.value?.count ?? 0) }
      waiting = size > allowance ? size : nil
      guard waiting == nil else { break }
      allowance -= size
      slices.append(slice)
      next += 1
    }
    return slices
  }

  /// The transaction with the planned slices is committed. `firstSlice`: the offset of the slice of range 0, if it was among them.
  mutating func committed(firstSlice offset: Int64?) {
    if let offset { firstSlice = offset }
    if !isRunning, let first = firstSlice, ranges > 0 {
      from = first
      firstSlice = nil
    }
  }

  /// What a restore reads: the deltas and slices in the order of the log.
  mutating func read(from: Int64) { self.from = from }
  mutating func read(deltaBytes added: Int, time: EventTime?) {
    deltaBytes += added
    if begunAt == nil { begunAt = time }
  }
  mutating func read(slice: SlicePayload, at offset: Int64, time: EventTime?) throws(RestoreError) {
    // A cycle begins when the one before is over.
    guard slice.range == 0 ? !isRunning : (slice.cycle == cycle && slice.ranges == ranges && slice.range == next) else {
      throw .missingSlice(range: next, found: slice.range, offset: offset)
    }
    if slice.range == 0 {
      begin(ranges: slice.ranges)
      begunAt = time
      firstSlice = offset
    }
    cycle = slice.cycle
    next = slice.range + 1
    ranges = slice.ranges
    if !isRunning, let first = firstSlice {
      from = max(from, first)
      firstSlice = nil
    }
  }

  private mutating func begin(ranges: Int) {
    cycle += 1
    self.ranges = ranges
    next = 0
    deltaBytes = 0
    allowance = 0
    waiting = nil
    firstSlice = nil
  }

  /// A power of two of at most 65,536.
  private static func ranges(for bytes: Int, each size: Int) -> Int {
    var ranges = 1
    while ranges < 65_536, ranges * size < bytes { ranges *= 2 }
    return ranges
  }
}
