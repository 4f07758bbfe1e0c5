internal import EventModel
internal import RuleLanguage

/// What the engine did since it was made; for metrics and reports. No state: a restart begins at 0.
package struct EngineCounters: Sendable {
  package struct Kind: Hashable, Sendable {
    package var stream: String
    package var kind: String
  }

  package struct Field: Hashable, Sendable {
    package var stream: String
    package var path: String
  }

  /// By rule, what it said or could not say.
  package struct Rule: Sendable {
    /// Revisions published, by state.
    package var open = 0
    package var resolved = 0
    package var withdrawn = 0
    /// Revisions of KPIs.
    package var values = 0
    /// Verdicts that could not be given (language.md 10.2), by reason.
    package var undetermined: [String: Int] = [:]
    /// Events that are not seen since their key is absent or in error.
    package var withoutKey = 0
    /// Events that came too late for the rule.
    package var missed = 0
    /// Events that another partition had brought before.
    package var duplicates = 0
  }

  /// Records that were read, and those of them that were read before.
  package var records = 0
  package var rewound = 0
  /// Events that counted.
  package var events: [Kind: Int] = [:]
  /// Events of kinds that their schema does not know, by stream.
  package var unknownKinds: [String: Int] = [:]
  package var deadLetters: [String: Int] = [:]
  /// Events that some rule missed.
  package var late = 0
  package var duplicates = 0
  /// By table: the rows that hold, or will, and the `max_rows` that is declared for it.
  package struct Table: Sendable, Equatable {
    package var rows = 0
    package var limit: Int64 = 0
    /// Rows and tombstones that were read and counted.
    package var read = 0
    package var bytes = 0
    /// More rows than were declared: they are all kept, and it is a mistake to be seen.
    package var isOverLimit: Bool { rows > limit }
  }
  package var tables: [String: Table] = [:]
  /// Fields that some rule reads and that are not as their schema says; and those with a value that it does not list.
  package var invalidFields: [Field: Int] = [:]
  package var unlistedValues: [Field: Int] = [:]
  package var rules: [String: Rule] = [:]

  package init() {}

  mutating func undetermined(_ rule: String, _ reason: String, _ count: Int = 1) {
    rules[rule, default: .init()].undetermined[reason, default: 0] += count
  }

  mutating func said(_ rule: String, _ state: ViolationState) {
    switch state {
    case .open: rules[rule, default: .init()].open += 1
    case .resolved: rules[rule, default: .init()].resolved += 1
    case .withdrawn: rules[rule, default: .init()].withdrawn += 1
    }
  }

  /// What the reader met.
  mutating func add(_ counts: ReadCounts, _ program: CheckedProgram) {
    let streams = program.streams
    let names = (streams + program.verdicts).map(\.name) + program.tables.map(\.name)
    records = counts.records
    rewound = counts.rewound
    duplicates = counts.duplicates
    for (reason, count) in counts.deadLetters { deadLetters[reason.rawValue] = count }
    for (stream, count) in counts.unknownKinds { unknownKinds[streams[stream].name] = count }
    for (field, count) in counts.invalidFields { invalidFields[Field(field, names)] = count }
    for (field, count) in counts.unlistedValues { unlistedValues[Field(field, names)] = count }
    for (table, count) in counts.rows { tables[program.tables[table].name, default: Table()].read = count }
  }
}

extension EngineCounters.Field {
  fileprivate init(_ field: StreamField, _ names: [String]) {
    self.init(stream: names[field.stream], path: field.path.description)
  }
}
