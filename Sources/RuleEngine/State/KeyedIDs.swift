internal import EventModel

/// The ids of the events that counted under the keys of a table. Where the events of several partitions meet, ids are compared again: of
/// those of one stream under one key with one id, dated within the span of the stream's `id` of each other, the first read counts
/// (language.md 2.9).
///
/// Ids are forgotten, and lie in rows, by buckets of time, each half a span long.
struct KeyedIDs {
  private struct Bucket {
    let stream: UInt8
    /// It begins at `number` times the length of the stream's buckets.
    let number: Int64
    var log = AppendLog(origin: 0, capacity: 1_024)
  }

  /// By the rank of a stream among those of the rule, in microseconds; nil: the stream has no ids.
  private let spans: [Int64?]
  /// By the rank of a stream: when the events of the ids are dated.
  private var times: [IDTimes]
  /// In order of (stream, number).
  private var buckets: [Bucket] = []
  /// Buckets that were forgotten since the last drain.
  private var gone: [Bucket] = []
  /// No bucket is forgotten while events dated up to this one may come.
  private var firstEnd = Int64.max

  init(_ kinds: RefKinds) {
    spans = kinds.idSpans
    times = spans.map { _ in IDTimes() }
  }

  /// What it takes in memory, in bytes.
  var size: Int { buckets.reduce(times.reduce(0) { $0 + $1.size }) { $0 + $1.log.size + 64 } }

  /// The event is asked for soon.
  func prefetch(stream: UInt8, _ hash: IDHash?, under key: KeyHash) {
    if let hash { times[Int(stream)].prefetch(KeyedIDs.fingerprint(hash, under: key)) }
  }

  /// Remembers the event. False: one of its id counted before, and it does not.
  mutating func insert(_ event: EventRef, _ hash: IDHash?, under key: KeyHash) -> Bool {
    let stream = Int(event.stream)
    guard let hash, let span = spans[stream] else { return true }
    let id = KeyedIDs.fingerprint(hash, under: key)
    let time = event.time.microseconds
    if times[stream].contains(id, within: span, of: time) { return false }
    times[stream].insert(id, at: time)
    var record = RowWriter(capacity: 24)
    id.write(to: &record)
    record.word(UInt64(bitPattern: time))
    buckets[bucket(event.stream, KeyedIDs.number(time, span))].log.append(record.bytes)
    return true
  }

  /// Forgets the ids that are compared with no event any more: none that is dated before the horizon counts from now on.
  mutating func forget(before horizon: Int64) {
    guard firstEnd < horizon else { return }
    let known = buckets
    gone += known.filter { end($0) < horizon }
    buckets = known.filter { end($0) >= horizon }
    firstEnd = buckets.reduce(.max) { min($0, end($1)) }
  }

  /// Forgets the ids of the buckets that are gone, all of which lie before those that are not.
  private mutating func forgetTimes() {
    for (stream, span) in spans.enumerated() {
      let last = gone.lazy.filter { $0.stream == stream }.map(\.number).max()
      if let span, let last { times[stream].remove(before: (last + 1) * KeyedIDs.width(span)) }
    }
  }

  /// The last instant of an event that may be compared with one in the bucket.
  private func end(_ bucket: Bucket) -> Int64 {
    guard let span = spans[Int(bucket.stream)] else { return .min }
    return (bucket.number + 1) * KeyedIDs.width(span) - 1 + span
  }

  private static func width(_ span: Int64) -> Int64 { max(1, span / 2) }

  /// The number of the bucket that holds an instant.
  private static func number(_ time: Int64, _ span: Int64) -> Int64 {
    let (quotient, rest) = time.quotientAndRemainder(dividingBy: width(span))
    return rest < 0 ? quotient - 1 : quotient
  }

  /// The first bucket that is not before the one of that number.
  private func place(_ stream: UInt8, _ number: Int64) -> Int {
    var (low, high) = (0, buckets.count)
    while low < high {
      let middle = (low + high) / 2
      if (buckets[middle].stream, buckets[middle].number) < (stream, number) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func bucket(_ stream: UInt8, _ number: Int64) -> Int {
    let place = place(stream, number)
    if place < buckets.count, buckets[place].stream == stream, buckets[place].number == number { return place }
    // One that was just forgotten is still in the rows.
    let forgotten = gone.firstIndex { $0.stream == stream && $0.number == number }
    let bucket = forgotten.map { gone.remove(at: $0) } ?? Bucket(stream: stream, number: number)
    buckets.insert(bucket, at: place)
    firstEnd = min(firstEnd, end(buckets[place]))
    return place
  }

  private static func fingerprint(_ id: IDHash, under key: KeyHash) -> Fingerprint128 {
    withUnsafeBytes(of: (id.low.littleEndian, id.high.littleEndian, key.first.littleEndian, key.second.littleEndian)) { Fingerprint128($0) }
  }

  // MARK: Rows

  /// The parts of buckets that changed since the last call.
  mutating func drain(_ body: (_ key: [UInt8], PartChange) -> Void) {
    for bucket in gone { bucket.log.drainEnd { body(KeyedIDs.key(bucket), $0) } }
    forgetTimes()
    gone.removeAll()
    for index in buckets.indices {
      let key = KeyedIDs.key(buckets[index])
      buckets[index].log.drain { body(key, $0) }
    }
  }

  mutating func load(key: [UInt8], parts: [(part: UInt32, bytes: [UInt8])]) {
    var reader = RowReader(key)
    let index = bucket(reader.byte(), reader.signed())
    for (_, bytes) in parts {
      var row = RowReader(bytes)
      while !row.isAtEnd {
        let id = Fingerprint128(from: &row)
        times[Int(buckets[index].stream)].insert(id, at: Int64(bitPattern: row.word()))
      }
      buckets[index].log.load(bytes)
    }
  }

  private static func key(_ bucket: Bucket) -> [UInt8] {
    var key = RowWriter()
    key.byte(bucket.stream)
    key.signed(bucket.number)
    return key.bytes
  }
}
