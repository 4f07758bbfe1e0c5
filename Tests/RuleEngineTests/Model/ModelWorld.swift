import Diagnostics
import EventModel
import RuleLanguage
import TestKit

/// A small random world: few keys, few instants, rules of the forms asked for, and events with all that goes wrong. Everything follows from
/// the seed.
struct ModelWorld {
  var seed: UInt64
  var streams: ModelStreams
  var rules: [ModelRule]
  var records: [ModelRecord]
  /// When all partitions are proven to their end, last of all: everything is decided by then.
  var end: EventTime

  static let partitions = 2
  /// A Monday; the nights on which the clocks of Dublin go forward and back; the end of a month.
  private static let starts = [
    "2026-01-05T08:59:50Z", "2026-01-05T08:59:50Z", "2026-03-28T23:30:00Z", "2026-10-24T22:30:00Z", "2026-01-31T23:00:00Z",
  ]

  init(seed: UInt64, forms: Set<ModelForm> = ModelForm.evaluated) {
    self.seed = seed
    var random = TestRandom(seed: seed)
    streams = ModelStreams(&random)
    var maker = ModelRules(forms, streams, seed: random.next())
    rules = maker.rules()
    guard let start = EventTime(rfc3339: random.pick(Self.starts)) else { preconditionFailure("a time as RFC 3339 has it") }
    // What others rest on is not taken back by what comes too late: the language leaves it to the moment.
    let isStacked = rules.contains { $0.form == .onRules }
    var events = ModelRecords(
      start: start.microseconds, tick: Int64(streams.tick) * 1_000, someTooLate: !isStacked && random.chance(0.5),
      hasRows: rules.contains { $0.text.contains("t.get") || $0.text.contains("t.find") }, random: TestRandom(seed: random.next()))
    records = events.records()
    end = start.advanced(byMicroseconds: 60 * 86_400_000_000)
  }

  /// Where the clocks of rules stand in the end: behind the proofs by the `delay` of the streams.
  var decided: EventTime { end.advanced(byMicroseconds: -Int64(ModelStreams.delay * streams.tick) * 1_000) }

  var text: String { streams.text + rules.map(\.text).joined(separator: "\n") }

  /// The program; nil: it has mistakes, as one may that was cut.
  func checked() -> CheckedProgram? { result.program }

  var mistakes: [String] { result.diagnostics.filter { $0.severity == .error }.map(\.message) }

  private var result: RuleProgram.Result {
    RuleProgram.check(files: [SourceText(file: "world.tenet", bytes: Array(text.utf8))]) { Array(ModelStreams.schema($0).utf8) }
  }

  /// What the model says.
  func expected(_ program: CheckedProgram) -> Standing {
    NaiveModel(program: program, region: "us-east-1", rules: program.everyRule).standing(ModelRecord.placed(records), clock: decided)
  }
}
