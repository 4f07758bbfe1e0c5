internal import EventModel
internal import RuleLanguage

/// One event as the reading half of the engine hands it to the matching half.
struct EventHeader: Sendable {
  /// Indexes into `CheckedProgram.streams` and that stream's `kinds`.
  var stream: Int
  var kind: Int
  /// The number that `Engine.attach` gave, and the record's offset there.
  var source: Int
  var offset: Int64
  /// The slot of the source: partition mod K.
  var slot: Int
  var time: EventTime
  /// How far behind the watermark of its partition it was when read, in microseconds; 0: on time (protocol.md 8).
  var behind: Int64
  var id: EventID
}

/// What identifies an event within its stream (language.md 2.7).
enum EventID: Hashable, Sendable {
  /// The stream has no `id`: the place in the topic does.
  case place
  case int(Int64)
  case string(String)
}

/// A field of an event, as a rule reads it.
enum FieldValue: Hashable, Sendable {
  /// Missing, though the schema lets it be, or null.
  case absent
  /// Not as the schema says: an error to whoever reads it.
  case invalid
  case value(Value)
}

/// The events of one batch that counted, in the order of reading.
protocol EventBatch {
  var events: [EventHeader] { get }
  /// A field of event `event` for a pattern: `field` is an index into that `EventPattern.fields`.
  func field(_ event: Int, rule: Int, pattern: Int, field: Int) -> FieldValue
  /// Events that are of one of the pattern's kinds and whose `where` holds, in order.
  func matches(rule: Int, pattern: Int) -> [Int]
  /// Events of the pattern's kinds whose `where` ended in an error.
  func undetermined(rule: Int, pattern: Int) -> [Int]
  /// For a condition: the events of its pattern for which `where` and `when` both hold, and those for which `when` ended in an error.
  func violations(rule: Int) -> (true: [Int], undetermined: [Int])
}
