internal import EventModel
package import RuleEngine

/// Counts since the worker started; they only rise.
package struct WorkerCounters: Equatable, Sendable {
  package var records: UInt64 = 0
  package var recordBytes: UInt64 = 0
  /// Records that came again and were dropped; offsets for which no record came.
  package var repeated: UInt64 = 0
  package var skipped: UInt64 = 0
  package var batches: UInt64 = 0
  package var transactions: UInt64 = 0
  /// Transactions that were aborted and sent again, and producers that had to be replaced.
  package var aborted: UInt64 = 0
  package var replacedProducers: UInt64 = 0
  /// Committed outputs by topic: violations, dead letters and so on.
  package var outputs: [OutputRecord.Topic: UInt64] = [:]
  package var stateBytes: UInt64 = 0
  /// Time spent from the beginning of transactions to their commit, and evaluating.
  package var committing: Duration = .zero
  package var evaluating: Duration = .zero
  /// The last commit alone.
  package var lastCommit: Duration = .zero
  package init() {}
}

/// A worker at a moment, for health, metrics and screens.
package struct WorkerStatus: Sendable {
  package enum SlotState: String, Sendable, CaseIterable { case absent, locating, scanning, restoring, running, draining, stopped }

  package struct Slot: Sendable {
    package var slot: Int
    package var state: SlotState
    /// Why it is stopped.
    package var reason: String?
    /// The number of the last delta, and the term.
    package var delta: UInt64
    package var term: UInt32
  }

  package struct SourceStatus: Sendable {
    package var source: Source
    /// The offset to be read next, and the end of the source as last asked for.
    package var next: Int64
    package var end: Int64?
    /// Records not read yet; nil: not known.
    package var lag: Int64? { end.map { max(0, $0 - next) } }
    /// Whether reading has reached the end.
    package var isIdle: Bool
    /// Why it could not be proven to be read to its end, and how often.
    package var unproven: [ProofFailure: UInt64]
  }

  package var slots: [Slot]
  package var sources: [SourceStatus]
  package var counters: WorkerCounters
  /// What stands in the way of reading and sending; nil: nothing.
  package var holdReason: String?
  /// Whether every slot runs and nothing is held.
  package var isReady: Bool
  /// Records not read yet, over all sources; nil: not known.
  package var lag: Int64? {
    sources.isEmpty ? nil : sources.reduce(Int64?(0)) { sum, source in sum.flatMap { a in source.lag.map { a + $0 } } }
  }
}

extension WorkerStatus {
  init(_ board: WorkerBoard.Contents) {
    slots = board.slots.enumerated().map { index, ownership in
      let (state, reason) = ownership.state.described
      let mark = board.marks[index]
      return Slot(slot: index, state: state, reason: reason, delta: mark?.number ?? 0, term: mark?.term ?? 0)
    }
    sources = board.positions.map { position in
      SourceStatus(
        source: position.source, next: position.next, end: board.ends[position.source], isIdle: position.end != nil,
        unproven: board.proofFailures[position.source] ?? [:])
    }
    counters = board.counters
    holdReason = board.holdReason ?? board.stoppedSlot ?? board.slotsElsewhere ?? board.clocks ?? board.memory
    isReady = holdReason == nil && slots.allSatisfy { $0.state == .running } && !board.partitions.isEmpty
  }
}

/// What stands in the way, in words; each nil: nothing does.
extension WorkerBoard.Contents {
  fileprivate var stoppedSlot: String? {
    slots.enumerated().lazy.compactMap { slot, ownership in
      if case .stopped(let reason) = ownership.state { "slot \(slot) is stopped: \(reason)" } else { nil }
    }.first
  }

  /// One worker evaluates all slots, for rows of one go to another in memory.
  fileprivate var slotsElsewhere: String? {
    guard let held, held.count < slots.count else { return nil }
    let missing = slots.indices.filter { !held.contains($0) }.map(String.init).joined(separator: ", ")
    return "slots held by another worker: \(missing)"
  }

  fileprivate var memory: String? {
    guard stateMemory.used > stateMemory.limit else { return nil }
    return "state takes about \(stateMemory.used >> 20) MB, more than the \(stateMemory.limit >> 20) MB of `memory.state`"
  }

  fileprivate var clocks: String? {
    guard let clocksApart else { return nil }
    let seconds = (Double(clocksApart.microseconds) / 1_000_000).rounded()
    return "the broker's clock is \(Int(abs(seconds))) s \(seconds < 0 ? "behind" : "ahead of") the worker's: no deadline falls due"
  }
}

extension SlotOwnership.State {
  fileprivate var described: (WorkerStatus.SlotState, String?) {
    switch self {
    case .absent: (.absent, nil)
    case .locating: (.locating, nil)
    case .scanning: (.scanning, nil)
    case .restoring: (.restoring, nil)
    case .running: (.running, nil)
    case .draining: (.draining, nil)
    case .stopped(let reason): (.stopped, reason)
    }
  }
}
