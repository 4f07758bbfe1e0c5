internal import RuleEngine
internal import StreamRuntime
internal import Synchronization

/// The relay's place in the group at home: which partitions are its own. Partition p of every copied topic goes with slot p mod K of the
/// application, so that several relays share the work; that two hold one for a moment does no harm, since the later producer fences the other.
final class RelayPlace: Sendable {
  /// A revocation waits at most so long for the transactions under way.
  private static let patience: Duration = .seconds(5)

  private struct State {
    var held: Set<Int32> = []
    var slots: Int32 = 0
    var counts: [String: Int32] = [:]
    var hasPlace = false
  }

  private let state = Mutex(State())
  private let peers: [RelayOrders]

  init(peers: [RelayOrders]) { self.peers = peers }

  /// Partition counts at home, as they are now.
  func learn(slots: Int32, counts: [String: Int32]) {
    let isNew = state.withLock { state in
      defer { (state.slots, state.counts) = (slots, counts) }
      return state.slots != slots || state.counts != counts
    }
    if isNew { order() }
  }

  /// On the thread that polls the membership.
  func handle(_ change: MembershipChange) {
    switch change {
    case .assigned(let slots):
      state.withLock { state in
        state.held.formUnion(slots)
        state.hasPlace = true
      }
      order()
    case .revoked(let slots):
      state.withLock { $0.held.subtract(slots) }
      for rendezvous in order() { _ = rendezvous.wait(atMost: Self.patience) }
    case .lost(let slots):
      state.withLock { $0.held.subtract(slots) }
      order()
    }
  }

  var hasPlace: Bool { state.withLock { $0.hasPlace } }

  /// All partitions that this relay publishes, in order.
  var sources: [Source] {
    state.withLock { state in
      guard state.slots > 0 else { return [] }
      return state.counts.sorted { $0.key < $1.key }.flatMap { topic, count in
        (0..<count).filter { state.held.contains($0 % state.slots) }.map { Source(topic: topic, partition: $0) }
      }
    }
  }

  @discardableResult
  private func order() -> [Rendezvous] {
    let sources = sources
    return peers.map { $0.publish(sources) }
  }
}
