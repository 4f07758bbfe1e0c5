import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

/// A record that is no event: what it holds, and what its letter says.
private struct Bad: CustomTestStringConvertible, Sendable {
  var name: String
  var value: [UInt8]?
  var timestamp = Fixture.time(0)
  var reason: String
  var detail: String
  var testDescription: String { name }

  init(_ name: String, _ value: [UInt8]?, _ reason: String, _ detail: String) {
    (self.name, self.value, self.reason, self.detail) = (name, value, reason, detail)
  }

  init(_ name: String, _ text: String, _ reason: String, _ detail: String) { self.init(name, Array(text.utf8), reason, detail) }
}

private func deep(_ levels: Int) -> String {
  #"{"note":"# + String(repeating: "[", count: levels) + String(repeating: "]", count: levels) + ","
    + Fixture.order().dropFirst()
}

/// Bad input on its whole way through the engine: what a record that is no event leaves behind, and that the rest goes on.
@Suite struct BadInputTests {
  /// `big` reads `total`, `many` reads `n`: of orders that were placed.
  private static let program = Hand.program(
    Hand.rule("big", [reading("total")], .condition, when: .call(">", .field("total"), Expression.decimal("1000"))),
    Hand.rule("many", [reading("n")], .condition, when: .call(">", .field("n"), Expression.int(5))))

  private static func reading(_ field: String) -> EventPattern {
    EventPattern(
      role: .on, alias: "o", kinds: [Hand.placed], where: nil, fields: ["order_id", field].map(Fixture.path), span: Fixture.nowhere)
  }

