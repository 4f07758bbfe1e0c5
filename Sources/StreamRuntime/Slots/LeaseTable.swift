internal import Synchronization

/// A worker's right to a slot, from its assignment to its revocation or loss. Each assignment makes a new one.
struct Lease: Hashable, Sendable {
  var slot: Int
  var identity: UInt64
}

/// The leases that stand. The membership thread grants and ends them; a shard looks at them before it commits.
final class LeaseTable: Sendable {
  private struct Leases {
    var standing: [Int: UInt64] = [:]
    var granted: UInt64 = 0
  }
  private let leases = Mutex(Leases())

  init() {}

  func grant(_ slot: Int) -> Lease {
    leases.withLock { leases in
      leases.granted += 1
      leases.standing[slot] = leases.granted
      return Lease(slot: slot, identity: leases.granted)
    }
  }

  func end(_ slots: [Int]) {
    leases.withLock { leases in for slot in slots { leases.standing[slot] = nil } }
  }

  func stands(_ lease: Lease) -> Bool { leases.withLock { $0.standing[lease.slot] == lease.identity } }
}
