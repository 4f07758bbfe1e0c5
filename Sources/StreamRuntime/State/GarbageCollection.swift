/// What can be deleted of the state partitions, and when (protocol.md 7): what lies before a committed `from`, at most once a minute. A lost,
/// late or doubled call changes nothing.
struct GarbageCollection: Equatable, Sendable {
  static let interval: Duration = .seconds(60)

  private var deletable: [Int: Int64] = [:]
  private var deleted: [Int: Int64] = [:]
  private var lastRun: Duration?

  init() {}

  /// A commit of the slot carried this `from`.
  mutating func committed(slot: Int, from: Int64) {
    guard from > deleted[slot] ?? 0 else { return }
    deletable[slot] = from
  }

  /// The positions to delete before, by slot; empty: nothing to do now.
  mutating func take(at uptime: Duration) -> [Int: Int64] {
    if let lastRun, uptime - lastRun < Self.interval { return [:] }
    guard !deletable.isEmpty else { return [:] }
    lastRun = uptime
    deleted.merge(deletable) { max($0, $1) }
    defer { deletable = [:] }
    return deletable
  }

  /// The slot is another worker's.
  mutating func forget(slot: Int) {
    deletable[slot] = nil
    deleted[slot] = nil
  }
}
