internal import EventModel

/// One line of a file of recorded events (interfaces.md, replay).
enum RecordedLine: Sendable {
  struct Record: Sendable {
    var topic: String
    var partition: Int32
    /// nil: one more than the one before in its partition.
    var offset: Int64?
    /// nil: the event's own time.
    var timestamp: EventTime?
    /// nil: the engine's own.
    var region: String?
    var key: [UInt8]?
    /// nil: a tombstone.
    var value: [UInt8]?
  }

  /// How many partitions topics have; only the first line.
  case partitions([String: Int32])
  case record(Record)
  /// Time passes until then.
  case time(EventTime)

  struct Mistake: Error, Equatable {
    var message: String
  }

  /// nil: an empty line.
  static func read(_ line: some StringProtocol) throws(Mistake) -> RecordedLine? {
    if line.allSatisfy(\.isWhitespace) { return nil }
    guard let json = try? JSONValue.parse(Array(line.utf8)), let members = json.members else {
      throw Mistake(message: "the line is no JSON object")
    }
    if members.count == 1, let time = json["time"] {
      guard let instant = time.text.flatMap({ EventTime(rfc3339: $0) }) else { throw Mistake(message: "`time` is no RFC 3339 time") }
      return .time(instant)
    }
    if members.count == 1, let topics = json["partitions"]?.members {
      return .partitions(try counts(topics))
    }
    return .record(try record(json, members))
  }

  private static func counts(_ topics: [(key: String, value: JSONValue)]) throws(Mistake) -> [String: Int32] {
    var counts: [String: Int32] = [:]
    for (topic, value) in topics {
      guard case .number(let digits) = value, let count = Int32(digits), (1...100_000).contains(count) else {
        throw Mistake(message: "`\(topic)` has a number of partitions, at least 1")
      }
      counts[topic] = count
    }
    return counts
  }

  private static func record(_ json: JSONValue, _ members: [(key: String, value: JSONValue)]) throws(Mistake) -> Record {
    guard let topic = json["topic"]?.text else { throw Mistake(message: "a record has a `topic`") }
    var record = Record(topic: topic, partition: 0)
    var hasValue = false
    for (name, value) in members {
      switch name {
      case "topic": break
      case "partition":
        guard let number = whole(value).flatMap({ Int32(exactly: $0) }), number >= 0 else {
          throw Mistake(message: "`partition` is a number from 0")
        }
        record.partition = number
      case "offset":
        // Those that are counted on from it are numbers, too.
        guard let number = whole(value), number >= 0, number < 1 << 62 else { throw Mistake(message: "`offset` is a number from 0") }
        record.offset = number
      case "timestamp":
        guard let milliseconds = whole(value), milliseconds.magnitude < 1 << 50 else {
          throw Mistake(message: "`timestamp` is a number of milliseconds")
        }
        record.timestamp = EventTime(milliseconds: milliseconds)
      case "region":
        guard let region = value.text else { throw Mistake(message: "`region` is a text") }
        record.region = region
      case "key":
        if case .null = value { continue }
        guard let key = value.text else { throw Mistake(message: "`key` is a text") }
        record.key = Array(key.utf8)
      case "value":
        hasValue = true
        if case .null = value { continue }
        record.value = Array(value.compact.utf8)
      case "raw":
        guard let bytes = value.text.flatMap({ Base64.decode($0) }) else { throw Mistake(message: "`raw` is base64") }
        hasValue = true
        record.value = bytes
      default: throw Mistake(message: "`\(name)` is no member of a record")
      }
    }
    if !hasValue { throw Mistake(message: "a record has a `value`, or `raw` bytes") }
    return record
  }

  private static func whole(_ value: JSONValue) -> Int64? {
    guard case .number(let digits) = value else { return nil }
    return Int64(digits)
  }
}
