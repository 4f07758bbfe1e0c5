import Diagnostics
import EventModel
import RuleLanguage
import TestKit
import Testing

/// What the simulated workers work on: a small rule program in every form, and some seconds of events with all that goes wrong with events.
/// Everything follows from the seed.
struct SimulatedShop {
  struct Event {
    var topic: String
    var partition: Int32
    /// When it is appended, from the beginning of the simulation.
    var at: Duration
    var timestamp: EventTime
    var value: [UInt8]
  }

  static let topics = ["orders.v1", "payments.v1"]
  static let partitions: Int32 = 3
  static let slots = 3
  static let start = EventTime(microseconds: 1_767_600_000_000_000)
  /// No event is readable later than this after its time.
  static let delay: Duration = .seconds(10)
  /// For so long events are appended.
  static let length: Duration = .seconds(9)

  /// In order of `at`.
  private(set) var events: [Event] = []
  /// What was put in, by name.
  private(set) var oddities: [String: Int] = [:]

  /// `added`: from when on `orders.v1` has one more partition; nil: it never has.
  init(_ random: inout TestRandom, added: Duration?) {
    let kinds = ["orders.v1": ["placed", "cancelled"], "payments.v1": ["captured", "declined", "declined"]]
    var last: [String: [UInt8]] = [:]
    let silent = random.chance(0.3) ? Int32(random.whole(0...2)) : nil
    if silent != nil { oddities["silent"] = 1 }
    var at = Duration.zero
    while at < Self.length {
      at += .milliseconds(random.pick([0, 30, 80, 200, 600]))
      let topic = random.pick(Self.topics)
      let isNew = topic == Self.topics[0] && added.map { at > $0 } ?? false
      let partition = Int32(random.whole(0...Int(Self.partitions) - (isNew ? 0 : 1)))
      if topic == Self.topics[1], partition == silent { continue }
      let now = Self.start.advanced(byMicroseconds: at.microseconds)
      var behind = random.whole(0...1_000)
      var kind = random.pick(kinds[topic] ?? [])
      // Nobody can know of a partition before it is there: what it holds at first is dated now.
      if partition < Self.partitions {
        if random.chance(0.08) { behind = note("late", random.whole(1_200...3_500)) }
        if random.chance(0.05) {
          behind = note("too late", random.whole(5_000...8_000))
          // What meets or excuses an order is taken however late it is, if the order was read before: that is left to the order of reading.
          kind = topic == Self.topics[0] ? "placed" : "declined"
        }
      }
      if random.chance(0.01) { behind = note("future", -600_000) }
      if random.chance(0.02) { kind = note("unknown kind", "returned") }
      var value = Self.event(
        kind: kind, number: events.count, at: now.advanced(byMicroseconds: -Int64(behind) * 1_000), &random)
      let place = "\(topic)/\(partition)"
      if random.chance(0.06), let again = last[place] { value = note("doubled", again) }
      if random.chance(0.02) { value = note("malformed", Array("{\"broken\":".utf8)) }
      last[place] = value
      events.append(Event(topic: topic, partition: partition, at: at, timestamp: now, value: value))
    }
  }

  private mutating func note<Value>(_ oddity: String, _ value: Value) -> Value {
    oddities[oddity, default: 0] += 1
    return value
  }

  /// An event by whom it may: a foreign producer makes its own, too.
  static func event(kind: String, number: Int, at time: EventTime, _ random: inout TestRandom) -> [UInt8] {
    let key = random.pick(["k1", "k2", "k3", "k4"])
    let amount = random.pick(["1.50", "2.00", "3", "4.25"])
    return Array(
      #"{"event":"e-\#(number)","type":"\#(kind)","at":"\#(time.rfc3339)","id":"\#(key)","n":\#(random.whole(0...4)),"amount":"\#(amount)"}"#
        .utf8)
  }

  /// When an event says it happened; nil: it does not say.
  static func time(of value: [UInt8]?) -> EventTime? {
    guard let value, case .string(let text)? = (try? JSONValue.parse(value))?["at"] else { return nil }
    return EventTime(rfc3339: text)
  }

  // MARK: - Rules

  /// What is held against the naive model.
  static let program = checked(rules)

  /// What is deployed: with one rule more, in forms of which the second looks further back, and the third remembers something else.
  static let programs = ["2s", "4s", "4s"].enumerated().map { index, span in
    checked(
      rules + """
        rule \(varied) {
          by id
          on payments.declined as p\(index == 2 ? " where p.n > 0" : "")
          over sliding \(span)
          when count() == 2
          violation "{count()}"
          allow TN0701 "windows are short here"
        }

        """)
  }

  private static let varied = "payments.varied"

  /// The record is of the rule that is deployed in several forms.
  static func isVaried(_ record: [UInt8]) -> Bool { (try? JSONValue.parse(record))?["rule"]?.text == varied }

  private static func checked(_ rules: String) -> CheckedProgram {
    let result = RuleProgram.check(files: [SourceText(file: "shop.tenet", bytes: Array(rules.utf8))]) { file in
      Array(schema(file.hasPrefix("orders") ? ["placed", "cancelled"] : ["captured", "declined"]).utf8)
    }
    guard let program = result.program else { preconditionFailure("\(result.diagnostics)") }
    return program
  }

  private static let rules =
    ["orders", "payments"].map { name in
      """
      stream \(name) {
        topic "\(name).v1"  schema "\(name).json"  kind type  key id  time at  id event within 1m
        disorder 1s  delay 10s  skew 1s  lateness 3s
      }

      """
    }.joined() + """
      rule orders.unpaid {
        by id
        on orders.placed as p
        expect payments.captured within 4s
        unless orders.cancelled
        violation "{id} waits, {p.amount}" exposure p.amount
      }

      rule payments.declines {
        by id
        on payments.declined as p
        over sliding 5s
        when count() >= 3
        violation "{count()} of {sum(p.amount)}" exposure sum(p.amount)
        allow TN0701 "windows are short here"
      }

      rule orders.large {
        on orders.placed as p
        when p.amount > 4.00
        violation "{p.amount}" exposure p.amount
      }

      kpi payments.revenue {
        by id
        on payments.captured as p
        over tumbling 5s
        measure sum(p.amount)
        emit every 2s
      }

      """

  private static func schema(_ kinds: [String]) -> String {
    """
    { "type": "object", "required": ["event", "type", "at", "id", "n", "amount"], "properties": {
      "event": { "type": "string" }, "type": { "type": "string", "enum": ["\(kinds[0])", "\(kinds[1])"] },
      "at": { "type": "string", "format": "date-time" }, "id": { "type": "string" }, "n": { "type": "integer", "minimum": 0 },
      "amount": { "type": ["number", "string"], "format": "decimal", "x-currency": "EUR", "minimum": 0 } } }
    """
  }
}
