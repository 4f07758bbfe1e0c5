internal import CTimeZones

/// A time zone: how far its clocks are from UTC at every instant. Of the IANA database, which is built in, so that no machine decides otherwise.
package struct CivilTimeZone: Hashable, Sendable {
  /// `Europe/Dublin`, `+02:00`.
  package let name: String
  private let rule: Rule

  package static let utc = CivilTimeZone(name: "UTC", rule: Rule(offset: 0))

  /// The version of the database: `2025b`.
  package static var version: String { database.version }

  private init(name: String, rule: Rule) { (self.name, self.rule) = (name, rule) }

  package static func == (a: CivilTimeZone, b: CivilTimeZone) -> Bool { a.name == b.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The zone of that name in the database. Nil when there is none.
  package init?(_ name: String) {
    guard let rule = Self.database.rule(name) else { return nil }
    self.init(name: name, rule: rule)
  }

  /// As CEL names zones: by the database, or by a distance from UTC, `-02:30`.
  package init?(celName name: String) {
    let parts = name.utf8.split(separator: 0x3A, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      self.init(name)
      return
    }
    var hours = parts[0]
    let isNegative = hours.first == 0x2D
    if isNegative || hours.first == 0x2B { hours.removeFirst() }
    guard (1...2).contains(hours.count), parts[1].count == 2, let hour = Int(String(hours) ?? "x"),
      let minute = Int(String(parts[1]) ?? "x"),
      hours.allSatisfy(\.isDecimalDigit), parts[1].allSatisfy(\.isDecimalDigit), hour <= 23, minute <= 59
    else { return nil }
    let offset = hour * 3_600 + minute * 60
    self.init(name: name, rule: Rule(offset: isNegative ? -offset : offset))
  }

  /// How many seconds the clocks are ahead of UTC, at an instant in seconds since 1970.
  package func offset(at seconds: Int64) -> Int { rule.offset(at: seconds) }

  /// The names of all zones of the database, sorted.
  package static var names: [String] { database.names }

  // MARK: - Days

  /// The first instant at which the clocks show the date, in seconds since 1970.
  package func start(of date: CivilDate) -> Int64 { first(showing: Int64(date.daysSinceEpoch) * 86_400) }

  /// The first instant at which the clocks show that time or, where they skip it, a later one. Both in seconds since 1970, the one shown
  /// as if it were UTC.
  package func first(showing shown: Int64) -> Int64 {
    spans(around: shown).lazy.compactMap { span in
      let first = max(span.start, shown - Int64(span.offset))
      return first < span.end ? first : nil
    }.min() ?? shown
  }

  /// The first instant after which the clocks never show the date again: with its last microsecond before it.
  package func end(of date: CivilDate) -> Int64 {
    let midnight = Int64(date.daysSinceEpoch + 1) * 86_400
    return spans(around: midnight).lazy.compactMap { span in
      let last = min(span.end, midnight - Int64(span.offset))
      return last > span.start ? last : nil
    }.max() ?? midnight
  }

  /// The date that the clocks show at an instant, in seconds since 1970.
  package func date(at seconds: Int64) -> CivilDate {
    CivilDate(daysSinceEpoch: Int((seconds + Int64(offset(at: seconds))).floorDivided(by: 86_400).quotient))
  }

  /// The instants at which the clocks show a time of that date within `clock`, in microseconds since its midnight; in order, in
  /// microseconds since 1970. An hour that is skipped has none, one that is repeated has two.
  package func instants(of date: CivilDate, clock: Range<Int64>) -> [Range<Int64>] {
    let midnight = Int64(date.daysSinceEpoch) * 86_400
    return spans(around: midnight + 43_200).compactMap { span in
      let shown = (midnight - Int64(span.offset)) * 1_000_000
      let (first, end) = (max(span.start * 1_000_000, shown + clock.lowerBound), min(span.end * 1_000_000, shown + clock.upperBound))
      return first < end ? first..<end : nil
    }
  }

  private typealias Span = (start: Int64, end: Int64, offset: Int)

  /// The spans of one offset each, from two days before the instant to two days after it.
  private func spans(around instant: Int64) -> [Span] {
    let (first, last) = (instant - 2 * 86_400, instant + 2 * 86_400)
    var spans: [Span] = []
    var (start, offset) = (first, rule.offset(at: first))
    for change in rule.changes(from: first, to: last) where change.offset != offset {
      spans.append((start, change.time, offset))
      (start, offset) = (change.time, change.offset)
    }
    return spans + [(start, last, offset)]
  }

  // MARK: - The database

  private static let database = Database(UnsafeBufferPointer(start: ctimezones_data(), count: ctimezones_size()))

  /// What `make.py` packs. Read once; the bytes are ours.
  private struct Database: Sendable {
    var version: String
    private var rules: [Rule] = []
    private var zones: [String: Int] = [:]

    var names: [String] { zones.keys.sorted() }

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
      var reader = PackedReader(bytes: bytes)
      version = reader.text()
      for _ in 0..<reader.number() {
        let offsets = (0..<reader.number()).map { _ in reader.signed() }
        var time: Int64 = 0
        var changes: [Rule.Change] = []
        for _ in 0..<reader.number() {
          time += Int64(reader.signed())
          changes.append(Rule.Change(time: time, offset: offsets[reader.number()]))
        }
        rules.append(Rule(first: offsets[0], changes: changes, then: PosixRule(reader.text())))
      }
      for _ in 0..<reader.number() {
        let name = reader.text()
        zones[name] = reader.number()
      }
    }

    func rule(_ name: String) -> Rule? { zones[name].map { rules[$0] } }
  }

  private struct PackedReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var at = 0

    mutating func text() -> String {
      let start = at
      while bytes[at] != 0 { at += 1 }
      at += 1
      return String(decoding: bytes[start..<(at - 1)], as: UTF8.self)
    }

    mutating func number() -> Int {
      var (value, shift) = (0, 0)
      while true {
        let byte = bytes[at]
        at += 1
        value |= Int(byte & 0x7F) << shift
        guard byte & 0x80 != 0 else { return value }
        shift += 7
      }
    }

    mutating func signed() -> Int {
      let value = number()
      return value & 1 == 0 ? value >> 1 : -(value >> 1) - 1
    }
  }
}

