import EventModel
import RuleLanguage
import TestKit

/// A record of a world, as it stands in a topic.
struct ModelRecord {
  /// `a`, `b` or `t`.
  var stream: String
  var partition: Int32
  /// Kafka's timestamp, in microseconds.
  var timestamp: Int64
  /// In their order, values as JSON text; empty of a tombstone.
  var fields: [(name: String, json: String)]
  /// What is no JSON object stands as it is.
  var raw: String?
  var key: String?

  var topic: String { "\(stream).v1" }
  func text(_ name: String) -> String? { fields.last { $0.name == name }?.json.replacing("\"", with: "") }
  /// Its own time; nil: it has none that can be read.
  var time: Int64? { text("occurred_at").flatMap { EventTime(rfc3339: $0)?.microseconds } }

  var value: [UInt8]? {
    if let raw { return Array(raw.utf8) }
    if fields.isEmpty { return nil }
    return Array(("{" + fields.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}").utf8)
  }

  var record: EngineDriver.Record {
    .init(
      topic: topic, partition: partition, timestamp: EventTime(microseconds: timestamp), key: key.map { Array($0.utf8) }, value: value)
  }

  /// With the offsets that they get in this order of reading.
  static func placed(_ records: [ModelRecord]) -> [NaiveRecord] {
    var ends: [String: Int64] = [:]
    return records.map { record in
      let source = "\(record.topic)/\(record.partition)"
      defer { ends[source, default: 0] += 1 }
      return NaiveRecord(
        topic: record.topic, partition: record.partition, offset: ends[source, default: 0],
        timestamp: EventTime(microseconds: record.timestamp), key: record.key.map { Array($0.utf8) }, value: record.value)
    }
  }
}

/// The records of a world in the order of reading: each partition within its disorder, but for late ones; partitions at paces of their own.
struct ModelRecords {
  let start: Int64
  /// In microseconds.
  let tick: Int64
  /// Some come too late for the rules.
  let someTooLate: Bool
  var hasRows: Bool
  var random: TestRandom

  mutating func records() -> [ModelRecord] {
    var lines: [[ModelRecord]] = []
    for stream in ["a", "b"] {
      var own = (0..<ModelWorld.partitions).map { partition(stream, Int32($0)) }
      // A retry of the producer lands in another partition, somewhat later.
      for record in own[0] where record.raw == nil && random.chance(0.06) {
        var retry = record
        retry.partition = 1
        own[1].insert(retry, at: own[1].firstIndex { $0.timestamp >= record.timestamp } ?? own[1].endIndex)
      }
      lines += own
    }
    if hasRows { lines.append(rows()) }
    var all: [ModelRecord] = []
    while let line = lines.indices.filter({ !lines[$0].isEmpty }).randomElement(using: &random) {
      for _ in 0..<random.whole(1...5) where !lines[line].isEmpty { all.append(lines[line].removeFirst()) }
    }
    return all
  }

  private mutating func step(_ gaps: inout Int) -> Int {
    // Silence of days, now and then.
    if gaps < 2, random.chance(0.03) {
      gaps += 1
      return Int(86_400_000_000 / tick) * random.whole(1...2)
    }
    return random.pick([0, 0, 0, 1, 1, 2, 4, 6])
  }

  /// How many ticks an event is dated before its place.
  private mutating func behind() -> Int {
    guard random.chance(0.12) else { return random.whole(0...2) }
    return someTooLate ? random.pick([random.whole(3...8), random.whole(9...24)]) : random.whole(3...7)
  }

  private func json(_ time: Int64) -> String { "\"\(EventTime(microseconds: time).rfc3339)\"" }

  private mutating func partition(_ stream: String, _ partition: Int32) -> [ModelRecord] {
    var records: [ModelRecord] = []
    var (place, gaps) = (0, 0)
    for number in 0..<random.pick([0, random.whole(1...10), random.whole(8...28), random.whole(8...28)]) {
      place += step(&gaps)
      let time = start + Int64(place - behind()) * tick
      // The clock of the producer may be far ahead of Kafka's.
      let kafka = random.chance(0.01) ? time - 400_000_000 : max(time, start + Int64(place) * tick) + 1_000_000
      let id = random.chance(0.05) ? number / 2 : number
      var fields = [
        ("event_id", stream == "a" ? "\"a-\(partition)-\(id)\"" : String(100 * Int(partition) + id)),
        ("type", "\"\(random.pick(stream == "a" ? ["x", "y", "x", "y", "q"] : ["x", "z", "x", "z", "w"]))\""), ("occurred_at", json(time)),
      ]
      if !random.chance(0.02) { fields.append(("id", random.chance(0.02) ? "null" : "\"\(random.pick(["k1", "k1", "k2", "k3"]))\"")) }
      fields.append(("n", random.chance(0.04) ? "\"many\"" : String(random.whole(0...4))))
      if !random.chance(0.04) { fields.append(("amount", "\"\(random.pick(["1.5", "1.50", "2.00", "3", "4.25"]))\"")) }
      if random.chance(0.5) { fields.append(("extra", random.pick(["\"u\"", "\"v\"", "null"]))) }
      if random.chance(0.6) { fields.append(("due", json(time + Int64(random.pick([-4, 0, 2, 6, 8, 20])) * tick))) }
      var record = ModelRecord(stream: stream, partition: partition, timestamp: kafka, fields: fields.map { (name: $0.0, json: $0.1) })
      if random.chance(0.02) { record.raw = "{\"broken\":" }
      records.append(record)
    }
    return records
  }

  private mutating func rows() -> [ModelRecord] {
    var records: [ModelRecord] = []
    var (place, gaps) = (-20, 0)
    for _ in 0..<random.whole(0...14) {
      place += step(&gaps)
      let late = random.chance(0.15) ? (someTooLate ? random.whole(1...16) : random.whole(1...3)) : 0
      let time = start + Int64(place - late) * tick
      let key = random.pick(["k1", "k2", "k3"])
      var record = ModelRecord(
        stream: "t", partition: 0, timestamp: start + Int64(place) * tick,
        fields: [
          (name: "id", json: "\"\(key)\""), (name: "occurred_at", json: json(time)), (name: "v", json: String(random.whole(0...4))),
        ],
        key: "\"\(key)\"")
      if random.chance(0.8) { record.fields.append((name: "w", json: "\"\(random.pick(["1", "2.00", "3.5"]))\"")) }
      if random.chance(0.05) { record.fields[2].json = "\"none\"" }
      if random.chance(0.15) { record.fields = [] }
      records.append(record)
    }
    return records
  }
}
