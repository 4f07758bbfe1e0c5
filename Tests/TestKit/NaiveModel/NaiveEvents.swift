package import EventModel
internal import RuleLanguage

/// A record as it stands in a topic, in the order in which its partition is read.
package struct NaiveRecord: Sendable {
  package var topic: String
  package var partition: Int32
  package var offset: Int64
  package var timestamp: EventTime
  /// The record's key, which says what a tombstone of a table ends.
  package var key: [UInt8]?
  package var value: [UInt8]?
  package init(topic: String, partition: Int32, offset: Int64, timestamp: EventTime, key: [UInt8]? = nil, value: [UInt8]?) {
    self.topic = topic
    self.partition = partition
    self.offset = offset
    self.timestamp = timestamp
    self.key = key
    self.value = value
  }
}

/// An event of the naive model: the whole parsed object, and what the stream says of it.
struct NaiveEvent {
  /// Counts the events in the order of reading.
  var number: Int
  var stream: Int
  var kind: Int
  var time: EventTime
  /// The value of the `id` field; nil: the stream has none.
  var id: JSONValue?
  var topic: String
  var partition: Int32
  var offset: Int64
  var behind: Int64
  /// By topic, the least watermark of its partitions when it was read, of those that had been read by then.
  var clocks: [String: Int64] = [:]
  var object: JSONValue
}

/// Reads records the way language.md 2 and 5 say, one after the other, with no thought for speed.
struct NaiveReader {
  let program: CheckedProgram
  let maxSkew: Int64
  private(set) var events: [NaiveEvent] = []
  private(set) var deadLetters: [String: Int] = [:]
  private(set) var duplicates = 0
  /// By index of the program's tables.
  private(set) var tables: [NaiveTable]
  private var watermarks: [String: [Int32: Int64]] = [:]
  private var seen: [String: [JSONValue: [(time: Int64, value: [UInt8])]]] = [:]

  init(program: CheckedProgram, maxSkew: Int64) {
    self.program = program
    self.maxSkew = maxSkew
    tables = program.tables.map { NaiveTable($0) }
  }

  /// By topic, the least watermark of the partitions that were read so far.
  private var clocks: [String: Int64] { watermarks.mapValues { $0.values.min() ?? .min } }

  /// Moves the watermark of the record's partition. Returns by how much an event of that time is behind what it was.
  private mutating func move(_ record: NaiveRecord, _ time: Int64, disorder: Duration) -> Int64 {
    let old = watermarks[record.topic]?[record.partition]
    let mark = min(time, record.timestamp.microseconds) - disorder.microseconds
    watermarks[record.topic, default: [:]][record.partition] = max(old ?? mark, mark)
    return old.map { max(0, $0 - time) } ?? 0
  }

  /// One record: an event, a duplicate, an unknown kind, or a dead letter.
  mutating func take(_ record: NaiveRecord) {
    for index in tables.indices where tables[index].table.topic == record.topic {
      let clocks = clocks
      guard let time = tables[index].take(record, maxSkew: maxSkew, clocks: clocks, after: events.count, deadLetters: &deadLetters) else {
        return
      }
      tables[index].behind = move(record, time, disorder: tables[index].table.disorder)
    }
    for (index, stream) in program.streams.enumerated() where stream.topic == record.topic {
      switch Self.classify(record, stream, maxSkew: maxSkew) {
      case .deadLetter(let reason): deadLetters[reason, default: 0] += 1
      case .event(let object, let kind, let time, let id):
        let source = "\(record.topic)/\(record.partition)"
        let clocks = clocks
        let behind = move(record, time.microseconds, disorder: stream.disorder)
        guard let kind else { continue }
        if let id, let span = stream.idSpan, let value = record.value {
          let first = seen[source]?[id]?.first { abs($0.time - time.microseconds) <= span.microseconds }
          if let first {
            duplicates += 1
            if first.value != value { deadLetters["conflict", default: 0] += 1 }
            continue
          }
          seen[source, default: [:]][id, default: []].append((time.microseconds, value))
        }
        events.append(
          NaiveEvent(
            number: events.count, stream: index, kind: kind, time: time, id: id, topic: record.topic, partition: record.partition,
            offset: record.offset, behind: behind, clocks: clocks, object: object))
      }
    }
  }

  private enum Outcome {
    case deadLetter(String)
    /// A nil kind: one that the schema does not know.
    case event(JSONValue, kind: Int?, time: EventTime, id: JSONValue?)
  }

  private static func classify(_ record: NaiveRecord, _ stream: CheckedStream, maxSkew: Int64) -> Outcome {
    guard let value = record.value else { return .deadLetter("null-value") }
    if value.count > 1 << 20 { return .deadLetter("too-large") }
    guard let object = try? JSONValue.parse(value), case .object = object else { return .deadLetter("not-json") }
    var kind: Int? = 0
    if let path = stream.kind {
      guard case .string(let name)? = object.at(path) else { return .deadLetter("schema") }
      kind = stream.kinds.firstIndex(of: name)
    }
    // What key and id are to be like is said by the kind; of one that the schema does not know, only the time is asked.
    for path in stream.key where kind != nil {
      switch object.at(path) {
      case .string, .number, .bool: break
      default: return .deadLetter("schema")
      }
    }
    var id: JSONValue?
    if let path = stream.id, kind != nil {
      switch object.at(path) {
      case .string(let s)?: id = .string(s)
      case .number(let n)?: id = .number(n)
      default: return .deadLetter("schema")
      }
    }
    guard case .string(let text)? = object.at(stream.time), let time = EventTime(rfc3339: text) else { return .deadLetter("bad-time") }
    if time.microseconds - record.timestamp.microseconds > maxSkew { return .deadLetter("future") }
    return .event(object, kind: kind, time: time, id: id)
  }
}

extension JSONValue {
  /// The value at a path of object members; nil: there is none, or it is null.
  func at(_ path: FieldPath) -> JSONValue? {
    var here = self
    for step in path.steps {
      guard case .object(let members) = here, let next = members.last(where: { $0.key == step }) else { return nil }
      here = next.value
    }
    if case .null = here { return nil }
    return here
  }
}
