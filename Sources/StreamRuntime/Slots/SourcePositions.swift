internal import RuleEngine

/// How far each source was read, as the shard sees it: what comes again is dropped, what is missing counted, and an end proof holds only
/// if nothing came since.
struct SourcePositions: Sendable {
  struct Position: Equatable, Sendable {
    var source: Source
    /// The offset that is expected next.
    var next: Int64
    /// The offset of the end, if reaching it was the last thing that happened.
    var end: Int64?
    /// Records dropped because they were read before.
    var repeated: UInt64 = 0
    /// Offsets that no record came for: transaction markers, aborted and compacted records.
    var skipped: UInt64 = 0
    var records: UInt64 = 0
  }

  /// In the order of attaching.
  private(set) var positions: [Position] = []
  /// Index into `positions` by the number of the source at the engine; -1: not attached.
  private var places: [Int] = []
  private var numbers: [Source: Int] = [:]
  /// The sources that are read to their end, and where that is; changes with every end reached or left.
  private(set) var idle: [Source: Int64] = [:]

  init() {}

  mutating func attach(_ source: Source, number: Int, at offset: Int64) {
    precondition(numbers[source] == nil, "a source is attached once")
    while places.count <= number { places.append(-1) }
    places[number] = positions.count
    numbers[source] = number
    positions.append(Position(source: source, next: offset))
  }

  func number(of source: Source) -> Int? { numbers[source] }

  subscript(source: Source) -> Position? { numbers[source].map { positions[places[$0]] } }

  /// Takes note of a record; false: it was read before, and is dropped.
  mutating func accept(_ number: Int, offset: Int64) -> Bool {
    let place = places[number]
    let next = positions[place].next
    guard offset >= next else {
      positions[place].repeated += 1
      return false
    }
    positions[place].skipped += UInt64(offset - next)
    positions[place].records += 1
    positions[place].next = offset + 1
    if positions[place].end != nil {
      positions[place].end = nil
      idle[positions[place].source] = nil
    }
    return true
  }

  /// Everything up to `offset` was read.
  mutating func reachedEnd(_ source: Source, at offset: Int64) {
    guard let number = numbers[source], offset >= positions[places[number]].next else { return }
    positions[places[number]].end = offset
    idle[source] = offset
  }

  /// Whether an end that was asked for afterwards proves that nothing is unread.
  func isProven(_ source: Source, end: Int64) -> Bool { idle[source] == end }
}
