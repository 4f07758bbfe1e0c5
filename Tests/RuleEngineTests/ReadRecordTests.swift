import EventModel
import RuleLanguage
import Testing

@testable import RuleEngine

/// A record that is no event, and why.
struct BadRecord: CustomTestStringConvertible, Sendable {
  var text: String?
  var reason: String
  var detail: String
  var testDescription: String { "\(reason): \((text ?? "nil").prefix(60))" }
  init(_ text: String?, _ reason: String, _ detail: String) { (self.text, self.reason, self.detail) = (text, reason, detail) }
}

@Suite struct ReadRecordTests {
  static let program = Fixture.program(
    [Fixture.stream(fields: [Fixture.field("total", .decimal(minimum: .zero, minorUnits: false, currency: nil))])],
    [Fixture.rule("any", on: [.init(stream: 0, kind: 0), .init(stream: 0, kind: 1)], fields: ["total"])])

  static let badRecords: [BadRecord] = [
    BadRecord(nil, "null-value", "the record has no value"),
    BadRecord("", "not-json", "the text ends too early"),
    BadRecord("{", "not-json", "the text ends too early"),
    BadRecord("nonsense", "not-json", "not JSON at byte 0"),
    BadRecord(Fixture.order() + "x", "not-json", "not JSON at byte 88"),
    BadRecord(#"{"total": 01}"#, "not-json", "not JSON at byte 11"),
    BadRecord(#"{"total": 1,}"#, "not-json", "not JSON at byte 12"),
    BadRecord("{\"a\": \"\u{1}\"}", "not-json", "not JSON at byte 7"),
    BadRecord(#"{"a": "\ud800"}"#, "not-json", "not JSON at byte 7"),
    BadRecord(#"{"a": "an order"#, "not-json", "the text ends too early"),
    BadRecord(#"{"a":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}", "not-json", "nested beyond 100"),
    BadRecord("[1]", "schema", "the record is no object"),
    BadRecord(#"{"order_id":"o","event_id":"e","occurred_at":"2026-01-05T10:00:00Z"}"#, "schema", "type: missing, or no text"),
    BadRecord(#"{"type":null,"occurred_at":"2026-01-05T10:00:00Z"}"#, "schema", "type: missing, or no text"),
    BadRecord(
      #"{"type":"placed","occurred_at":"2026-01-05T10:00:00Z","event_id":"e"}"#, "schema", "order_id: missing, or not as the schema says"),
    BadRecord(
      #"{"type":"placed","occurred_at":"2026-01-05T10:00:00Z","order_id":"o","event_id":7}"#, "schema",
      "event_id: missing, or not as the schema says"),
    BadRecord(#"{"type":"placed","order_id":"o","event_id":"e"}"#, "bad-time", "occurred_at: missing, or no time of RFC 3339"),
    BadRecord(Fixture.order(at: "2026-01-05 10:00:00Z"), "bad-time", "occurred_at: missing, or no time of RFC 3339"),
    BadRecord(
      Fixture.order(at: "2026-01-05T10:05:00.000001Z"), "future",
      "dated 2026-01-05T10:05:00.000001Z, more than 5m after its timestamp in Kafka"
    ),
  ]

  @Test("what is no event is a dead letter with its reason, moves no clock and stops nothing", arguments: badRecords) func bad(
    _ bad: BadRecord
  ) {
    let bench = ReadBench(Self.program)
    let batch = bench.read([bad.text])
    #expect(batch.events.isEmpty)
    #expect(batch.deadLetters.map { $0.record.header("tenet-reason") } == [bad.reason])
    #expect(batch.deadLetters.first?.record.header("tenet-detail") == bad.detail)
    #expect(batch.deadLetters.first?.record.value == bad.text.map { Array($0.utf8) })
    #expect(bench.sources.sources[0].clock == .distantPast)
    #expect(bench.sources.position(of: 0) == 1)
    #expect(bench.read([Fixture.order()]).events.count == 1)
  }

  @Test(
    "invalid UTF-8 anywhere in a record is not JSON",
    arguments: [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]])
  func utf8(_ bytes: [UInt8]) {
    let bench = ReadBench(Self.program)
    let text = Array(#"{"note":""#.utf8) + bytes + Array("\",".utf8) + Array(Fixture.order().utf8.dropFirst())
    let batch = bench.read(bytes: [text])
    #expect(batch.deadLetters.map { $0.record.header("tenet-detail") } == ["not UTF-8"])
    #expect(batch.events.isEmpty)
  }

  @Test("a dead letter has the bytes and the key as they came, and says where they came from") func letter() {
    let bench = ReadBench(Self.program, options: Fixture.options(slots: 4))
    let other = bench.sources.attach(Source(topic: "orders.v1", partition: 6))
    let record = bench.bytes.record([0x7b], source: other, offset: 41, timestamp: Fixture.time(1.5), key: "k-1")
    let letters = bench.read([record]).deadLetters
    #expect(letters.map(\.slot) == [2])
    #expect(letters[0].record.topic == .deadLetters)
    #expect(letters[0].record.key == Array("k-1".utf8))
    #expect(letters[0].record.value == [0x7b])
    #expect(
      letters[0].record.headers.map(\.name).joined(separator: " ")
        == "tenet-reason tenet-detail tenet-topic tenet-partition tenet-offset tenet-timestamp")
    #expect(
      ["topic", "partition", "offset", "timestamp"].map { letters[0].record.header("tenet-" + $0) }
        == ["orders.v1", "6", "41", "1767607201500"])
  }

  @Test("an event over the limit is too large; a letter over 512 KB holds its first 64 KB and a digest") func tooLarge() {
    let bench = ReadBench(Self.program, options: Fixture.options(maxEvent: 700 * 1024))
    let batch = bench.read(bytes: [
      Array(repeating: 0x20, count: 600 * 1024), Array(repeating: 0x20, count: 700 * 1024 + 1), Array(repeating: 0x20, count: 10_000_000),
    ])
    #expect(batch.deadLetters.map { $0.record.header("tenet-reason") } == ["not-json", "too-large", "too-large"])
    #expect(batch.deadLetters.map { $0.record.value?.count } == [65536, 65536, 65536])
    #expect(
      batch.deadLetters[1].record.header("tenet-detail")
        == "716801 bytes, more than the 716800 of max_event; 716801 bytes, of which these are the first 65536, "
        + "sha256:4ca5ccc66567ec2a9a160aee2ee1eb3c591e4f824d8b07588b784e3c3fb9491f")
  }

  @Test("a kind that the schema does not know moves the clock and is counted") func unknownKind() {
    let bench = ReadBench(Self.program)
    let batch = bench.read([Fixture.order(type: "teleported")])
    #expect(batch.events.isEmpty && batch.deadLetters.isEmpty)
    #expect(bench.reader.counts.unknownKinds == [0: 1])
    #expect(bench.sources.sources[0].clock == Fixture.time(-5))
  }

  @Test("records read before are dropped and counted") func rewound() {
    let bench = ReadBench(Self.program)
    bench.sources.start(0, at: 1)
    #expect(bench.read([Fixture.order(id: "a"), Fixture.order(id: "b")]).events.map(\.offset) == [1])
    #expect(bench.reader.counts.rewound == 1)
    #expect(bench.reader.counts.records == 2)
  }

  @Test("the first of one id counts; the same again is a duplicate, other bytes a conflict; both move the clock") func duplicates() {
    let bench = ReadBench(Self.program)
    let first = bench.read(
      [Fixture.order(#""total":1"#), Fixture.order(#""total":1"#), Fixture.order(#""total":2"#, at: "2026-01-05T10:00:01Z")],
      timestamp: Fixture.time(2))
    #expect(first.events.count == 1)
    #expect(first.deadLetters.map { $0.record.header("tenet-reason") } == ["conflict"])
    #expect(bench.reader.counts.duplicates == 2)
    #expect(bench.sources.sources[0].clock == Fixture.time(-4))
    #expect(bench.read([Fixture.order(#""total":1"#)]).events.isEmpty)
    #expect(bench.read([Fixture.order(#""total":1"#, id: "e-2")]).events.count == 1)
  }

  @Test("an id with escapes is the same id, and a restart still knows it") func restoredDuplicates() {
    let bench = ReadBench(Self.program)
    #expect(bench.read([Fixture.order(id: #"caf\u00e9"#)]).events.count == 1)
    #expect(bench.read([Fixture.order(id: "café")]).deadLetters.count == 1)
    let rows = bench.sources.drain(slot: 0, clocks: true)
    let again = ReadBench(Self.program)
    again.sources = SourceTable(program: Self.program, options: Fixture.options())
    again.sources.load(slot: 0, rows)
    _ = again.sources.attach(Fixture.orders)
    let record = again.bytes.record(Array(Fixture.order(id: #"caf\u00e9"#).utf8), offset: 9)
    #expect(again.read([record]).events.isEmpty)
    #expect(again.reader.counts.duplicates == 1)
    #expect(again.reader.counts.deadLetters.isEmpty)
  }

  @Test("a batch of no records, the first or a later one, has no events") func empty() {
    let bench = ReadBench(Self.program)
    #expect(bench.read([SourceRecord]()).events.isEmpty)
    #expect(bench.read([Fixture.order()]).events.count == 1)
    let batch = bench.read([SourceRecord]())
    #expect(batch.events.isEmpty && batch.violations(rule: 0).true.isEmpty)
  }

  @Test("an event carries its place, its time and how far behind the watermark it was") func headers() {
    let bench = ReadBench(Self.program)
    let batch = bench.read([
      Fixture.order(id: "a", at: "2026-01-05T10:00:00.25Z"), "{", Fixture.order(id: "b", type: "cancelled", at: "2026-01-05T09:59:50Z"),
    ])
    #expect(batch.events.map(\.record) == [0, 2])
    #expect(batch.events.map(\.offset) == [0, 2])
    #expect(batch.events.map(\.kind) == [0, 1])
    #expect(batch.events.map(\.time) == [Fixture.time(0.25), Fixture.time(-10)])
    #expect(batch.events.map(\.behind) == [0, 5_000_000])
    #expect([0, 1].map { batch.id(of: $0) } == [.text(Array("a".utf8)[...]), .text(Array("b".utf8)[...])])
    #expect(batch.streamKey(of: 1) == [.value(.string("o-1"))])
    let late = batch.lateLetter(of: 1, rules: ["a", "b"])
    #expect(late.topic == .late && late.value == Array(Fixture.order(id: "b", type: "cancelled", at: "2026-01-05T09:59:50Z").utf8))
    #expect(
      ["reason", "detail", "rules", "offset"].map { late.header("tenet-" + $0) }
        == ["late", "5s behind its partition's watermark", "a,b", "2"])
  }

  @Test("a field that is not as its schema says spoils no event, and is counted") func invalidFields() {
    let bench = ReadBench(Self.program)
    let batch = bench.read([
      Fixture.order(#""total":"x""#, id: "a"), Fixture.order(id: "b"), Fixture.order(#""total":-1"#, id: "c"),
      Fixture.order(#""total":0.00"#, id: "d"),
    ])
    #expect(batch.events.count == 4)
    #expect(
      (0..<4).map { batch.field($0, rule: 0, pattern: 0, field: 0) }
        == [.invalid, .invalid, .invalid, .value(.decimal(ExactDecimal(coefficient: 0, scale: 2)))])
    #expect(bench.reader.counts.invalidFields == [StreamField(stream: 0, path: Fixture.path("total")): 3])
  }
}
