/// When a batch closes (protocol.md 5).
struct BatchWindow: Equatable, Sendable {
  struct Limits: Equatable, Sendable {
    var age: Duration = .milliseconds(50)
    /// While there is more to read at once: who catches up waits longer for a commit, and spends less on commits.
    var ageBehind: Duration = .milliseconds(500)
    var records = 65_536
    var bytes = 32 << 20
    init() {}
  }

  let limits: Limits
  /// When its first record came, by the monotonic clock; nil: it is empty.
  private(set) var openedAt: Duration?
  private(set) var records = 0
  /// Of its effects.
  private(set) var bytes = 0
  /// Whether there was more to read when its last records came.
  private var isBehind = false

  init(limits: Limits = Limits()) { self.limits = limits }

  /// How many records the batch still takes.
  var room: Int { max(0, limits.records - records) }

  /// Takes note of records, of how many bytes of effects the batch has by now, and whether there is more to read at once.
  mutating func add(records: Int, effects: Int, isBehind: Bool, at uptime: Duration) {
    guard records > 0 else { return }
    if openedAt == nil { openedAt = uptime }
    self.isBehind = isBehind
    self.records += records
    bytes = effects
  }

  func isDue(at uptime: Duration) -> Bool {
    guard let openedAt else { return false }
    return uptime - openedAt >= age || records >= limits.records || bytes >= limits.bytes
  }

  /// How long the batch may wait for more; nil: it is empty.
  func remaining(at uptime: Duration) -> Duration? { openedAt.map { max(.zero, $0 + age - uptime) } }

  private var age: Duration { isBehind ? limits.ageBehind : limits.age }

  mutating func reset() { self = BatchWindow(limits: limits) }
}
