internal import EventModel
internal import RuleEngine
internal import Synchronization

/// What the threads of a worker tell one another without waiting: states of the slots, how far was read, what is proven.
final class WorkerBoard: Sendable {
  struct Contents: Sendable {
    var slots: [SlotOwnership]
    /// Marks as last committed or read.
    var marks: [Int: CommittedMark] = [:]
    /// Partitions that are read, by topic; empty: nothing is read at present.
    var partitions: [String: Int32] = [:]
    var idle: [Source: Int64] = [:]
    var positions: [SourcePositions.Position] = []
    var ends: [Source: Int64] = [:]
    var proofFailures: [Source: [ProofFailure: UInt64]] = [:]
    var brokerClock = BrokerClock()
    /// So far that nothing is proven; positive: the broker is ahead.
    var clocksApart: Duration?
    /// What the state takes in memory, about, and what it may take.
    var stateMemory = (used: 0, limit: Int.max)
    var holdReason: String?
    /// The slots that the group gave to this worker; nil: it has no place in the group yet.
    var held: Set<Int>?
    var phase = Transaction.Phase.closed
    var counters = WorkerCounters()
    /// When the shard last came by, by the monotonic clock.
    var shardSeenAt: Duration?
  }
  private let contents: Mutex<Contents>

  init(slots: Int, storesOffsets: Bool) {
    contents = Mutex(Contents(slots: (0..<slots).map { _ in SlotOwnership(storesOffsets: storesOffsets) }))
  }

  func with<Result: Sendable>(_ body: (inout Contents) -> Result) -> Result { contents.withLock { body(&$0) } }

  func handle(_ event: SlotOwnership.Event, slot: Int) -> [SlotOwnership.Action] { with { $0.slots[slot].handle(event) } }

  func state(of slot: Int) -> SlotOwnership.State { with { $0.slots[slot].state } }
}
