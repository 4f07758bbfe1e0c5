internal import EventModel
internal import RuleLanguage

/// Reads the records of one table's topic into its rows.
struct TableReader {
  private let table: Int
  /// By which counts name it: tables follow the streams, those of violations included.
  private let number: Int
  private let declaration: CheckedTable
  /// The fields that rules read.
  private let fields: [Field]
  private let store: TableStore
  private let batch: EventBatch
  private let scanner: RecordScanner
  /// Looks for nothing: a record is only checked.
  private let tree = FieldTree([])
  private let maxEvent: Int
  private let maxSkew: Duration
  private var counts = ReadCounts()

  init(
    table: Int, program: CheckedProgram, fields names: RowFields, store: TableStore, batch: EventBatch, scanner: RecordScanner,
    options: Engine.Options
  ) {
    self.table = table
    number = program.streams.count + table
    declaration = program.tables[table]
    let wanted = names.names[table]
    fields = declaration.row.fields.filter { wanted?.contains($0.name) ?? true }
    (self.store, self.batch, self.scanner) = (store, batch, scanner)
    (maxEvent, maxSkew) = (options.maxEvent, options.maxSkew)
  }

  func add(to total: inout ReadCounts) { total.add(counts) }

  /// Reads records of one source. What was used before a restart fills the rows again, and that is all.
  mutating func read(_ records: [SourceRecord], _ range: Range<Int>, of source: inout SourceState) {
    for record in records[range] {
      let isNew = !source.wasUsed(record.offset)
      guard source.read(record.offset) else {
        counts.rewound += 1
        continue
      }
      do throws(Rejection) {
        let time = try take(record, source.source.partition, isNew: isNew)
        if isNew {
          _ = source.observe(time, kafka: record.timestamp, disorder: declaration.disorder.microseconds)
          counts.rows[table, default: 0] += 1
        }
      } catch {
        if isNew { reject(record, error, of: source) }
      }
    }
  }

  private struct Rejection: Error {
    var reason: DeadLetterReason
    var detail: String
  }

  /// Returns from when it holds.
  private mutating func take(_ record: SourceRecord, _ partition: Int32, isNew: Bool) throws(Rejection) -> EventTime {
    guard let value = record.value else {
      guard let name = record.key else { throw Rejection(reason: .noKey, detail: "a tombstone without key ends no row") }
      let version = RowVersion(time: record.timestamp.microseconds, partition: partition, offset: record.offset, content: .ended)
      store.end(version, table: table, name: Array(name), isNew: isNew)
      return record.timestamp
    }
    guard value.count <= maxEvent else {
      throw Rejection(reason: .tooLarge, detail: "\(value.count) bytes, more than the \(maxEvent) of max_event")
    }
    if case .failure(let fault) = scanner.scan(value, tree) { throw Rejection(reason: fault.reason, detail: fault.detail) }
    guard let json = try? JSONValue.parse(Array(value)) else { throw Rejection(reason: .notJSON, detail: "not JSON") }
    let time = try time(json, record)
    let key = try key(json)
    let version = RowVersion(
      time: time.microseconds, partition: partition, offset: record.offset, content: content(json, isNew: isNew))
    store.insert(version, table: table, key: key, name: record.key.map { Array($0) }, isNew: isNew)
    return time
  }

  private func time(_ json: JSONValue, _ record: SourceRecord) throws(Rejection) -> EventTime {
    guard let path = declaration.time else { return record.timestamp }
    guard case .value(.timestamp(let time)) = TreeReader.field(path, of: json, as: declaration.row) else {
      throw Rejection(reason: .badTime, detail: "\(path): missing, or no time of RFC 3339")
    }
    guard time.eventTime <= record.timestamp.advanced(byMicroseconds: maxSkew.microseconds) else {
      let detail = "dated \(time.eventTime.rfc3339), more than \(maxSkew.ruleText) after its timestamp in Kafka"
      throw Rejection(reason: .future, detail: detail)
    }
    return time.eventTime
  }

  private func key(_ json: JSONValue) throws(Rejection) -> [UInt8] {
    var key: [Value] = []
    for path in declaration.key {
      switch TreeReader.field(path, of: json, as: declaration.row) {
      case .value(let value): key.append(value)
      case .absent: throw Rejection(reason: .noKey, detail: "\(path): missing")
      case .invalid: throw Rejection(reason: .schema, detail: "\(path): missing, or not as the schema says")
      }
    }
    return TableStore.bytes(of: key)
  }

  private mutating func content(_ json: JSONValue, isNew: Bool) -> RowVersion.Content {
    var members: [Value: Value] = [:]
    var broken: String?
    for field in fields {
      let path = FieldPath([field.name])
      switch TreeReader.field(path, of: json, as: declaration.row) {
      case .absent: break
      case .value(let value): members[.string(field.name)] = value
      case .invalid:
        broken = broken ?? field.name
        if isNew { counts.invalidFields[StreamField(stream: number, path: path), default: 0] += 1 }
      }
    }
    if let broken { return .broken(broken) }
    var row = RowWriter()
    row.value(.map(members))
    return .row(row.bytes)
  }

  private mutating func reject(_ record: SourceRecord, _ rejection: Rejection, of source: SourceState) {
    counts.deadLetters[rejection.reason, default: 0] += 1
    let origin = LetterOrigin(source: source.source, record: record)
    batch.add(deadLetter: .deadLetter(origin, rejection.reason, detail: rejection.detail), slot: source.slot)
  }
}
