/// When a batch closes (protocol.md 5).
struct BatchWindow: Equatable, Sendable {
  struct Limits: Equatable, Sendable {
    var age: Duration = .milliseconds(50)
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

  init(limits: Limits = Limits()) { self.limits = limits }

  /// How many records the batch still takes.
  var room: Int { max(0, limits.records - records) }

  /// Takes note of records, and of how many bytes of effects the batch has by now.
  mutating func add(records: Int, effects: Int, at uptime: Duration) {
    guard records > 0 else { return }
    if openedAt == nil { openedAt = uptime }
    self.records += records
    bytes = effects
  }

  func isDue(at uptime: Duration) -> Bool {
    guard let openedAt else { return false }
    return uptime - openedAt >= limits.age || records >= limits.records || bytes >= limits.bytes
  }

  /// How long the batch may wait for more; nil: it is empty.
  func remaining(at uptime: Duration) -> Duration? { openedAt.map { max(.zero, $0 + limits.age - uptime) } }

  mutating func reset() { self = BatchWindow(limits: limits) }
}