extension CivilTimeZone {
  /// Offsets from UTC in seconds: those of the past one by one, and what goes on as it does each year.
  struct Rule: Sendable {
    struct Change: Sendable {
      var time: Int64
      var offset: Int
    }

    private var first: Int
    private var past: [Change]
    private var then: PosixRule?

    init(first: Int, changes: [Change], then: PosixRule?) { (self.first, past, self.then) = (first, changes, then) }

    init(offset: Int) { self.init(first: offset, changes: [], then: nil) }

    func offset(at time: Int64) -> Int {
      if let then, past.last.map({ $0.time <= time }) ?? true { return then.offset(at: time) }
      // The last change that is not after the instant.
      var (low, high) = (0, past.count)
      while low < high {
        let middle = (low + high) / 2
        if past[middle].time <= time { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? first : past[low - 1].offset
    }

    /// The changes after `first` and up to `last`, in order.
    func changes(from first: Int64, to last: Int64) -> [Change] {
      var changes = past.filter { first < $0.time && $0.time <= last }
      guard let then else { return changes }
      let begin = past.last?.time ?? .min
      let years = Timestamp(seconds: first).date.year...Timestamp(seconds: last).date.year
      changes += years.flatMap { then.changes(inYear: $0) }.filter { first < $0.time && $0.time <= last && $0.time > begin }
      return changes
    }
  }
}

extension UInt8 {
  fileprivate var isDecimalDigit: Bool { 0x30...0x39 ~= self }
}
