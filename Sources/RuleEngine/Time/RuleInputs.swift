internal import EventModel
internal import RuleLanguage

/// What the records of a source are.
enum SourceInput: Hashable, Sendable {
  /// Events: an index into `CheckedProgram.streams`.
  case stream(Int)
  /// Rows: an index into `CheckedProgram.tables`.
  case table(Int)
}

/// The streams and tables that a rule reads, and its lateness.
struct RuleInputs: Sendable {
  /// Indexes into `CheckedProgram.streams`, ascending.
  var streams: [Int]
  /// Indexes into `CheckedProgram.tables`, ascending.
  var tables: [Int]
  /// All of them.
  var all: [SourceInput]
  /// L, in microseconds.
  var lateness: Int64

  init(_ rule: CheckedRule, program: CheckedProgram) {
    // The violations of other rules come from no topic.
    streams = Set(rule.patterns.flatMap { $0.kinds.map(\.stream) }).filter { $0 < program.streams.count }.sorted()
    tables = rule.tables
    all = streams.map { .stream($0) } + tables.map { .table($0) }
    lateness = program.lateness(of: rule).microseconds
  }
}
