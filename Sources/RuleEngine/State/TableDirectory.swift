internal import EventModel

/// Another version of Tenet wrote the state of a rule, in a form that this one does not read.
package struct RowFormatError: Error, Equatable, CustomStringConvertible {
  var rule: String
  var placement: String
  var format: UInt64

  package var description: String {
    "the state of `\(rule)` is in row format \(format), placed by \(placement); this version reads format \(TableDirectory.rowFormat), placed by \(TableDirectory.placement): run the version that wrote it, or begin with another `application`"
  }
}

/// The tables of a slot: which number stands for which rule's state (row T of protocol.md 3). A number is never used again, so rules
/// that come back never find half a table.
struct TableDirectory {
  /// Tables of rules begin here; the numbers below are the runtime's and the engine's own.
  static let firstTable: UInt32 = 16
  private static let letter = UInt8(ascii: "T")
  static let placement = "murmur2"
  static let rowFormat: UInt64 = 2

  private struct Entry {
    var identity: StateIdentity
    var rule: String
    var isErasing: Bool
    /// As they were when the state was last kept.
    var spans: [Int64]
  }

  private var entries: [UInt32: Entry] = [:]
  private var changed: Set<UInt32> = []
  /// The number of the next table.
  private var next = TableDirectory.firstTable
  /// Row keys of tables that no rule of the program has: what is still to be erased.
  private var erasing: [RowKey] = []
  /// By rule: how many rows are to be erased, since no rule of the program has their table.
  private(set) var dropped: [String: Int] = [:]
  /// By identity: the shortest of the spans that are longer now. What is further back may be forgotten.
  private(set) var grown: [StateIdentity: Int64] = [:]
  /// Spans changed, which is to be written though nothing else is.
  private(set) var hasOtherSpans = false

  /// Of a slot that has no rows.
  init() {}

  /// Sorts the rows of a restored slot: those of table 0 are read, those of each table that a rule has are given back by identity, the
  /// rest is to be erased.
  /// - Throws: a table whose rows this version does not read.
  init(_ rows: [RowChange], identities: Set<StateIdentity>) throws(RowFormatError) {
    for row in rows where row.row.table == 0 && row.row.key.first == TableDirectory.letter {
      guard let value = row.value else { continue }
      var key = RowReader(row.row.key[1...])
      var reader = RowReader(value)
      let number = UInt32(key.unsigned())
      let (identity, rule) = (StateIdentity(hash: reader.byteArray()), reader.string())
      let (placement, format) = (reader.string(), reader.unsigned())
      guard placement == Self.placement, format == Self.rowFormat else {
        throw RowFormatError(rule: rule, placement: placement, format: format)
      }
      entries[number] = Entry(identity: identity, rule: rule, isErasing: reader.byte() == 1, spans: reader.isAtEnd ? [] : reader.spans())
      next = max(next, number + 1)
    }
    for (number, entry) in entries where !entry.isErasing && !identities.contains(entry.identity) {
      entries[number]!.isErasing = true
      changed.insert(number)
    }
    takeSpans(of: identities)
    erasing = rows.filter { entries[$0.row.table]?.isErasing ?? false }.map(\.row).sorted()
    for row in erasing { dropped[entries[row.table]?.rule ?? "", default: 0] += 1 }
  }

  /// Spans that changed stand from now on.
  private mutating func takeSpans(of identities: Set<StateIdentity>) {
    for identity in identities {
      guard let number = number(of: identity), let entry = entries[number], entry.spans != identity.spans else { continue }
      if let known = zip(entry.spans, identity.spans).filter({ $0 < $1 }).map(\.0).min() { grown[identity] = known }
      entries[number]!.spans = identity.spans
      changed.insert(number)
      hasOtherSpans = true
    }
  }

  /// The live table of an identity.
  func number(of identity: StateIdentity) -> UInt32? {
    entries.first { $0.value.identity == identity && !$0.value.isErasing }?.key
  }

  /// The rule had another identity: what it remembered is to be forgotten.
  func isReplaced(_ identity: StateIdentity, rule: String) -> Bool {
    number(of: identity) == nil && entries.contains { $0.value.rule.utf8.elementsEqual(rule.utf8) }
  }

  /// Gives a table to a rule that has none.
  mutating func add(_ identity: StateIdentity, rule: String) {
    entries[next] = Entry(identity: identity, rule: rule, isErasing: false, spans: identity.spans)
    changed.insert(next)
    next += 1
  }

  /// Rows are still to be erased.
  var isErasing: Bool { !erasing.isEmpty }

  /// Rows T that changed, and the next rows to erase: at most `limit`.
  mutating func drain(into rows: inout RowBatch, limit: Int = 10_000) {
    let count = min(limit, erasing.count)
    for row in erasing.suffix(count) { rows.append(RowChange(row: row, value: nil)) }
    erasing.removeLast(count)
    if erasing.isEmpty {
      for (number, entry) in entries where entry.isErasing {
        entries[number] = nil
        changed.insert(number)
      }
    }
    for number in changed.sorted() { rows.append(row(number)) }
    changed.removeAll()
    hasOtherSpans = false
  }

  private func row(_ number: UInt32) -> RowChange {
    var key = RowWriter()
    key.byte(TableDirectory.letter)
    key.unsigned(UInt64(number))
    let value = entries[number].map { entry in
      var row = RowWriter()
      row.bytes(entry.identity.hash)
      row.string(entry.rule)
      row.string(TableDirectory.placement)
      row.unsigned(TableDirectory.rowFormat)
      row.byte(entry.isErasing ? 1 : 0)
      row.unsigned(UInt64(entry.spans.count))
      for span in entry.spans { row.signed(span) }
      return row.bytes
    }
    return RowChange(row: RowKey(table: 0, key: key.bytes, part: 0), value: value)
  }
}

extension RowReader {
  fileprivate mutating func spans() -> [Int64] { (0..<Int(unsigned())).map { _ in signed() } }
}