  private static let bad: [Bad] = [
    Bad("a null value", nil, "null-value", "the record has no value"),
    Bad("an empty value", "", "not-json", "the text ends too early"),
    Bad("no JSON", "order o-1 was placed", "not-json", "not JSON at byte 0"),
    Bad("JSON that is cut off", String(Fixture.order().dropLast(4)), "not-json", "the text ends too early"),
    Bad("two values", "{} {}", "not-json", "not JSON at byte 3"),
    Bad("a byte order mark", "\u{feff}" + Fixture.order(), "not-json", "not JSON at byte 0"),
    Bad(
      "invalid UTF-8", Array(#"{"note":""#.utf8) + [0xff] + Array(#"","#.utf8) + Fixture.order().utf8.dropFirst(), "not-json", "not UTF-8"),
    Bad("deep nesting", deep(100), "not-json", "nested beyond 100"),
    Bad("a list", "[{}]", "schema", "the record is no object"),
    Bad("a text", #""order""#, "schema", "the record is no object"),
    Bad("a number", "12", "schema", "the record is no object"),
    Bad("null", "null", "schema", "the record is no object"),
    Bad("an event without a kind", #"{"occurred_at":"2026-01-05T10:00:00Z"}"#, "schema", "type: missing, or no text"),
    Bad(
      "an event without a key", #"{"type":"placed","event_id":"e","occurred_at":"2026-01-05T10:00:00Z"}"#, "schema",
      "order_id: missing, or not as the schema says"),
    Bad(
      "a key of another type", #"{"type":"placed","order_id":7,"event_id":"e","occurred_at":"2026-01-05T10:00:00Z"}"#, "schema",
      "order_id: missing, or not as the schema says"),
    Bad(
      "an id that is null", #"{"type":"placed","order_id":"o","event_id":null,"occurred_at":"2026-01-05T10:00:00Z"}"#, "schema",
      "event_id: missing, or not as the schema says"),
    Bad(
      "an event without a time", #"{"type":"placed","order_id":"o","event_id":"e"}"#, "bad-time",
      "occurred_at: missing, or no time of RFC 3339"),
    Bad("a time that is none", Fixture.order(at: "2026-02-30T10:00:00Z"), "bad-time", "occurred_at: missing, or no time of RFC 3339"),
    Bad(
      "a time in the future", Fixture.order(at: "2026-01-05T10:06:00Z"), "future",
      "dated 2026-01-05T10:06:00Z, more than 5m after its timestamp in Kafka"),
  ]

  @Test("a record that is no event is a dead letter as interfaces.md has it, counted, and the events around it are judged", arguments: bad)
  fileprivate func deadLetter(_ bad: Bad) throws {
    let driver = EngineDriver(Self.program, partitions: ["orders.v1": 2])
    let good = { (id: String) in EngineDriver.Record(topic: "orders.v1", partition: 1, timestamp: Fixture.time(0), value: Self.big(id)) }
    driver.read([
      good("e-1"),
      .init(topic: "orders.v1", partition: 1, timestamp: Fixture.time(0.25), key: [0x6b, 0x00, 0xff], value: bad.value), good("e-2"),
    ])
    let outputs = driver.commit()
    let letter = try #require(outputs.first { $0.topic == .deadLetters })
    #expect(outputs.filter { $0.topic == .deadLetters }.count == 1)
    #expect(letter.key == [0x6b, 0x00, 0xff], "as it came")
    #expect(letter.value == bad.value, "as it came")
    #expect(
      letter.headers.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" } == [
        "tenet-reason: \(bad.reason)", "tenet-detail: \(bad.detail)", "tenet-topic: orders.v1", "tenet-partition: 1", "tenet-offset: 1",
        "tenet-timestamp: 1767607200250",
      ])
    let counters = driver.engine.counters
    #expect(counters.deadLetters == [bad.reason: 1])
    #expect(counters.records == 3 && counters.events.values.reduce(0, +) == 2)
    #expect(counters.rules["big"]?.open == 2 && counters.rules["many"]?.undetermined.isEmpty ?? true)
  }

  private static func big(_ id: String) -> [UInt8] { Array(Fixture.order(#""total":"2000.00","n":1"#, id: id).utf8) }

  @Test("a record of 10 MB is a dead letter with its beginning and a digest, and stops nothing") func large() throws {
    let driver = EngineDriver(Self.program)
    let large = Array(#"{"note":""#.utf8) + Array(repeating: UInt8(ascii: "a"), count: 10_000_000 - 11) + Array(#""}"#.utf8)
    driver.read([
      .init(topic: "orders.v1", timestamp: Fixture.time(0), value: large),
      .init(topic: "orders.v1", timestamp: Fixture.time(0), value: Self.big("e-1")),
    ])
    let outputs = driver.commit()
    #expect(outputs.map(\.topic) == [.deadLetters, .violations])
    #expect(outputs[0].value == Array(large.prefix(65_536)) && outputs[0].key == nil)
    #expect(outputs[0].header("tenet-reason") == "too-large")
    #expect(
      outputs[0].header("tenet-detail")
        == "10000000 bytes, more than the 1048576 of max_event; 10000000 bytes, of which these are the first 65536, "
        + "sha256:378d9b4be4cc2ed0607e10ddf3699b7ead43282b969584fbf54db87e16505f8a")
    #expect(driver.engine.counters.deadLetters == ["too-large": 1])
  }

  @Test(
    "a field of another type, a missing one and a number that does not fit are undetermined for the rules that read it, and for no other",
    arguments: [
      (#""total":true,"n":9"#, "total"), (#""total":"many","n":9"#, "total"), (#""total":{},"n":9"#, "total"),
      (#""total":"1e9999","n":9"#, "total"), (#""total":null,"n":9"#, "total"), (#""total":2000,"n":"9""#, "n"),
      (#""total":2000,"n":9.5"#, "n"), (#""total":2000,"n":9223372036854775808"#, "n"), (#""total":2000,"n":-1"#, "n"),
      (#""total":2000,"n":1e99"#, "n"),
    ])
  func undetermined(_ fields: String, _ field: String) {
    let driver = EngineDriver(Self.program)
    driver.read([.init(topic: "orders.v1", timestamp: Fixture.time(0), value: Array(Fixture.order(fields).utf8))])
    let outputs = driver.commit()
    let (spoiled, whole) = field == "total" ? ("big", "many") : ("many", "big")
    let counters = driver.engine.counters
    #expect(outputs.map(\.topic) == [.violations], "a broken field makes no dead letter")
    #expect(counters.rules[spoiled]?.undetermined == ["error": 1] && counters.rules[spoiled]?.open == 0)
    #expect(counters.rules[whole]?.open == 1 && counters.rules[whole]?.undetermined == [:])
    #expect(counters.invalidFields.map { "\($0.key.stream).\($0.key.path) \($0.value)" } == ["orders.\(field) 1"])
    #expect(counters.deadLetters.isEmpty)
  }

  @Test("a field that may be missing and is missing is undetermined for a rule that reads it unguarded") func absent() {
    let driver = EngineDriver(Self.program)
    driver.read([.init(topic: "orders.v1", timestamp: Fixture.time(0), value: Array(Fixture.order(#""n":9"#).utf8))])
    #expect(driver.commit().map(\.topic) == [.violations])
    #expect(driver.engine.counters.rules["big"]?.undetermined == ["error": 1])
    #expect(driver.engine.counters.invalidFields.isEmpty)
  }

  @Test("an event of an unknown kind moves the clock and is counted, and is nothing else") func unknownKind() {
    let driver = EngineDriver(Self.program)
    let event = Fixture.order(#""total":"many""#, type: "teleported", at: "2026-01-05T11:00:00Z")
    driver.read([.init(topic: "orders.v1", timestamp: Fixture.time(3600), value: Array(event.utf8))])
    #expect(driver.commit().isEmpty)
    let counters = driver.engine.counters
    #expect(counters.unknownKinds == ["orders": 1] && counters.events.isEmpty && counters.invalidFields.isEmpty)
    #expect(driver.engine.ruleClocks.map(\.clock) == [Fixture.time(3595), Fixture.time(3595)])
  }

  @Test("of random bytes and spoiled events every record is an event, counted, or a dead letter", arguments: 0..<12 as Range<UInt64>)
  func conservation(seed: UInt64) {
    var mutator = ByteMutator(seed: seed)
    let driver = EngineDriver(Self.program, partitions: ["orders.v1": 2, "payments.v1": 1])
    var letters = 0
    for _ in 0..<20 {
      driver.read(
        (0..<40).map { number in
          let topic = mutator.random.chance(0.7) ? "orders.v1" : "payments.v1"
          let text = Self.big("e-\(number)")
          let value =
            mutator.random.chance(0.1) ? (0..<mutator.random.whole(0...99)).map { _ in UInt8(mutator.random.whole(0...255)) } : text
          return .init(
            topic: topic, partition: topic == "orders.v1" ? Int32(mutator.random.whole(0...1)) : 0, timestamp: Fixture.time(0),
            value: mutator.random.chance(0.05) ? nil : mutator.random.chance(0.3) ? value : mutator.mutate(value))
        })
      letters += driver.commit().count { $0.topic == .deadLetters }
    }
    let counters = driver.engine.counters
    #expect(counters.records == 800)
    #expect(counters.unexplained == 0)
    #expect(counters.deadLetters.values.reduce(0, +) == letters)
    #expect(letters > 50 && counters.events.values.reduce(0, +) > 0)
  }
}
