/// Notices that an open transaction hides what follows it in a state partition (protocol.md 6, "Fencing a dead writer"): a slot that was
/// taken is looked at until everything that was there before is decided.
struct DeadWriterWatch: Sendable {
  /// How long a committed end stands still before somebody looks whose transaction it is, and how often ends are asked for.
  static let patience: Duration = .seconds(1)

  private struct Taken {
    /// What was there when the slot was first looked at; nil: not looked at yet.
    var end: Int64?
    var stable: Int64 = -1
    var since: Duration = .zero
  }
  private var taken: [Int: Taken] = [:]
  private var askedAt: Duration?

  init() {}

  /// The slots to be looked at.
  var slots: [Int] { taken.keys.sorted() }

  mutating func took(slot: Int) { taken[slot] = Taken() }
  mutating func forget(slot: Int) { taken[slot] = nil }

  /// Whether it is time to ask for the ends of the slots.
  mutating func isDue(at uptime: Duration) -> Bool {
    guard !taken.isEmpty, askedAt.map({ uptime - $0 >= Self.patience }) ?? true else { return false }
    askedAt = uptime
    return true
  }

  /// Whether the record at `stable`, the committed end, stands in the way: it was there when the slot was taken, and a second ago.
  mutating func stands(slot: Int, stable: Int64, end: Int64, at uptime: Duration) -> Bool {
    guard var state = taken[slot] else { return false }
    let before = state.end ?? end
    guard stable < before else {
      taken[slot] = nil
      return false
    }
    let isStill = state.end != nil && state.stable == stable
    if !isStill { state = Taken(end: before, stable: stable, since: uptime) }
    taken[slot] = state
    return isStill && uptime - state.since >= Self.patience
  }
}
