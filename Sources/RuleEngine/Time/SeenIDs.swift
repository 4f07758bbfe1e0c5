/// An event of a stream with `id`, as it is remembered: hashes of its id and of its bytes, and its time in microseconds.
struct SeenID: Hashable, Sendable {
  var low: UInt64
  var high: UInt64
  var content: UInt64
  var time: Int64
}

/// The ids that one source held lately: finds the events that came before (language.md 2.9).
///
/// An id is remembered with a bucket of time: that of its event's time, or of the watermark at its reading if that is later. A bucket goes
/// when the watermark has passed its end by the span of `id` and the lateness of the rules, so memory is bounded by event time.
struct SeenIDs: Sendable {
  enum Verdict: Sendable { case new, duplicate, conflict }

  /// Ids of events dated further apart are not compared. All spans are in microseconds.
  private let span: Int64
  private let keep: Int64
  private let width: Int64
  /// An open-addressing table.
  private var entries: [Entry]
  private var count = 0
  /// In order of `end`.
  private var buckets: [SeenIDBucket] = []
  private var freeTags: [UInt8] = Array((1...31).reversed())
  /// By tag.
  private var ends = [Int64](repeating: .min, count: 32)
  private var removed: [SeenIDPart] = []

  /// `keep`: for how long after its end a bucket stays. `spread`: how far apart the times may be that are remembered at one time.
  init(span: Int64, keep: Int64, spread: Int64) {
    self.span = span
    self.keep = keep
    width = max(60_000_000, spread / 12)
    entries = Array(repeating: Entry(), count: 64)
  }

  private struct Entry {
    private(set) var low: UInt64 = 0
    private(set) var high: UInt64 = 0
    private(set) var content: UInt64 = 0
    /// The time, which has 59 bits, and the tag of the bucket; tag 0: the place is free.
    private var stamp: Int64 = 0

    init() {}

    init(_ id: SeenID, tag: UInt8) {
      (low, high, content) = (id.low, id.high, id.content)
      stamp = id.time << 5 | Int64(tag)
    }

    var time: Int64 { stamp >> 5 }
    var tag: Int { Int(stamp & 31) }
    var isFree: Bool { tag == 0 }
  }

  /// The id is asked for soon.
  func prefetch(_ id: IDHash) { entries.prefetch(Int(truncatingIfNeeded: id.low) & (entries.count - 1)) }

  /// Judges an event, and remembers it if it is new: what did not count makes nothing else a duplicate.
  mutating func insert(_ id: SeenID, watermark: Int64) -> Verdict {
    let mask = entries.count - 1
    var place = Int(truncatingIfNeeded: id.low) & mask
    var verdict = Verdict.new
    while !entries[place].isFree {
      let other = entries[place]
      if other.low == id.low, other.high == id.high, abs(other.time - id.time) <= span, !isOver(other.tag, watermark) {
        if other.content == id.content { return .duplicate }
        verdict = .conflict
      }
      place = (place + 1) & mask
    }
    guard verdict == .new else { return verdict }
    let bucket = bucket(of: max(id.time, watermark), watermark: watermark)
    buckets[bucket].append(id)
    put(Entry(id, tag: buckets[bucket].tag))
    return .new
  }

  private func isOver(_ tag: Int, _ watermark: Int64) -> Bool { watermark != .min && ends[tag] < watermark - keep }

  private mutating func put(_ entry: Entry) {
    if count * 4 >= entries.count * 3 { rebuild(capacity: entries.count * 2) }
    let mask = entries.count - 1
    var place = Int(truncatingIfNeeded: entry.low) & mask
    while !entries[place].isFree { place = (place + 1) & mask }
    entries[place] = entry
    count += 1
  }

  /// Makes the table anew, without the entries of buckets that are gone.
  private mutating func rebuild(capacity: Int) {
    let old = entries
    entries = Array(repeating: Entry(), count: capacity)
    count = 0
    for entry in old where !entry.isFree && ends[entry.tag] != .min { put(entry) }
  }

  /// The index of the bucket that holds a time.
  private mutating func bucket(of time: Int64, watermark: Int64) -> Int {
    let floor = time >= 0 ? time / width : (time + 1) / width - 1
    return bucket(end: (floor + 1) * width, watermark: watermark)
  }

  private mutating func bucket(end: Int64, watermark: Int64) -> Int {
    if let last = buckets.last, last.end == end { return buckets.count - 1 }
    var index = buckets.endIndex
    while index > 0, buckets[index - 1].end >= end { index -= 1 }
    if index < buckets.endIndex, buckets[index].end == end { return index }
    if freeTags.isEmpty {
      if watermark != .min, let first = buckets.first, isOver(Int(first.tag), watermark) {
        expire(watermark: watermark)
        return bucket(end: end, watermark: watermark)
      }
      // More buckets than a span has: the span was edited, more than once within it. What there is takes the ids.
      return min(index, buckets.count - 1)
    }
    let tag = freeTags.removeLast()
    ends[Int(tag)] = end
    buckets.insert(SeenIDBucket(end: end, tag: tag), at: index)
    return index
  }

  /// Drops the buckets that no event can meet any more.
  mutating func expire(watermark: Int64) {
    guard watermark != .min else { return }
    var gone: [UInt8] = []
    while let first = buckets.first, isOver(Int(first.tag), watermark) {
      removed += first.writtenParts
      gone.append(first.tag)
      ends[Int(first.tag)] = .min
      buckets.removeFirst()
    }
    guard !gone.isEmpty else { return }
    rebuild(capacity: entries.count)
    freeTags += gone
  }

  // Rows: a part each, see `SeenIDBucket`.

  /// Takes a part as it was restored. False: it is of no use.
  mutating func restore(bucketEnd: Int64, sequence: Int, _ value: [UInt8]) -> Bool {
    let index = bucket(end: bucketEnd, watermark: .min)
    guard buckets[index].end == bucketEnd else { return false }
    for id in buckets[index].restore(sequence: sequence, value) { put(Entry(id, tag: buckets[index].tag)) }
    return true
  }

  /// All parts have been restored.
  mutating func finishRestore() {
    for index in buckets.indices { buckets[index].finishRestore() }
  }

  /// Parts that changed since the last call; a nil value: the part is gone.
  mutating func drain() -> [SeenIDPart] {
    var parts = removed
    removed = []
    for index in buckets.indices { parts += buckets[index].drain() }
    return parts
  }
}
