internal import EventModel
internal import RuleLanguage

/// The rows of the program's tables, as far as they were read (language.md 19). It holds no state of its own that a slot has to keep: who
/// begins again reads the topics again.
final class TableStore {
  private let declarations: [CheckedTable]
  private var tables: [TableRows]
  /// By table: the first instant for which rows that came since the last call of `takeChanges` say something else; nil: none came.
  private var changes: [Int64?]
  /// How often a row was asked for that is not known any more.
  private(set) var forgotten = 0
  /// Rows that were asked for lately, as values.
  private var read: [ReadKey: Value] = [:]
  private static let mostRead = 4096

  private struct ReadKey: Hashable {
    var table: Int
    var partition: Int32
    var offset: Int64
  }

  init(_ program: CheckedProgram) {
    declarations = program.tables
    tables = program.tables.map { TableRows(keep: $0.keep.microseconds) }
    changes = program.tables.map { _ in nil }
  }

  /// The row of a key that held at an instant, as an object; nil: there was none.
  /// - Throws: `history`, if it is not known any more, or an error of the field that is not as its schema says.
  func row(table: Int, key: [Value], at instant: Int64) throws(EvaluationError) -> Value? {
    let name = declarations[table].name
    switch tables[table].answer(Self.bytes(of: key), at: instant) {
    case .none: return nil
    case .forgotten:
      forgotten += 1
      throw EvaluationError(.history, "rows of `\(name)` are not kept so long")
    case .row(let version):
      switch version.content {
      case .ended: return nil
      case .row(let bytes): return value(bytes, ReadKey(table: table, partition: version.partition, offset: version.offset))
      case .broken(let path): throw EvaluationError(.field("\(name).\(path)"), "`\(path)` of a row of `\(name)` is not as its schema says")
      }
    }
  }

  private func value(_ bytes: [UInt8], _ key: ReadKey) -> Value {
    if let known = read[key] { return known }
    var reader = RowReader(bytes)
    let value = reader.value()
    if read.count >= Self.mostRead { read.removeAll(keepingCapacity: true) }
    read[key] = value
    return value
  }

  /// Equal keys have equal bytes.
  static func bytes(of key: [Value]) -> [UInt8] {
    var row = RowWriter()
    for part in key { row.keyPart(part) }
    return row.bytes
  }

  // Filling, by the reader.

  /// Takes a row. `key`: as `bytes(of:)` gives it; `name`: the key of its record, if it has one; `isNew`: it is not read again.
  func insert(_ version: RowVersion, table: Int, key: [UInt8], name: [UInt8]?, isNew: Bool = true) {
    tables[table].insert(version, key: key, name: name)
    if isNew { change(table, version.time) }
  }

  /// Takes a tombstone.
  func end(_ version: RowVersion, table: Int, name: [UInt8], isNew: Bool = true) {
    tables[table].end(version, name: name)
    if isNew { change(table, version.time) }
  }

  private func change(_ table: Int, _ instant: Int64) { changes[table] = min(changes[table] ?? .max, instant) }

  /// The clock of a table has moved.
  func advance(_ table: Int, to clock: EventTime) { tables[table].advance(to: clock) }

  /// By table: the first instant for which rows that came since the last call say something else; nil: none came.
  func takeChanges() -> [Int64?] {
    defer { for table in changes.indices { changes[table] = nil } }
    return changes
  }

  // For who watches.

  /// By table, in the order of the program: rows that hold or will, the limit that is declared, and about how many bytes they take.
  var footprints: [(table: String, rows: Int, limit: Int64, bytes: Int)] {
    zip(declarations, tables).map { ($0.name, $1.held, $0.maximumRows, $1.bytes) }
  }
}
