internal import EventModel
internal import RuleEngine
internal import Synchronization

/// The feed's memory: of each violation and KPI window the record that holds, and how far the topics were read, in one SQLite file.
///
/// One thread writes; any may read.
final class History: Sendable {
  private struct Writer: @unchecked Sendable { let database: Database }
  private struct Reader: @unchecked Sendable { let database: Database }

  /// Names this file for good: sequence numbers mean nothing in another.
  let identity: String
  private let path: String
  private let writer: Mutex<Writer>
  private let readers = Mutex<[Reader]>([])

  init(path: String) throws(HistoryFault) {
    let database = try Database(path: path, readOnly: false)
    try HistorySchema.prepare(database, path: path)
    var identity = ""
    try database.query("select value from facts where name = 'identity'") { identity = $0.text(0) }
    self.identity = identity
    self.path = path
    writer = Mutex(Writer(database: database))
  }

  /// How far each partition was read.
  func positions() throws(HistoryFault) -> [Source: Int64] {
    var positions: [Source: Int64] = [:]
    try read { database throws(HistoryFault) in
      try database.query("select topic, partition, next from positions") { row in
        positions[Source(topic: row.text(0), partition: Int32(row.int(1)))] = row.int(2)
      }
    }
    return positions
  }

  /// The number of what was written last.
  func sequence() throws(HistoryFault) -> Int64 {
    try read { database throws(HistoryFault) in try database.number("select value from facts where name = 'sequence'") ?? 0 }
  }

  /// Writes a batch with its positions in one transaction. Returns what came to hold; older revisions and copies do not.
  func write(_ batch: HistoryBatch) throws(HistoryFault) -> [HistoryEvent] {
    var events: [HistoryEvent] = []
    try write { database throws(HistoryFault) in
      events = []
      var sequence = try database.number("select value from facts where name = 'sequence'") ?? 0
      for (record, written) in batch.records {
        switch record {
        case .violation(let violation):
          guard try upsert(violation, sequence + 1, written, database) else { continue }
          sequence += 1
          events.append(HistoryEvent(sequence: sequence, kind: .violation, json: violation.json))
        case .kpi(let kpi):
          guard try upsert(kpi, sequence + 1, written, database) else { continue }
          sequence += 1
          events.append(HistoryEvent(sequence: sequence, kind: .kpi, json: kpi.json))
        }
      }
      try database.query("update facts set value = ? where name = 'sequence'", [.int(sequence)])
      for (source, next) in batch.positions {
        try database.query(
          "insert into positions values (?, ?, ?) on conflict do update set next = excluded.next",
          [.text(source.topic), .int(Int64(source.partition)), .int(next)])
      }
    }
    return events
  }

  func write(_ body: (Database) throws(HistoryFault) -> Void) throws(HistoryFault) {
    try writer.withLock { writer throws(HistoryFault) in
      let database = writer.database
      try database.transaction { () throws(HistoryFault) in try body(database) }
    }
  }

  /// Reads what is committed, on a connection of its own.
  func read<Result>(_ body: (Database) throws(HistoryFault) -> Result) throws(HistoryFault) -> Result {
    let reader: Reader
    if let idle = readers.withLock({ $0.popLast() }) {
      reader = idle
    } else {
      reader = Reader(database: try Database(path: path, readOnly: true))
    }
    defer { readers.withLock { $0.append(reader) } }
    return try body(reader.database)
  }
}

/// Revisions of one violation that are kept besides the one that holds.
private let keptRevisions = 50

/// false: what is there is as new.
private func upsert(
  _ violation: ViolationRecord, _ sequence: Int64, _ written: EventTime, _ database: Database
) throws(HistoryFault) -> Bool {
  let version = violation.version
  if let held = try heldVersion(in: "violations where id = ?", .text(violation.id), database) {
    if held == version { return false }
    if held > version {
      try database.query(
        "insert or ignore into revisions values (?, ?, ?, ?)",
        [.text(violation.id), .int(version.epoch), .int(version.revision), .bytes(violation.json)])
      return false
    }
    try database.query(
      "insert or ignore into revisions select id, epoch, revision, record from violations where id = ?", [.text(violation.id)])
    try database.query(
      """
      delete from revisions where id = ?1 and (epoch, revision) <= (
        select epoch, revision from revisions where id = ?1 order by epoch desc, revision desc limit 1 offset \(keptRevisions))
      """, [.text(violation.id)])
  }
  try database.query(
    """
    insert into violations (id, sequence, epoch, revision, state, severity, rule, region, at, written, record)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (id) do update set sequence = excluded.sequence, epoch = excluded.epoch, revision = excluded.revision,
      state = excluded.state, severity = excluded.severity, rule = excluded.rule, region = excluded.region, at = excluded.at,
      written = excluded.written, record = excluded.record
    """,
    [
      .text(violation.id), .int(sequence), .int(version.epoch), .int(version.revision), .text(violation.state),
      .text(violation.severity), .text(violation.rule), .text(violation.region), .int(violation.at.microseconds),
      .int(written.microseconds), .bytes(violation.json),
    ])
  return true
}

private func upsert(_ kpi: KPIRecord, _ sequence: Int64, _ written: EventTime, _ database: Database) throws(HistoryFault) -> Bool {
  if let held = try heldVersion(in: "kpis where identity = ?", .text(kpi.identity), database), held >= kpi.version { return false }
  try database.query(
    """
    insert into kpis (identity, sequence, epoch, revision, kpi, region, start, written, record) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (identity) do update set sequence = excluded.sequence, epoch = excluded.epoch, revision = excluded.revision,
      written = excluded.written, record = excluded.record
    """,
    [
      .text(kpi.identity), .int(sequence), .int(kpi.version.epoch), .int(kpi.version.revision), .text(kpi.kpi), .text(kpi.region),
      .int(kpi.start.microseconds), .int(written.microseconds), .bytes(kpi.json),
    ])
  return true
}

private func heldVersion(in place: String, _ key: SQLValue, _ database: Database) throws(HistoryFault) -> RecordVersion? {
  var held: RecordVersion?
  try database.query("select epoch, revision from \(place)", [key]) { held = RecordVersion(epoch: $0.int(0), revision: $0.int(1)) }
  return held
}
