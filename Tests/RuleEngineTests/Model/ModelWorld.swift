import EventModel
import RuleLanguage
import TestKit

/// A small random world: few keys, few instants, every form of rule, and events with all that goes wrong. Everything follows from the seed.
struct ModelWorld {
  var rules: String
  var records: [EngineDriver.Record]
  /// When all partitions are proven to their end, last of all: everything is decided by then.
  var end: EventTime

  static let partitions = 2
  private static let start: Int64 = 1_767_600_000_000_000

  init(seed: UInt64) {
    var random = TestRandom(seed: seed)
    rules = Self.streams(&random) + (1...3).map { Self.rule($0, &random) }.joined(separator: "\n")
    records = Self.records(&random)
    end = EventTime(microseconds: Self.start + 40 * 86_400_000_000)
  }

  // MARK: Rules

  private static func streams(_ random: inout TestRandom) -> String {
    ["a", "b"].map { name in
      """
      stream \(name) {
        topic "\(name).v1"  schema "\(name).json"  kind type  key id  time at  id event within 1m
        disorder 2s  delay 5s  skew \(random.pick(["0s", "1s"]))  lateness \(random.pick(["2s", "4s"]))
      }

      """
    }.joined()
  }

  private static let kinds = ["a.x", "a.y", "b.x", "b.z"]

  private static func rule(_ number: Int, _ random: inout TestRandom) -> String {
    switch random.whole(0...4) {
    case 0: condition(number, &random)
    case 1, 2: obligation(number, &random)
    case 3: limit(number, &random)
    default: measure(number, &random)
    }
  }

  private static func guardText(_ alias: String, _ random: inout TestRandom) -> String {
    random.pick(["", "", " where \(alias).n > 2", " where has(\(alias).extra)", " where \(alias).n != 1 && \(alias).amount <= 3.00"])
  }

  private static func condition(_ number: Int, _ random: inout TestRandom) -> String {
    let test = random.pick(["p.amount > 2.00", "has(p.extra) && p.extra == \"u\"", "p.n * 2 >= 6 || p.amount == 1.5", "p.n in [1, 3]"])
    return """
      rule r\(number).condition {
        on \(random.pick(kinds)) as p\(guardText("p", &random))
        when \(test)
        severity \(random.pick(["low", "high when exposure > 2, else low"]))
        violation "n {p.n} amount {p.amount}" exposure p.amount
      }

      """
  }

  private static func obligation(_ number: Int, _ random: inout TestRandom) -> String {
    let (on, expected) = (random.pick(kinds), random.pick(kinds + ["a.x or b.z", "b.x or b.z"]))
    let excuse = random.chance(0.5) ? "\n  unless \(random.pick(kinds))" : ""
    let relation = random.chance(0.3) && on != expected ? " as e where e.n == p.n" : ""
    return """
      rule r\(number).obligation {
        by id
        on \(on) as p\(guardText("p", &random))
        expect \(expected)\(relation) within \(random.pick(["3s", "5s", "8s"]))\(random.pick(["", "", " before", " around"]))\(excuse)
        violation "{id} waits, {p.amount}" exposure p.amount
      }

      """
  }

  private static func limit(_ number: Int, _ random: inout TestRandom) -> String {
    let test = random.pick([
      "count() >= 3", "count(p) > 2 && distinct(p.n) >= 2", "sum(p.amount) > 6.00", "sum(p.n) < 3", "count() == 2",
      "max(p.amount) - min(p.amount) > 2.00", "avg(p.amount) > 2.5", "last(p.n) > first(p.n)",
    ])
    return """
      rule r\(number).limit {
        \(random.pick(["by id", "by id", "by id, n", ""]))
        on \(random.pick(kinds + ["a.x or a.y", "a or b"])) as p\(guardText("p", &random))
        over sliding \(random.pick(["3s", "5s", "10s"]))
        when \(test)
        violation "{count()} of {sum(p.amount)}" exposure sum(p.amount)
        allow TN0701 "windows are short here"
      }

      """
  }

