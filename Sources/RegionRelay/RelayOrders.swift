internal import RuleEngine
internal import StreamRuntime
internal import Synchronization

/// Between the thread that holds the place in the group and one that publishes to a peer.
final class RelayOrders: Sendable {
  private struct State {
    var sources: [Source]?
    var waiting: [Rendezvous] = []
    var isStopping = false
    var isFinished = false
    var status: [RelayStatus.Partition] = []
  }
  private let state = Mutex(State())

  /// From now on these partitions.
  /// - Returns: finished when the others are given up, or when the thread has ended.
  func publish(_ sources: [Source]) -> Rendezvous {
    let rendezvous = Rendezvous()
    let isFinished = state.withLock { state in
      state.sources = sources
      state.waiting.append(rendezvous)
      return state.isFinished
    }
    if isFinished { rendezvous.finish() }
    return rendezvous
  }

  /// What is new, to be done and answered.
  func take() -> (sources: [Source], waiting: [Rendezvous])? {
    state.withLock { state in
      guard let sources = state.sources else { return nil }
      defer { (state.sources, state.waiting) = (nil, []) }
      return (sources, state.waiting)
    }
  }

  func stop() { state.withLock { $0.isStopping = true } }
  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// The publishing thread has ended: nobody waits for it any more.
  func finish() {
    let waiting = state.withLock { state in
      state.isFinished = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for rendezvous in waiting { rendezvous.finish() }
  }

  func report(_ status: [RelayStatus.Partition]) { state.withLock { $0.status = status } }
  var status: [RelayStatus.Partition] { state.withLock { $0.status } }
}
