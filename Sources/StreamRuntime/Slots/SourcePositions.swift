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

  /// By the number of the source at the engine.
  private(set) var positions: [Int: Position] = [:]
  private var numbers: [Source: Int] = [:]
  /// The sources that are read to their end; changes with every end reached or left.
  private(set) var idle: [Source: Int64] = [:]

  init() {}

  mutating func attach(_ source: Source, number: Int, at offset: Int64) {
    numbers[source] = number
    positions[number] = Position(source: source, next: offset)
    idle[source] = nil
  }

  mutating func removeAll() { self = SourcePositions() }

  func number(of source: Source) -> Int? { numbers[source] }

  /// Takes note of a record; false: it was read before, and is dropped.
  mutating func accept(_ number: Int, offset: Int64) -> Bool {
    guard let index = positions.index(forKey: number) else { return false }
    let next = positions.values[index].next
    guard offset >= next else {
      positions.values[index].repeated += 1
      return false
    }
    positions.values[index].skipped += UInt64(offset - next)
    positions.values[index].records += 1
    positions.values[index].next = offset + 1
    if positions.values[index].end != nil {
      positions.values[index].end = nil
      idle[positions.values[index].source] = nil
    }
    return true
  }

  /// Everything up to `offset` was read.
  mutating func reachedEnd(_ source: Source, at offset: Int64) {
    guard let number = numbers[source], let position = positions[number], offset >= position.next else { return }
    positions[number]?.end = offset
    idle[source] = offset
  }

  /// Whether an end that was asked for afterwards proves that nothing is unread.
  func isProven(_ source: Source, end: Int64) -> Bool { idle[source] == end }
}
