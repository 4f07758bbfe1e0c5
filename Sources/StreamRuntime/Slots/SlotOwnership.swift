/// The states of one slot at a worker (the table of protocol.md 6): an event in, actions out.
struct SlotOwnership: Equatable, Sendable {
  enum State: Equatable, Sendable {
    case absent
    /// The committed mark is being looked for.
    case locating
    /// There is no committed offset, but the state partition holds records: the last delta is being looked for, up to this offset.
    case scanning(end: Int64)
    case restoring(CommittedMark)
    case running
    /// Revoked, while its last transaction is being finished.
    case draining
    /// For good, until somebody acts; why.
    case stopped(String)
  }

  enum Event: Equatable, Sendable {
    case assigned
    case located(CommittedMark)
    /// No answer yet, or a transaction is still open.
    case unanswered
    /// The group has no offset for the slot; what its state partition holds, to the last stable offset and to its end.
    case noOffset(low: Int64, stable: Int64, end: Int64)
    /// The last delta that the state partition holds; nil: none.
    case scanned(CommittedMark?)
    case restored
    case failed(RestoreError)
    /// A source of the slot does not go on where the slot stands; so many records are gone.
    case outOfRange(String)
    case revoked
    case drained
    case lost
  }

  enum Action: Equatable, Sendable {
    /// Ask for the committed mark, or what the state partition holds; after a pause when it was asked before.
    case locate(again: Bool)
    case scan(end: Int64)
    case restore(CommittedMark)
    /// The rows are complete: the shard runs the slot. nil: a first start, without rows.
    case run(CommittedMark?)
    /// Finish the transaction that is being sent, drop the rest.
    case drain
    /// Forget rows, effects and whatever is under way for the slot.
    case forget
    case warn(String)
    case report(String)
  }

  private(set) var state = State.absent
  /// Whether the cluster keeps offsets and state; if not, every start is a first one.
  private let storesOffsets: Bool

  init(storesOffsets: Bool) { self.storesOffsets = storesOffsets }

  mutating func handle(_ event: Event) -> [Action] {
    switch (state, event) {
    case (.absent, .assigned):
      guard storesOffsets else { return go(.running, .run(nil)) }
      return go(.locating, .locate(again: false))

    case (.locating, .located(let mark)): return go(.restoring(mark), .restore(mark))
    case (.locating, .unanswered): return [.locate(again: true)]
    case (.locating, .noOffset(let low, let stable, let end)):
      // A transaction is open: whether it holds records of the slot shows when it ends.
      guard stable == end else { return [.locate(again: true)] }
      if low < end { return go(.scanning(end: end), .scan(end: end)) }
      guard end == 0 else { return stop("its state was deleted: the log is empty, but ends at offset \(end)") }
      return go(.running, .run(nil))

    case (.scanning, .scanned(nil)): return go(.running, .run(nil))
    case (.scanning, .scanned(let mark?)):
      let warning = "the group has no committed offset (they expire when it stands empty); going on from delta \(mark.number)"
      return [.warn(warning)] + go(.restoring(mark), .restore(mark))

    case (.restoring(let mark), .restored): return go(.running, .run(mark))
    case (.locating, .failed(let error)), (.scanning, .failed(let error)), (.restoring, .failed(let error)):
      return stop(error.description)
    case (.running, .outOfRange(let what)): return stop(what)

    case (.running, .revoked): return go(.draining, .drain)
    case (.draining, .drained): return go(.absent, .forget)
    case (_, .revoked), (_, .lost): return state == .absent ? [] : go(.absent, .forget)

    // Assigned again while it is here: the lease is a new one, the state is read anew.
    case (_, .assigned): return [.forget] + restart()
    // Answers to what was asked before the slot went away.
    case (.absent, _), (.draining, _), (.stopped, _), (.running, _), (.locating, _), (.scanning, _), (.restoring, _): return []
    }
  }

  /// Reads the slot's state anew under the same lease: another slot was lost, and rows that went from one to the other in memory with it.
  mutating func restart() -> [Action] {
    state = .absent
    return handle(.assigned)
  }

  private mutating func go(_ next: State, _ action: Action) -> [Action] {
    state = next
    return [action]
  }

  private mutating func stop(_ reason: String) -> [Action] {
    state = .stopped(reason)
    return [.forget, .report(reason)]
  }
}
