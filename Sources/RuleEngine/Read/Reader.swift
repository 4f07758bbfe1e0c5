internal import EventModel
internal import RuleLanguage

/// The reading half of the engine: records → events in columns → masks of the rules' conditions.
final class Reader {
  private let program: CheckedProgram
  private let options: Engine.Options
  private let batch: EventBatch
  /// What was read since the start of the process.
  private(set) var counts = ReadCounts()

  init(program: CheckedProgram, options: Engine.Options) {
    self.program = program
    self.options = options
    batch = EventBatch()
  }

  /// Reads records in their order: moves offsets, watermarks and clocks of their sources, drops what was read before, and hands on what
  /// counts. The batch stands until the next call, and no longer than the records' bytes.
  func read(records: [SourceRecord], sources: inout SourceTable) -> EventBatch { batch }

  /// The part of a pattern's `where` that reads other patterns too: it is asked of pairs. nil: there is none.
  func residual(rule: Int, pattern: Int) -> CheckedExpression? { nil }

  /// The value of a parameter in this region.
  func param(_ index: Int) -> Value {
    let param = program.params[index]
    return param.regional[options.region] ?? param.defaultValue
  }
}
