internal import EventModel

/// The key of a row of table 0 that speaks of a source: a letter, topic, partition, and what the letter has besides.
///
/// | letter | then | value |
/// |---|---|---|
/// | `S` | – | next offset + 1, or 0; watermark, clock |
/// | `G` | – | the same of a table's partition, as it was used |
/// | `H` | rule | since when the rule knows the source |
/// | `D` | end of a bucket of time, chapter | ids, in parts (`SeenIDs`) |
struct SourceRowKey: Hashable {
  enum Kind: Hashable {
    case position
    case lookup
    case history(rule: String)
    case ids(bucketEnd: Int64, chapter: Int)
  }
  var kind: Kind
  var source: Source

  init(_ kind: Kind, _ source: Source) {
    self.kind = kind
    self.source = source
  }

  /// Reads a key of table 0; nil: its letter is another's.
  init?(_ key: [UInt8]) {
    var reader = RowReader(key)
    guard let letter = key.first, ["S", "G", "H", "D"].contains(UnicodeScalar(letter)) else { return nil }
    _ = reader.byte()
    var rule = ""
    if letter == UInt8(ascii: "H") { rule = reader.string() }
    source = Source(topic: reader.string(), partition: Int32(reader.unsigned()))
    switch UnicodeScalar(letter) {
    case "S": kind = .position
    case "G": kind = .lookup
    case "H": kind = .history(rule: rule)
    default: kind = .ids(bucketEnd: reader.signed(), chapter: Int(reader.unsigned()))
    }
  }

  var bytes: [UInt8] {
    var writer = RowWriter()
    switch kind {
    case .position: writer.byte(UInt8(ascii: "S"))
    case .lookup: writer.byte(UInt8(ascii: "G"))
    case .history(let rule):
      writer.byte(UInt8(ascii: "H"))
      writer.string(rule)
    case .ids: writer.byte(UInt8(ascii: "D"))
    }
    writer.string(source.topic)
    writer.unsigned(UInt64(source.partition))
    if case .ids(let end, let chapter) = kind {
      writer.signed(end)
      writer.unsigned(UInt64(chapter))
    }
    return writer.bytes
  }

  func row(part: UInt16 = 0) -> RowKey { RowKey(table: 0, key: bytes, part: part) }
}

extension SourceState {
  /// Takes a row as it was restored. False: it says nothing under this program.
  mutating func take(_ key: SourceRowKey, part: UInt16, value: [UInt8], rules: [Int], names: [String]) -> Bool {
    var reader = RowReader(value)
    switch key.kind {
    case .position, .lookup:
      // A topic that is a table's now and was a stream's, or the other way round, begins anew.
      guard key.kind == positionKind else { return false }
      let next = reader.unsigned()
      let watermark = EventTime(microseconds: reader.signed())
      let (offset, clock) = (next == 0 ? nil : Int64(next - 1), EventTime(microseconds: reader.signed()))
      if key.kind == .lookup {
        restore(usedTo: offset == 0 ? nil : offset, watermark: watermark, clock: clock)
      } else {
        restore(next: offset, watermark: watermark, clock: clock)
      }
      return true
    case .history(let rule):
      guard let place = rules.firstIndex(where: { names[$0] == rule }) else { return false }
      restore(since: EventTime(microseconds: reader.signed()), rule: place)
      return true
    case .ids(let end, let chapter):
      return ids?.restore(bucketEnd: end, sequence: chapter * SeenIDPart.chapter + Int(part), value) ?? false
    }
  }

  private var positionKind: SourceRowKey.Kind {
    if case .table = input { .lookup } else { .position }
  }

  /// Rows that changed, without order. `rules`: the names of those that read the stream.
  mutating func drainRows(clocks: Bool, rules: [String]) -> [RowChange] {
    var rows: [RowChange] = []
    if changes.hasProgress || (clocks && changes.hasProof) {
      var writer = RowWriter()
      writer.unsigned(next.map { UInt64($0) + 1 } ?? 0)
      writer.signed(watermark.microseconds)
      writer.signed(clock.microseconds)
      rows.append(RowChange(row: SourceRowKey(positionKind, source).row(), value: writer.bytes))
      (changes.hasProgress, changes.hasProof) = (false, false)
    }
    for rule in changes.since {
      var writer = RowWriter()
      if let time = since[rule] { writer.signed(time.microseconds) }
      rows.append(RowChange(row: SourceRowKey(.history(rule: rules[rule]), source).row(), value: since[rule] == nil ? nil : writer.bytes))
    }
    changes.since = []
    for change in ids?.drain() ?? [] {
      let (chapter, part) = change.sequence.quotientAndRemainder(dividingBy: SeenIDPart.chapter)
      rows.append(
        RowChange(
          row: SourceRowKey(.ids(bucketEnd: change.bucketEnd, chapter: chapter), source).row(part: UInt16(part)), value: change.value))
    }
    return rows
  }
}
