import Diagnostics
import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

/// Tables as inputs of the engine: what is read of their topics, clocks, restarts.
@Suite struct TableSourceTests {
  private static let rules = """
    stream orders {
      topic "orders.v1"  schema "order.json"  kind type  key order_id  time occurred_at  id event_id within 1h
      disorder 5s  delay 30s  lateness 10s
    }
    table prices { topic "prices.v1"  schema "price.json"  key sku, currency  time valid_from  disorder 1s  lateness 1m  keep 1h }
    table rates { topic "rates.v1"  schema "rate.json"  key currency }
    table unasked { topic "unasked.v1"  schema "rate.json"  key currency }

    rule orders.price {
      on orders.placed as o where o.total > 0 && rates.find(o.currency).hasValue()
      when o.total < 100 && prices.get(o.sku, o.currency).amount > o.total
    }
    rule watch { on orders.price as v when v.severity == "medium" }
    """

  private static let order = """
    {"type": "object", "required": ["type", "order_id", "occurred_at", "event_id", "total", "sku", "currency"], "properties": {
      "type": {"const": "placed"}, "order_id": {"type": "string"}, "occurred_at": {"type": "string", "format": "date-time"},
      "event_id": {"type": "string"}, "total": {"type": "integer"}, "sku": {"type": "string"}, "currency": {"type": "string"}}}
    """
  private static let price = """
    {"type": "object", "required": ["sku", "amount", "valid_from"], "properties": {
      "sku": {"type": "string"}, "currency": {"type": "string"}, "amount": {"type": "integer", "minimum": 0},
      "note": {"type": "string"}, "valid_from": {"type": "string", "format": "date-time"}}}
    """
  private static let rate = """
    {"type": "object", "required": ["currency"], "properties": {"currency": {"type": "string"}, "factor": {"type": "number"}}}
    """

  /// With the rule among those that are evaluated.
  static let program: CheckedProgram = {
    let result = RuleProgram.check(files: [SourceText(file: "r.tenet", bytes: Array(rules.utf8))]) { file in
      Array((file.hasPrefix("order") ? order : file.hasPrefix("price") ? price : rate).utf8)
    }
    guard var program = result.program else { preconditionFailure("\(result.diagnostics)") }
    program.rules += program.unevaluated.map(\.rule)
    program.unevaluated = []
    return program
  }()

  private static func driver(partitions: [String: Int] = ["prices.v1": 2], firstOffset: Int64 = 0) -> EngineDriver {
    EngineDriver(program, partitions: partitions, firstOffset: firstOffset)
  }

  private static func run(_ driver: EngineDriver, _ script: String) { _ = driver.run(EventScript(script)) }

  /// The amount of the price of `a` in EUR at these times; `–`: there is none.
  private static func amounts(_ driver: EngineDriver, _ times: String...) -> [String] {
    times.map { time in
      let key = [Value.string("a"), .string("EUR")]
      do throws(EvaluationError) {
        let row = try driver.engine.tables.row(table: 0, key: key, at: EventScript.time(time).microseconds)
        return row.map(\.amount) ?? "–"
      } catch {
        return error.cause == .history ? "?" : "!"
      }
    }
  }

  private static func clock(_ driver: EngineDriver) -> String { driver.engine.ruleClocks[0].clock.rfc3339 }

  private static func letters(_ driver: EngineDriver) -> [String] {
    driver.outputs.filter { $0.topic == .deadLetters }.map { letter in
      ["tenet-topic", "tenet-offset", "tenet-reason"].compactMap { letter.header($0) }.joined(separator: " ")
    }
  }

  @Test("a rule has the tables that it asks among its inputs: their clocks hold its clock, their lateness is its lateness")
  func clocks() {
    let driver = Self.driver()
    #expect(Self.program.rules[0].tables.map { Self.program.tables[$0].name } == ["prices", "rates"])
    #expect(Self.program.inputTopics == ["orders.v1", "prices.v1", "rates.v1"])
    #expect(Self.program.lateness(of: Self.program.rules[0]) == .seconds(60))
    Self.run(driver, "10:00 time\n10:10 time but prices unasked")
    // Less the delay of `prices`, which is its disorder.
    #expect(Self.clock(driver) == "2026-01-05T09:59:59Z")
    Self.run(driver, "10:11 time but rates")
    #expect(Self.clock(driver) == "2026-01-05T10:10:00Z")
    Self.run(driver, "10:12 time but unasked")
    #expect(Self.clock(driver) == "2026-01-05T10:11:30Z")
    Self.run(driver, "10:13 time")
    #expect(Self.clock(driver) == "2026-01-05T10:12:30Z")
  }

