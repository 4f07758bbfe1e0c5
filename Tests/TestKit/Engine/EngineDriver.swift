package import EventModel
package import RuleEngine
package import RuleLanguage

/// Runs an engine in virtual time, as a shard would: loads its slots, reads records, proves partitions read to their end, commits, and
/// restarts from what was committed.
///
///     let driver = EngineDriver(program, partitions: ["orders.v1": 2])
///     driver.read([.init(topic: "orders.v1", value: bytes, timestamp: time)])
///     driver.prove(at: time)
///     driver.commit()
///     driver.outputs
package final class EngineDriver {
  package struct Record {
    package var topic: String
    package var partition: Int32
    package var timestamp: EventTime
    package var key: [UInt8]?
    package var value: [UInt8]?
    package var headers: [OutputRecord.Header]

    package init(
      topic: String, partition: Int32 = 0, timestamp: EventTime, key: [UInt8]? = nil, value: [UInt8]?, headers: [OutputRecord.Header] = []
    ) {
      self.topic = topic
      self.partition = partition
      self.timestamp = timestamp
      self.key = key
      self.value = value
      self.headers = headers
    }
  }

  package private(set) var engine: Engine
  /// What was committed, in the order of commits and slots.
  package private(set) var outputs: [OutputRecord] = []
  /// The rows that were committed, by slot.
  package private(set) var rows: [[RowKey: [UInt8]]]
  private var program: CheckedProgram
  package let options: Engine.Options
  private var sources: [Source]
  private var numbers: [Source: Int] = [:]
  /// The next offset of each source; of one that was written to before, not 0.
  private var ends: [Source: Int64]
  /// What the topics of tables hold: it is read again at each start.
  private var tables: [Source: [(record: Record, offset: Int64)]] = [:]
  private let firstOffset: Int64

  /// `partitions`: how many each topic has; one unless given. `firstOffset`: where topics begin, 0 if they were never written to.
  package init(
    _ program: CheckedProgram, options: Engine.Options? = nil, partitions: [String: Int] = [:], firstOffset: Int64 = 0
  ) {
    self.program = program
    let options = options ?? Engine.Options(region: "us-east-1", slots: 3)
    self.options = options
    self.firstOffset = firstOffset
    let topics = program.streams.map(\.topic) + program.tables.map(\.topic)
    sources = topics.flatMap { topic in (0..<(partitions[topic] ?? 1)).map { Source(topic: topic, partition: Int32($0)) } }
    ends = Dictionary(uniqueKeysWithValues: sources.map { ($0, firstOffset) })
    rows = Array(repeating: [:], count: options.slots)
    engine = Engine(program: program, options: options)
    begin()
  }

  private func begin() {
    for slot in 0..<options.slots {
      do {
        try engine.load(slot: slot, rows[slot].map { RowChange(row: $0.key, value: $0.value) })
      } catch {
        preconditionFailure("an engine reads the rows that it wrote: \(error)")
      }
    }
    for source in sources {
      let number = engine.attach(source)
      numbers[source] = number
      if engine.isTable(number) {
        engine.start(number, at: tables[source]?.first?.offset ?? firstOffset)
      } else if engine.position(of: number) == nil {
        engine.start(number, at: ends[source] ?? 0)
      }
    }
    for source in sources where engine.isCatchingUp {
      for (record, offset) in tables[source] ?? [] { apply([record], offsets: [offset], proofs: []) }
    }
  }

  /// As a broker does that keeps of each record key the last: what the topics of tables hold, but for that, is gone.
  package func compact() {
    for (source, records) in tables {
      tables[source] = records.enumerated().filter { place, entry in
        !records[(place + 1)...].contains { $0.record.key == entry.record.key }
      }.map(\.element)
    }
  }

  /// Reads records, in this order, as one batch's piece; then takes the proofs.
  package func read(_ records: [Record], provenAt proof: EventTime? = nil) {
    let offsets = records.map { record in
      let source = Source(topic: record.topic, partition: record.partition)
      guard let number = numbers[source], let offset = ends[source] else {
        preconditionFailure("`\(record.topic)` is a topic of the program")
      }
      ends[source] = offset + 1
      if engine.isTable(number) { tables[source, default: []].append((record, offset)) }
      return offset
    }
    apply(records, offsets: offsets, proofs: proof.map(proofs) ?? [])
  }

  private func apply(_ records: [Record], offsets: [Int64], proofs: [EndProof]) {
    var bytes: [UInt8] = []
    for record in records { bytes += (record.key ?? []) + (record.value ?? []) }
    bytes.withUnsafeBytes { buffer in
      var at = 0
      func take(_ content: [UInt8]?) -> UnsafeRawBufferPointer? {
        guard let content else { return nil }
        defer { at += content.count }
        return UnsafeRawBufferPointer(rebasing: buffer[at..<at + content.count])
      }
      let headers = RecordsRead(records)
      let read = records.enumerated().map { index, record -> SourceRecord in
        let key = take(record.key)
        return SourceRecord(
          source: numbers[Source(topic: record.topic, partition: record.partition)] ?? 0, offset: offsets[index],
          timestamp: record.timestamp, key: key, value: take(record.value),
          handle: RecordsRead.handle(of: index))
      }
      engine.apply(read, proofs: proofs, headers: headers)
    }
  }

  /// All partitions are proven to hold nothing unread at that wall-clock time, but those of topics that lag.
  package func prove(at instant: EventTime, except lagging: Set<String> = []) {
    engine.apply(
      [], proofs: proofs(instant).filter { proof in !sources.contains { numbers[$0] == proof.source && lagging.contains($0.topic) } })
  }

  private func proofs(_ instant: EventTime) -> [EndProof] {
    sources.map { EndProof(source: numbers[$0] ?? 0, at: instant, end: ends[$0] ?? 0) }
  }

  /// Commits what came together. Returns what was published.
  @discardableResult
  package func commit() -> [OutputRecord] {
    let effects = engine.drain()
    for slot in effects.slots {
      for change in slot.rows { rows[slot.slot][change.row] = change.value }
    }
    let published = effects.slots.flatMap(\.outputs)
    outputs += published
    return published
  }

  /// Ends the engine and begins another one from what was committed; with other rules on the same streams, if given.
  package func restart(with other: CheckedProgram? = nil) {
    program = other ?? program
    engine = Engine(program: program, options: options)
    begin()
  }
}

/// The headers of a batch's records; a handle is a record's number.
private final class RecordsRead: RecordHeaders {
  private let records: [EngineDriver.Record]

  init(_ records: [EngineDriver.Record]) { self.records = records }

  static func handle(of index: Int) -> UnsafeRawPointer? { UnsafeRawPointer(bitPattern: index + 1) }

  func header(_ name: String, of handle: UnsafeRawPointer) -> [UInt8]? {
    records[Int(bitPattern: handle) - 1].headers.last { $0.name == name }?.value
  }
}
