internal import CHotPath
internal import EventModel
internal import RuleLanguage

/// The reading half of the engine: records → events in columns → masks of the rules' conditions.
final class Reader {
  private let program: CheckedProgram
  private let options: Engine.Options
  private let plan: ReadPlan
  private let conditions: [RuleConditions]
  private let batch: EventBatch
  private let scanner: RecordScanner
  private var counted = ReadCounts()

  /// `level`: the widest registers that may be used.
  init(program: CheckedProgram, options: Engine.Options, level: hp_level = hp_best_level()) {
    precondition(options.maxEvent <= 1 << 30, "an event has at most 2^30 bytes")
    self.program = program
    self.options = options
    plan = ReadPlan(program)
    let params = program.params.map { $0.regional[options.region] ?? $0.defaultValue }
    let comparisons = plan.streams.map { _ in ComparisonList() }
    conditions = program.rules.indices.map { [plan] in
      RuleConditions(program.rules[$0], index: $0, plan: plan, params: params, comparisons: comparisons)
    }
    batch = EventBatch(plan, conditions, comparisons, level: level)
    scanner = RecordScanner(nodes: plan.streams.map(\.tree.count).max() ?? 0, level: level)
  }

  /// What was read since the start of the process.
  var counts: ReadCounts {
    var counts = counted
    for (stream, rows) in batch.streams.enumerated() {
      for (column, plan) in rows.plan.columns.enumerated() {
        let field = StreamField(stream: stream, path: plan.path)
        if rows.invalidCounts[column] > 0 { counts.invalidFields[field, default: 0] += rows.invalidCounts[column] }
        if rows.unlistedCounts[column] > 0 { counts.unlistedValues[field, default: 0] += rows.unlistedCounts[column] }
      }
    }
    return counts
  }

  /// The part of a pattern's `where` that reads other patterns too: it is asked of pairs. nil: there is none.
  func residual(rule: Int, pattern: Int) -> CheckedExpression? { conditions[rule].patterns[pattern].residual }

  /// The value of a parameter in this region.
  func param(_ index: Int) -> Value {
    let param = program.params[index]
    return param.regional[options.region] ?? param.defaultValue
  }

  /// Reads records in their order: moves offsets, watermarks and clocks of their sources, drops what was read before, and hands on what
  /// counts. The batch stands until the next call, and no longer than the records' bytes.
  func read(records: [SourceRecord], sources: inout SourceTable) -> EventBatch {
    batch.clear(capacity: records.count)
    var touched: Set<Int> = []
    var last = -1
    for (index, record) in records.enumerated() {
      counted.records += 1
      guard sources.read(record.source, offset: record.offset) else {
        counted.rewound += 1
        continue
      }
      if record.source != last {
        last = record.source
        touched.insert(last)
      }
      take(record, index: index, &sources)
    }
    for source in touched { sources.expireIDs(source) }
    return batch
  }

  /// Takes a record that was not read before.
  private func take(_ record: SourceRecord, index: Int, _ sources: inout SourceTable) {
    let stream = sources.sources[record.source].stream
    let plan = plan.streams[stream]
    guard let value = record.value else { return reject(record, sources, .nullValue, "the record has no value") }
    guard value.count <= options.maxEvent else {
      return reject(record, sources, .tooLarge, "\(value.count) bytes, more than the \(options.maxEvent) of max_event")
    }
    if let fault = scanner.scan(value, plan.tree) { return reject(record, sources, fault.reason, fault.detail) }
    let kind: Int?
    switch scanner.kind(of: plan, store: batch.store) {
    case .known(let index): kind = index
    case .unknown: kind = nil
    case .missing: return reject(record, sources, .schema, "\(plan.declaration.kind?.description ?? ""): missing, or no text")
    }
    guard let time = scanner.time(of: plan, store: batch.store) else {
      return reject(record, sources, .badTime, "\(plan.declaration.time): missing, or no time of RFC 3339")
    }
    guard time <= record.timestamp.advanced(byMicroseconds: options.maxSkew.microseconds) else {
      return reject(record, sources, .future, "dated \(time.rfc3339), more than \(options.maxSkew.ruleText) after its timestamp in Kafka")
    }
    if let kind {
      takeEvent(record, value, index: index, stream: stream, kind: kind, time: time, &sources)
    } else {
      _ = sources.observe(record.source, time, kafka: record.timestamp, disorder: plan.disorder)
      counted.unknownKinds[stream, default: 0] += 1
    }
  }

  /// Takes a record of a known kind: its fields get into the row behind the last, which stays if the event counts.
  private func takeEvent(
    _ record: SourceRecord, _ value: UnsafeRawBufferPointer, index: Int, stream: Int, kind: Int, time: EventTime,
    _ sources: inout SourceTable
  ) {
    let rows = batch.streams[stream]
    if let path = scanner.fillIdentity(rows, kind: kind, store: batch.store) {
      rows.reject()
      return reject(record, sources, .schema, "\(path): missing, or not as the schema says")
    }
    let verdict = judge(record, value, rows, kind: kind, time: time, &sources)
    let behind = sources.observe(record.source, time, kafka: record.timestamp, disorder: rows.plan.disorder)
    guard verdict == .new else {
      rows.reject()
      counted.duplicates += 1
      if verdict == .conflict { reject(record, sources, .conflict, "an event of this id with other content was read before") }
      return
    }
    scanner.fillFields(rows, kind: kind, store: batch.store)
    let source = sources.sources[record.source]
    let header = EventHeader(
      stream: stream, kind: kind, source: record.source, offset: record.offset, record: index, slot: source.slot, time: time, behind: behind
    )
    rows.accept(kind: kind, text: value, event: batch.events.count)
    batch.add(header, row: rows.count - 1, origin: LetterOrigin(source: source.source, record: record))
    counted.events += 1
  }

  /// Judges an event by its id, if it has one, and remembers it.
  private func judge(
    _ record: SourceRecord, _ value: UnsafeRawBufferPointer, _ rows: StreamRows, kind: Int, time: EventTime, _ sources: inout SourceTable
  ) -> SeenIDs.Verdict {
    guard sources.sources[record.source].ids != nil, let id = rows.idHash(kind: kind, text: scanner.text) else { return .new }
    let content = hp_hash(scanner.text, value.count, 2).low
    return sources.judge(record.source, SeenID(low: id.low, high: id.high, content: content, time: time.microseconds))
  }

  private func reject(_ record: SourceRecord, _ sources: SourceTable, _ reason: DeadLetterReason, _ detail: String) {
    counted.deadLetters[reason, default: 0] += 1
    let source = sources.sources[record.source]
    let origin = LetterOrigin(source: source.source, record: record)
    batch.add(deadLetter: .deadLetter(origin, reason, detail: detail), slot: source.slot)
  }
}
