/// The times of ids that were seen: an open-addressing table, in which an id may stand several times, each far from the others.
struct IDTimes {
  private struct Entry {
    var high: UInt64 = 0
    var low: UInt64 = 0
    /// In microseconds; `free`: nothing is here.
    var time = Entry.free

    static let free = Int64.min
  }
  private var entries: [Entry] = []
  private var count = 0

  /// What it takes in memory, in bytes.
  var size: Int { entries.count * MemoryLayout<Entry>.stride }

  /// The id is asked for soon.
  func prefetch(_ id: Fingerprint128) {
    if count > 0 { entries.prefetch(Int(truncatingIfNeeded: id.high) & (entries.count - 1)) }
  }

  /// Whether the id was seen at most `span` before or after an instant.
  func contains(_ id: Fingerprint128, within span: Int64, of time: Int64) -> Bool {
    guard count > 0 else { return false }
    let mask = entries.count - 1
    var at = Int(truncatingIfNeeded: id.high) & mask
    while entries[at].time != Entry.free {
      if entries[at].high == id.high, entries[at].low == id.low, abs(entries[at].time - time) <= span { return true }
      at = (at + 1) & mask
    }
    return false
  }

  mutating func insert(_ id: Fingerprint128, at time: Int64) {
    if (count + 1) * 4 > entries.count * 3 { rebuild(for: count + 1) { _ in true } }
    put(Entry(high: id.high, low: id.low, time: time))
  }

  /// Forgets what is dated before an instant.
  mutating func remove(before instant: Int64) { rebuild(for: 0) { $0.time >= instant } }

  private mutating func put(_ entry: Entry) {
    let mask = entries.count - 1
    var at = Int(truncatingIfNeeded: entry.high) & mask
    while entries[at].time != Entry.free { at = (at + 1) & mask }
    entries[at] = entry
    count += 1
  }

  /// Makes the table anew, with room for at least so many.
  private mutating func rebuild(for expected: Int, where isKept: (Entry) -> Bool) {
    let old = entries
    let kept = old.reduce(0) { $0 + ($1.time != Entry.free && isKept($1) ? 1 : 0) }
    let wanted = max(expected, kept)
    var capacity = 16
    while capacity < wanted * 2 { capacity *= 2 }
    entries = wanted == 0 ? [] : Array(repeating: Entry(), count: capacity)
    count = 0
    for entry in old where entry.time != Entry.free && isKept(entry) { put(entry) }
  }
}