  private static func measure(_ number: Int, _ random: inout TestRandom) -> String {
    let value = random.pick(["sum(p.amount)", "count()", "distinct(p.n)", "avg(p.amount)", "ratio(count(p), count())", "max(p.n)"])
    return """
      kpi k\(number).measure {
        \(random.pick(["by id", "by id", "by n", ""]))
        on \(random.pick(kinds + ["a.x or b.z"])) as p\(guardText("p", &random))
        over tumbling \(random.pick(["5s", "10s"]))
        measure \(value)\(random.pick(["", " when count() >= 2"]))
        emit every 2s
      }

      """
  }

  // MARK: Events

  static func schema(_ stream: String) -> String {
    let kinds = stream == "a" ? #""x", "y""# : #""x", "z""#
    return """
      { "type": "object", "required": ["event", "type", "at", "id", "n", "amount"], "properties": {
        "event": { "type": "\(stream == "a" ? "string" : "integer")" }, "type": { "type": "string", "enum": [\(kinds)] }, "at": { "type": "string", "format": "date-time" },
        "id": { "type": "string" }, "n": { "type": "integer", "minimum": 0 },
        "amount": { "type": ["number", "string"], "format": "decimal", "x-currency": "EUR", "minimum": 0 },
        "extra": { "type": ["string", "null"] } } }
      """
  }

  /// In the order of reading: each partition within its disorder, but for late ones; partitions at paces of their own.
  private static func records(_ random: inout TestRandom) -> [EngineDriver.Record] {
    var lines: [[EngineDriver.Record]] = []
    for stream in ["a", "b"] {
      var own = (0..<partitions).map { partitionRecords(stream, Int32($0), &random) }
      // A retry of the producer lands in another partition, somewhat later.
      for record in own[0] where random.chance(0.05) {
        let at = own[1].firstIndex { $0.timestamp >= record.timestamp } ?? own[1].endIndex
        own[1].insert(.init(topic: record.topic, partition: 1, timestamp: record.timestamp, value: record.value), at: at)
      }
      lines += own
    }
    var all: [EngineDriver.Record] = []
    while let line = lines.indices.filter({ !lines[$0].isEmpty }).randomElement(using: &random) {
      for _ in 0..<random.whole(1...5) where !lines[line].isEmpty { all.append(lines[line].removeFirst()) }
    }
    return all
  }

  private static func partitionRecords(_ stream: String, _ partition: Int32, _ random: inout TestRandom) -> [EngineDriver.Record] {
    var records: [EngineDriver.Record] = []
    var tick = 0
    for number in 0..<random.whole(0...30) {
      tick += random.pick([0, 0, 0, 1, 1, 2, 5])
      // Some late, and some of these too late for the rules.
      let behind = random.chance(0.1) ? random.pick([random.whole(2...8), random.whole(9...20)]) : random.whole(0...1)
      let time = start + Int64(tick - behind) * 500_000
      let kafka = EventTime(microseconds: max(time, start + Int64(tick) * 500_000) + 1_000_000)
      let id = random.chance(0.05) ? number / 2 : number
      let event = stream == "a" ? #""a-\#(partition)-\#(id)""# : String(100 * Int(partition) + id)
      let key = random.pick(["k1", "k2", "k3"])
      var fields = [
        #""event":\#(event)"#, #""type":"\#(random.pick(stream == "a" ? ["x", "y"] : ["x", "z", "w"]))""#,
        #""at":"\#(EventTime(microseconds: time).rfc3339)""#, #""id":"\#(key)""#,
      ]
      fields.append(random.chance(0.04) ? #""n":"many""# : #""n":\#(random.whole(0...4))"#)
      if !random.chance(0.04) { fields.append(#""amount":"\#(random.pick(["1.5", "1.50", "2.00", "3", "4.25"]))""#) }
      if random.chance(0.5) { fields.append(#""extra":\#(random.pick([#""u""#, #""v""#, "null"]))"#) }
      let text = random.chance(0.02) ? "{\"broken\":" : "{" + fields.joined(separator: ",") + "}"
      records.append(EngineDriver.Record(topic: "\(stream).v1", partition: partition, timestamp: kafka, value: Array(text.utf8)))
    }
    return records
  }
}