  @Test("a row moves the clock of its partition, and holds from the time that it says")
  func rows() {
    let driver = Self.driver()
    Self.run(
      driver,
      """
      10:00 prices row x key=a sku=a currency=EUR amount=5 valid_from=2026-01-05T10:00:00Z
      10:10 prices row x key=a sku=a currency=EUR amount=7 valid_from=2026-01-05T10:05:00Z
      10:10 prices row x p=1 key=b sku=b currency=EUR amount=1 valid_from=2026-01-05T10:09:00Z
      10:20 tombstone prices a
      """)
    #expect(Self.amounts(driver, "09:59", "10:00", "10:04:59", "10:05", "10:19:59", "10:20") == ["–", "5", "5", "7", "7", "–"])
    #expect(
      driver.engine.counters.tables["prices"] == .init(rows: 1, limit: 1_000_000, read: 4, bytes: driver.engine.tables.footprints[0].bytes))
    #expect(driver.engine.tables.footprints.map(\.rows) == [1, 0, 0])
  }

  @Test("what is no row is a dead letter, with its reason, and moves nothing")
  func badRows() {
    let driver = Self.driver(partitions: [:])
    let row = #"{"sku":"a","currency":"EUR","amount":5,"valid_from":"2026-01-05T10:00:00Z"}"#
    let big = #"{"sku":"a","note":""# + String(repeating: "x", count: 1 << 20) + #""}"#
    for text in [
      #"{"sku":"#, "[]", "\"a\"", big, row.replacing("T10:00:00Z", with: ""), row.replacing("T10:00", with: "T10:05:01"),
      #"{"sku":"a","currency":"EUR","amount":5}"#, #"{"sku":"a","amount":5,"valid_from":"2026-01-05T10:00:00Z"}"#,
      row.replacing("\"a\"", with: "5"), row.replacing("\"EUR\"", with: "5"), #"{"currency":"EUR","valid_from":"2026-01-05T10:00:00Z"}"#,
    ] { Self.run(driver, "10:00 raw prices \(text)") }
    Self.run(driver, "10:00 tombstone prices")
    let reasons = [
      "not-json", "schema", "schema", "too-large", "bad-time", "bad-time", "bad-time", "no-key", "schema", "schema", "schema", "no-key",
    ]
    #expect(Self.letters(driver) == reasons.enumerated().map { "prices.v1 \($0) \($1)" })
    Self.run(driver, "10:00 raw prices \(row.replacing("T10:00:00Z", with: "T10:05:01Z"))")
    #expect(Self.letters(driver).last == "prices.v1 12 future")
    #expect(driver.engine.clock(of: 1) == .distantPast)
    #expect(driver.engine.tables.footprints[0].rows == 0)
  }

  @Test("a field that is not as its schema says is an error to whoever asks for the row, if rules read the field")
  func brokenFields() {
    let driver = Self.driver(partitions: [:])
    Self.run(driver, "10:00 prices row x sku=a currency=EUR amount=5 note=7 valid_from=2026-01-05T10:00:00Z")
    #expect(Self.amounts(driver, "10:00") == ["5"])
    Self.run(driver, "10:01 prices row x sku=a currency=EUR amount=-5 valid_from=2026-01-05T10:01:00Z")
    #expect(Self.amounts(driver, "10:00", "10:01") == ["5", "!"])
    #expect(driver.engine.counters.invalidFields == [.init(stream: "prices", path: "amount"): 1])
  }

  @Test("a restart reads the rows again, to where they were used: nothing moves, and no letter comes twice")
  func restart() {
    let driver = Self.driver(firstOffset: 4)
    Self.run(
      driver,
      """
      10:00 prices row x key=a sku=a currency=EUR amount=5 valid_from=2026-01-05T10:00:00Z
      10:01 raw prices {
      10:05 prices row x key=a sku=a currency=EUR amount=7 valid_from=2026-01-05T10:05:00Z
      10:06 rates row x key=EUR currency=EUR
      10:07 orders placed e-1 order_id=o-1 total=3 sku=a currency=EUR
      10:08 time
      """)
    let (before, rows, clock) = (driver.outputs.count, driver.rows, Self.clock(driver))
    // Slot p mod K has the partition.
    let places = rows.map { $0.keys.filter { $0.table == 0 && $0.key.first == UInt8(ascii: "G") }.count }
    #expect(places == [3, 1, 0])
    driver.restart()
    driver.commit()
    #expect(driver.outputs.count == before && driver.rows == rows && !driver.engine.isCatchingUp)
    #expect(Self.amounts(driver, "10:04", "10:05") == ["5", "7"])
    #expect(driver.engine.counters.deadLetters.isEmpty)
    Self.run(driver, "10:08 time")
    #expect(Self.clock(driver) == clock)
  }

  @Test("a restart finds in a compacted topic what holds, and waits for no record that is gone")
  func compacted() {
    let driver = Self.driver(partitions: [:])
    Self.run(
      driver,
      """
      10:00 prices row x key=a sku=a currency=EUR amount=5 valid_from=2026-01-05T10:00:00Z
      10:05 prices row x key=a sku=a currency=EUR amount=7 valid_from=2026-01-05T10:05:00Z
      10:06 prices row x key=b sku=b currency=EUR amount=1 valid_from=2026-01-05T10:06:00Z
      10:07 tombstone prices b
      10:07 time
      """)
    driver.compact()
    driver.restart()
    #expect(!driver.engine.isCatchingUp)
    #expect(Self.amounts(driver, "10:05") == ["7"])
    #expect(driver.engine.tables.footprints[0].rows == 1)
  }

  @Test("while rows are read again nothing is decided or committed; an end that is proven ends it, too")
  func catchingUp() throws {
    let driver = Self.driver(partitions: [:])
    Self.run(driver, "10:00 prices row x key=a sku=a currency=EUR amount=5 valid_from=2026-01-05T10:00:00Z\n10:01 time")
    let engine = Engine(program: Self.program, options: driver.options)
    for slot in 0..<3 { try engine.load(slot: slot, driver.rows[slot].map { RowChange(row: $0.key, value: $0.value) }) }
    let numbers = ["orders.v1", "prices.v1", "rates.v1"].map { engine.attach(Source(topic: $0, partition: 0)) }
    #expect(numbers.map(engine.isTable) == [false, true, true])
    #expect(engine.isCatchingUp && engine.position(of: numbers[1]) == nil)
    engine.start(numbers[0], at: 0)
    for table in numbers[1...] { engine.start(table, at: 0) }
    engine.apply([], proofs: [EndProof(source: numbers[2], at: EventScript.time("10:05"), end: 0)])
    #expect(engine.isCatchingUp && engine.drain().isEmpty)
    engine.apply([], proofs: [EndProof(source: numbers[1], at: EventScript.time("10:05"), end: 1)])
    #expect(!engine.isCatchingUp)
    #expect(engine.clock(of: numbers[1]) == EventScript.time("10:04:59"))
  }

  @Test("what looks up is left out at the reading, and is told apart")
  func deferred() {
    let bench = ReadBench(Self.program.withVerdictStreams)
    let fields = #""total":5,"sku":"a","currency":"EUR""#
    let batch = bench.read([Fixture.order(fields, id: "1"), Fixture.order(#""total":200,"sku":"a","currency":"EUR""#, id: "2")])
    #expect(batch.matches(rule: 0, pattern: 0) == [0, 1] && batch.violations(rule: 0).true == [0])
    #expect(bench.reader.residual(rule: 0, pattern: 0)?.looksUp == true)
    #expect(bench.reader.deferredWhen(rule: 0)?.looksUp == true)
    #expect(bench.reader.deferredWhen(rule: 0)?.conjuncts.count == 1)
  }
}
