internal import CHotPath
internal import EventModel
internal import RuleLanguage

/// One event as the reading half of the engine hands it to the matching half. Its id is asked of the batch: `EventBatch.id(of:)`.
struct EventHeader: Sendable {
  /// Indexes into `CheckedProgram.streams` and that stream's `kinds`.
  var stream: Int
  var kind: Int
  /// The number that `Engine.attach` gave, and the record's offset there.
  var source: Int
  var offset: Int64
  /// The index of the record among those of the `read` that gave the batch.
  var record: Int
  /// Where the event is in the rows of its stream.
  var row: Int
  /// The slot of the source: partition mod K.
  var slot: Int
  var time: EventTime
  /// How far behind the watermark of its partition it was when read, in microseconds; 0: on time (protocol.md 8).
  var behind: Int64
  /// nil: it has no id.
  var id: IDHash?
}

/// Stands for an event's id within its stream: 128 bits.
struct IDHash: Hashable, Sendable {
  var low: UInt64
  var high: UInt64
}

/// What identifies an event within its stream (language.md 2.7).
enum EventID: Hashable, Sendable {
  /// The stream has no `id`: the place in the topic does.
  case place
  case int(Int64)
  /// UTF-8, as it was read: of the few ids that go out, a string is made then.
  case text(ArraySlice<UInt8>)
}

/// A field of an event, as a rule reads it.
enum FieldValue: Hashable, Sendable {
  /// Missing, though the schema lets it be, or null.
  case absent
  /// Not as the schema says: an error to whoever reads it.
  case invalid
  case value(Value)
}

/// The events of one batch that counted, in the order of reading, and what their records say on the side. It stands until the reader
/// reads again, and no longer than the bytes of the records.
final class EventBatch {
  private(set) var events: [EventHeader] = []
  /// Records that are no events, in the order of reading, each with the slot of its source.
  private(set) var deadLetters: [(slot: Int, record: OutputRecord)] = []
  /// The rows of each stream, and in which of them an event is.
  let streams: [StreamRows]
  let store = TextStore()
  private let plan: ReadPlan
  private var records: [SourceRecord] = []
  private var headers: (any RecordHeaders)?
  private var sources: [Source] = []
  private var conditions: ConditionResults

  init(_ plan: ReadPlan, _ conditions: [RuleConditions], _ comparisons: [ComparisonList], level: hp_level) {
    self.plan = plan
    let store = store
    streams = zip(plan.streams, comparisons).map {
      StreamRows($0, comparisons: $1.comparisons, decimalScale: plan.decimalScale, store: store, level: level)
    }
    self.conditions = ConditionResults(conditions)
  }

  // Filling, by the reader.

  /// Begins a batch of these records. `sources`: the sources by their number.
  func clear(for records: [SourceRecord], headers: (any RecordHeaders)? = nil, sources: [Source]) {
    events.removeAll(keepingCapacity: true)
    deadLetters.removeAll(keepingCapacity: true)
    self.records = records
    self.headers = headers
    self.sources = sources
    store.clear()
    for stream in streams { stream.clear(capacity: records.count) }
    conditions.clear()
  }

  func add(_ header: EventHeader) { events.append(header) }

  func add(deadLetter record: OutputRecord, slot: Int) { deadLetters.append((slot, record)) }

  // Asking, by the matching half.

  func id(of event: Int) -> EventID {
    let header = events[event]
    guard let path = plan.streams[header.stream].declaration.id,
      let column = plan.streams[header.stream].kinds[header.kind].columns[path]
    else { return .place }
    if let text = streams[header.stream].text(column: column, row: Int(header.row)) { return .text(Array(text)[...]) }
    if case .value(.int(let number)) = streams[header.stream].value(column: column, row: Int(header.row)) { return .int(number) }
    return .place
  }

  func idHash(of event: Int) -> IDHash? { events[event].id }

  /// The fields of the stream's `key`, in its order.
  func streamKey(of event: Int) -> [FieldValue] { plan.streams[events[event].stream].declaration.key.map { value(of: event, $0) } }

  /// The path of a part of the stream's key.
  func keyPath(of event: Int, _ index: Int) -> FieldPath { plan.streams[events[event].stream].declaration.key[index] }

  func value(of event: Int, _ path: FieldPath) -> FieldValue {
    let header = events[event]
    guard let column = plan.streams[header.stream].kinds[header.kind].columns[path] else { return .absent }
    return streams[header.stream].value(column: column, row: Int(header.row))
  }

  /// A field of event `event` for a pattern: `field` is an index into that `EventPattern.fields`.
  func field(_ event: Int, rule: Int, pattern: Int, field: Int) -> FieldValue {
    let header = events[event]
    guard let column = plan.patterns[rule][pattern].column(stream: header.stream, kind: header.kind, field: field) else { return .absent }
    return streams[header.stream].value(column: column, row: Int(header.row))
  }

  /// The same of a field that is a string, as UTF-8 that stands as long as the batch; nil: it is none, or not there.
  func text(_ event: Int, rule: Int, pattern: Int, field: Int) -> UnsafeBufferPointer<UInt8>? {
    let header = events[event]
    guard let column = plan.patterns[rule][pattern].column(stream: header.stream, kind: header.kind, field: field) else { return nil }
    return streams[header.stream].text(column: column, row: Int(header.row))
  }

  /// Events that are of one of the pattern's kinds and for which the part of `where` that reads this pattern alone holds, in order.
  /// What it reads besides is `Reader.residual(rule:pattern:)`.
  func matches(rule: Int, pattern: Int) -> [Int] { conditions.pattern(rule, pattern, in: self).true }

  /// Events of the pattern's kinds for which that part of `where` ended in an error, in order. With a residual that is false for a
  /// pair, the pair does not match; else it is undetermined.
  func undetermined(rule: Int, pattern: Int) -> [Int] { conditions.pattern(rule, pattern, in: self).undetermined }

  /// For a condition: the events of its pattern for which `where` and `when` both hold; those for which `where`, or `when` where it
  /// holds, ended in an error. Without the parts that look up: of either event these are still to be asked, and one that is false means
  /// that the event does not violate.
  func violations(rule: Int) -> (true: [Int], undetermined: [Int]) { conditions.violations(rule, in: self) }

  /// The trace that the event belongs to, as its producer said; nil: it said nothing, or nothing that W3C's Trace Context has.
  func traceparent(of event: Int) -> String? {
    guard let headers, let handle = records[events[event].record].handle, let bytes = headers.header("traceparent", of: handle),
      (55...256).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The late letter of an event: its bytes as they came, and the rules that missed it.
  func lateLetter(of event: Int, rules: [String]) -> OutputRecord {
    let header = events[event]
    return .lateLetter(LetterOrigin(source: sources[header.source], record: records[header.record]), behind: header.behind, rules: rules)
  }
}
