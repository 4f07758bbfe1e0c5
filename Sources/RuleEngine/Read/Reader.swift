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
  private var streams: [StreamReader]
  private var tables: [TableReader]
  private var counted = ReadCounts()

  /// `tables` takes the rows. `level`: the widest registers that may be used.
  init(program: CheckedProgram, options: Engine.Options, tables store: TableStore? = nil, level: hp_level = hp_best_level()) {
    precondition(options.maxEvent <= 1 << 30, "an event has at most 2^30 bytes")
    self.program = program
    self.options = options
    let plan = ReadPlan(program)
    let params = program.params.map { $0.regional[options.region] ?? $0.defaultValue }
    let comparisons = plan.streams.map { _ in ComparisonList() }
    conditions = program.rules.indices.map {
      RuleConditions(program.rules[$0], index: $0, plan: plan, params: params, comparisons: comparisons)
    }
    let batch = EventBatch(plan, conditions, comparisons, level: level)
    let scanner = RecordScanner(nodes: plan.streams.map(\.tree.count).max() ?? 0, level: level)
    streams = plan.streams.indices.map { StreamReader(index: $0, batch: batch, scanner: scanner, options: options) }
    let (store, fields) = (store ?? TableStore(program), RowFields(program))
    tables = program.tables.indices.map {
      TableReader(table: $0, program: program, fields: fields, store: store, batch: batch, scanner: scanner, options: options)
    }
    (self.plan, self.batch, self.scanner) = (plan, batch, scanner)
  }

  /// What was read since the start of the process.
  var counts: ReadCounts {
    tables.reduce(into: streams.reduce(into: counted) { $1.add(to: &$0) }) { $1.add(to: &$0) }
  }

  /// The part of a pattern's `where` that reads other patterns too, and is asked of pairs, or that looks up, and is asked when the rule's
  /// clock has passed the anchor. nil: there is none.
  func residual(rule: Int, pattern: Int) -> CheckedExpression? { conditions[rule].patterns[pattern].residual }

  /// The part of a condition's `when` that looks up: it is asked when the rule's clock has passed the event. nil: there is none.
  func deferredWhen(rule: Int) -> CheckedExpression? { conditions[rule].deferredWhen }

  /// The value of a parameter in this region.
  func param(_ index: Int) -> Value {
    let param = program.params[index]
    return param.regional[options.region] ?? param.defaultValue
  }

  /// Reads records in their order: moves offsets, watermarks and clocks of their sources, drops what was read before, and hands on what
  /// counts. The batch stands until the next call, and no longer than the records' bytes.
  func read(records: [SourceRecord], headers: (any RecordHeaders)? = nil, sources: inout SourceTable) -> EventBatch {
    batch.clear(for: records, headers: headers, sources: sources.names)
    counted.records += records.count
    var begin = 0
    while begin < records.count {
      let source = records[begin].source
      var end = begin + 1
      while end < records.count, records[end].source == source { end += 1 }
      sources.withSource(source) { state in
        switch state.input {
        case .stream(let stream): streams[stream].read(records, begin..<end, of: &state)
        case .table(let table): tables[table].read(records, begin..<end, of: &state)
        }
      }
      begin = end
    }
    counted.events += batch.events.count
    return batch
  }

  /// Reads violations as events: none of them is late, and none moves a clock.
  func read(verdicts: [(stream: Int, slot: Int, record: SourceRecord)]) -> EventBatch {
    let records = verdicts.map(\.record)
    batch.clear(for: records, headers: nil, sources: [])
    for (index, (stream, slot, _)) in verdicts.enumerated() {
      var source = SourceState(
        Source(topic: "", partition: 0), number: 0, .stream(stream), slot: slot, rules: 0, ids: nil)
      streams[stream].read(records, index..<index + 1, of: &source)
    }
    precondition(batch.deadLetters.isEmpty, "the engine reads the events that it wrote")
    return batch
  }
}
