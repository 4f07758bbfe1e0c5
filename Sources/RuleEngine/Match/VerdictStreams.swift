internal import EventModel
internal import RuleLanguage

/// Rules on rules (language.md 22): the violations of the rules that others look at are streams like those of topics, behind them.
extension CheckedProgram {
  /// Where the violation's id stands in its event; no name of an author's begins so.
  static let verdictID = "$id"

  /// The program as the engine reads it: the streams of violations stand behind those of topics.
  var withVerdictStreams: CheckedProgram {
    var program = self
    program.streams += verdicts.map { stream in
      var stream = stream
      let id = Field(name: Self.verdictID, type: .string(allowed: nil), isRequired: true)
      stream.schema.kinds[0].fields = ObjectType(fields: [id] + stream.schema.kinds[0].fields.fields)
      stream.id = FieldPath([Self.verdictID])
      return stream
    }
    return program
  }
}

/// Reads the violations that a rule sees as its events.
struct VerdictReader {
  private let reader: Reader
  /// By the name of a verdict stream: its index.
  private let streams: [String: Int]

  /// nil: no rule looks at another.
  /// - Parameter program: with the streams of violations.
  init?(_ program: CheckedProgram, options: Engine.Options) {
    guard !program.verdicts.isEmpty else { return nil }
    reader = Reader(program: program, options: options)
    let first = program.streams.count - program.verdicts.count
    streams = Dictionary(uniqueKeysWithValues: program.verdicts.enumerated().map { ($1.name, first + $0) })
  }

  /// Shows the violations as a batch, in order of (`at`, id).
  func read(_ verdicts: [VerdictEvent], _ body: (EventBatch) -> Void) {
    let ordered = verdicts.sorted { $0.at != $1.at ? $0.at < $1.at : $0.id < $1.id }.map { ($0, $0.json) }
    let bytes = ordered.flatMap(\.1)
    bytes.withUnsafeBytes { buffer in
      var start = 0
      let records = ordered.map { verdict, json -> (stream: Int, slot: Int, record: SourceRecord) in
        defer { start += json.count }
        guard let stream = streams[verdict.name] else { preconditionFailure("a violation that is told is one of a rule that others see") }
        let value = UnsafeRawBufferPointer(rebasing: buffer[start..<start + json.count])
        return (
          stream, verdict.slot,
          SourceRecord(source: 0, offset: verdict.place, timestamp: EventTime(microseconds: verdict.at), key: nil, value: value)
        )
      }
      body(reader.read(verdicts: records))
    }
  }
}
