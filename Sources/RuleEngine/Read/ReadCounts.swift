internal import EventModel

/// Why a record is no event (interfaces.md, reasons).
enum DeadLetterReason: String, Sendable, CaseIterable {
  case notJSON = "not-json"
  case schema
  case tooLarge = "too-large"
  case nullValue = "null-value"
  case badTime = "bad-time"
  case future
  case conflict
  case noKey = "no-key"
}

/// A field of a stream or table, for counting.
struct StreamField: Hashable, Sendable {
  /// Index into `CheckedProgram.streams`, followed by its `verdicts` and `tables`.
  var stream: Int
  var path: FieldPath
}

/// What the reader met.
struct ReadCounts: Sendable {
  var records = 0
  /// Events that counted.
  var events = 0
  /// Records below the next offset of their source: read before.
  var rewound = 0
  var duplicates = 0
  /// Rows and tombstones that counted, by table.
  var rows: [Int: Int] = [:]
  var deadLetters: [DeadLetterReason: Int] = [:]
  /// Events of kinds that the schema does not know, by stream.
  var unknownKinds: [Int: Int] = [:]
  /// Fields that some rule reads and that are not as their schema says.
  var invalidFields: [StreamField: Int] = [:]
  /// Values outside the list that their schema gives; taken as they are.
  var unlistedValues: [StreamField: Int] = [:]

  mutating func add(_ other: ReadCounts) {
    records += other.records
    events += other.events
    rewound += other.rewound
    duplicates += other.duplicates
    rows.merge(other.rows, uniquingKeysWith: +)
    deadLetters.merge(other.deadLetters, uniquingKeysWith: +)
    unknownKinds.merge(other.unknownKinds, uniquingKeysWith: +)
    invalidFields.merge(other.invalidFields, uniquingKeysWith: +)
    unlistedValues.merge(other.unlistedValues, uniquingKeysWith: +)
  }
}
