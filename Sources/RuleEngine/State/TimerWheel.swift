/// When the entries of a table next want to be looked at. Setting, moving and firing a timer costs O(1): eight wheels of 64 buckets, each
/// bucket of a wheel as long as the whole wheel below it (about 1 s, 1 min, 1 h, 3 d, …); a bucket far away is dealt out when its time
/// comes near. What is in a bucket has no order: whoever takes what is due sorts it.
///
/// Timers are no state: after a restore they are set again from what the rows say.
struct TimerWheel {
  /// An instant after all instants.
  static let never = Int64.max

  private static let levels = 8
  private static let unit: Int64 = 20  // the shortest bucket: 2^20 µs

  private var buckets: [[UInt32]] = Array(repeating: [], count: levels * 64)
  /// By level: which of its buckets hold something.
  private var occupied: [UInt64] = Array(repeating: 0, count: levels)
  private struct Timer {
    /// When the entry is due; `never` if it wants nothing.
    var due = TimerWheel.never
    /// The bucket that holds the entry, or -1. An entry that is due later than its bucket stays there and is dealt out when the bucket is.
    var held: Int32 = -1
  }
  /// By entry.
  private var timers: [Timer] = []
  /// The number of the shortest bucket that is looked at next; all before it are empty. nil: nothing was ever set.
  private var hand: Int64?
  /// The bucket of the last clock.
  private var passed: Int64 = .min >> unit

  init() {}

  /// What the wheel takes, in bytes.
  var size: Int { timers.capacity * 16 + buckets.reduce(buckets.capacity * 8) { $0 + $1.capacity * 4 } }

  func due(of entry: Int) -> Int64 { entry < timers.count ? timers[entry].due : TimerWheel.never }

  /// The entry is set soon.
  func prefetch(_ entry: Int) { timers.prefetch(entry) }

  /// Sets the instant at which the entry is due: the first clock at which it wants to be looked at.
  mutating func set(_ entry: Int, to instant: Int64) {
    while timers.count <= entry { timers.append(Timer()) }
    timers[entry].due = instant
    guard instant != TimerWheel.never else { return }
    let at = max(instant >> TimerWheel.unit, passed)
    let hand = self.hand ?? at
    if at < hand { turnBack(to: at) } else { self.hand = hand }
    let bucket = bucket(for: at, hand: min(at, hand))
    if timers[entry].held >= 0, start(of: Int(timers[entry].held), hand: min(at, hand)) <= start(of: bucket, hand: min(at, hand)) { return }
    put(entry, bucket)
  }

  /// Takes the entries that are due at the clock (`due <= clock`) into `fired`, in no order. Each is set to `never`.
  mutating func fire(upTo clock: Int64, into fired: inout [(due: Int64, entry: Int)]) {
    let target = clock >> TimerWheel.unit
    passed = max(passed, target)
    while let start = hand, let next = earliestBucket(hand: start), next.start <= target {
      let hand = max(start, next.start)
      self.hand = hand
      let entries = buckets[next.bucket]
      buckets[next.bucket].removeAll(keepingCapacity: next.bucket < 64)
      occupied[next.bucket >> 6] &= ~(1 << UInt64(next.bucket & 63))
      var isWaiting = false
      for entry in entries where timers[Int(entry)].held == Int32(next.bucket) {
        let entry = Int(entry)
        timers[entry].held = -1
        guard timers[entry].due != TimerWheel.never else { continue }
        if timers[entry].due <= clock {
          fired.append((timers[entry].due, entry))
          timers[entry].due = TimerWheel.never
        } else {
          put(entry, bucket(for: max(timers[entry].due >> TimerWheel.unit, hand), hand: hand))
          isWaiting = isWaiting || timers[entry].held == Int32(next.bucket)
        }
      }
      // What remains in the bucket of the clock itself is due later within it.
      if isWaiting { break }
    }
    // The bucket of the clock may hold more; those before it are empty.
    if let hand { self.hand = max(hand, target) }
  }

  /// No entry is due before this instant; `never` if none is at all. It is exact for what is due within a minute.
  var earliest: Int64 {
    guard let hand, let next = earliestBucket(hand: hand) else { return TimerWheel.never }
    guard next.bucket < 64 else { return next.start << TimerWheel.unit }
    let end = (next.start + 1) << TimerWheel.unit
    var least = TimerWheel.never
    for entry in buckets[next.bucket] where timers[Int(entry)].held == Int32(next.bucket) { least = min(least, timers[Int(entry)].due) }
    return least < end ? least : next.start << TimerWheel.unit
  }

  /// Something is due before all that was known so far: everything is dealt out anew.
  private mutating func turnBack(to at: Int64) {
    hand = at
    occupied = Array(repeating: 0, count: TimerWheel.levels)
    for bucket in buckets.indices { buckets[bucket].removeAll(keepingCapacity: bucket < 64) }
    for entry in timers.indices where timers[entry].held >= 0 {
      timers[entry].held = -1
      if timers[entry].due != TimerWheel.never { put(entry, bucket(for: max(timers[entry].due >> TimerWheel.unit, at), hand: at)) }
    }
  }

  private mutating func put(_ entry: Int, _ bucket: Int) {
    if timers[entry].held == Int32(bucket) { return }
    timers[entry].held = Int32(bucket)
    buckets[bucket].append(UInt32(entry))
    occupied[bucket >> 6] |= 1 << UInt64(bucket & 63)
  }

  /// The bucket for an instant, in units of the shortest bucket, that is not before the hand.
  private func bucket(for at: Int64, hand: Int64) -> Int {
    var level = 0
    while level < TimerWheel.levels - 1, (at >> Int64(6 * level)) - (hand >> Int64(6 * level)) >= 64 { level += 1 }
    let number = min(at >> Int64(6 * level), (hand >> Int64(6 * level)) + 63)
    return level << 6 | Int(number & 63)
  }

  /// The first instant of a bucket, in units of the shortest one.
  private func start(of bucket: Int, hand: Int64) -> Int64 {
    let level = Int64(bucket >> 6) * 6
    let now = hand >> level
    let ahead = (Int64(bucket & 63) - now) & 63
    return max((now + ahead) << level, hand)
  }

  /// The occupied bucket that begins first; of several, the one of the longest wheel, since it may hold what comes before.
  private func earliestBucket(hand: Int64) -> (start: Int64, bucket: Int)? {
    var best: (start: Int64, bucket: Int)?
    for level in 0..<TimerWheel.levels where occupied[level] != 0 {
      let now = Int((hand >> Int64(6 * level)) & 63)
      let turned = occupied[level] >> UInt64(now) | (now == 0 ? 0 : occupied[level] << UInt64(64 - now))
      let bucket = level << 6 | ((now + turned.trailingZeroBitCount) & 63)
      let start = start(of: bucket, hand: hand)
      if best.map({ start <= $0.start }) ?? true { best = (start, bucket) }
    }
    return best
  }
}
