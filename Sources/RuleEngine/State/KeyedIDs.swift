internal import EventModel

/// The ids of the events that counted under the keys of a table. Where the events of several partitions meet, ids are compared again: of
/// those of one stream under one key with one id, dated within the span of the stream's `id` of each other, the first read counts
/// (language.md 2.9).
///
/// Ids lie in buckets of time, each half a span long: within one an id stands once, and a bucket is forgotten as a whole.
struct KeyedIDs {
  private struct Bucket {
    let stream: UInt8
    /// It begins at `number` times the length of the stream's buckets.
    let number: Int64
    /// When the events of the ids are dated, in microseconds.
    var times: [Fingerprint128: Int64] = [:]
    var log = AppendLog(origin: 0, capacity: 1_024)
  }

  /// By the rank of a stream among those of the rule, in microseconds; nil: the stream has no ids.
  private let spans: [Int64?]
  /// In order of (stream, number).
  private var buckets: [Bucket] = []
  /// Buckets that were forgotten since the last drain.
  private var gone: [Bucket] = []
  /// No bucket is forgotten while events dated up to this one may come.
  private var firstEnd = Int64.max

  init(_ kinds: RefKinds) { spans = kinds.idSpans }

  /// What it takes in memory, in bytes.
  var size: Int { buckets.reduce(0) { $0 + $1.times.capacity * 33 + $1.log.size + 64 } }

  /// Remembers the event. False: one of its id counted before, and it does not.
  mutating func insert(_ event: EventRef, _ hash: IDHash?, under key: [UInt8]) -> Bool {
    guard let hash, let span = spans[Int(event.stream)] else { return true }
    let id = KeyedIDs.fingerprint(hash, under: key)
    let time = event.time.microseconds
    var place = place(event.stream, KeyedIDs.number(time - span, span))
    let last = KeyedIDs.number(time + span, span)
    while place < buckets.count, buckets[place].stream == event.stream, buckets[place].number <= last {
      if let other = buckets[place].times[id], abs(other - time) <= span { return false }
      place += 1
    }
    let own = bucket(event.stream, KeyedIDs.number(time, span))
    buckets[own].times[id] = time
    var record = RowWriter()
    id.write(to: &record)
    record.signed(time)
    buckets[own].log.append(record.bytes)
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

  private static func fingerprint(_ id: IDHash, under key: [UInt8]) -> Fingerprint128 {
    let (first, second) = key.withUnsafeBytes { Fingerprint.hash128($0) }
    return withUnsafeBytes(of: (id.low.littleEndian, id.high.littleEndian, first.littleEndian, second.littleEndian)) { Fingerprint128($0) }
  }

  // MARK: Rows

  /// The parts of buckets that changed since the last call.
  mutating func drain(_ body: (_ key: [UInt8], PartChange) -> Void) {
    for bucket in gone { bucket.log.drainEnd { body(KeyedIDs.key(bucket), $0) } }
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
        buckets[index].times[id] = row.signed()
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
