import EventModel
import RuleLanguage
import Testing

@testable import RuleEngine

@Suite struct TimeSourceTests {
  let program = Fixture.program(
    [Fixture.stream("orders"), Fixture.stream("payments", disorder: .seconds(10), delay: .seconds(60), lateness: .seconds(40))],
    [
      Fixture.rule("both", on: [.init(stream: 0, kind: 0), .init(stream: 1, kind: 0)]),
      Fixture.rule("orders only", on: [.init(stream: 0, kind: 0)]),
    ])
  let payments = Source(topic: "payments.v1", partition: 0)

  func table() -> SourceTable { SourceTable(program: program, options: Fixture.options(slots: 2)) }

  @Test("a watermark is the largest lesser of event time and Kafka's, less the disorder, and never falls") func watermark() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    let disorder: Int64 = 5_000_000
    #expect(table.observe(orders, Fixture.time(100), kafka: Fixture.time(100), disorder: disorder) == 0)
    #expect(table.sources[orders].watermark == Fixture.time(95))
    #expect(table.observe(orders, Fixture.time(95), kafka: Fixture.time(100), disorder: disorder) == 0)
    #expect(table.observe(orders, Fixture.time(94), kafka: Fixture.time(100), disorder: disorder) == 1_000_000)
    #expect(table.observe(orders, Fixture.time(200), kafka: Fixture.time(110), disorder: disorder) == 0)
    #expect(table.sources[orders].watermark == Fixture.time(105))
    #expect(table.sources[orders].clock == Fixture.time(105))
  }

  @Test("records below the next offset are dropped, gaps are not") func offsets() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    #expect(table.position(of: orders) == nil)
    table.start(orders, at: 7)
    #expect(table.position(of: orders) == 7)
    let taken = [7, 7, 6, 9, 8, 10].map { table.read(orders, offset: $0) }
    #expect(taken == [true, false, false, true, false, true])
    #expect(table.position(of: orders) == 11)
  }

  @Test("the clock of a rule is the least of all sources of its streams, and a stream without one holds it") func ruleClock() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    #expect(table.clock(ofRule: 0) == .distantPast)
    _ = table.observe(orders, Fixture.time(100), kafka: Fixture.time(100), disorder: 0)
    #expect(table.clock(ofRule: 0) == .distantPast)
    #expect(table.clock(ofRule: 1) == Fixture.time(100))
    let other = table.attach(Source(topic: "orders.v1", partition: 1))
    #expect(table.clock(ofRule: 1) == .distantPast)
    let paid = table.attach(payments)
    for (number, seconds) in [(other, 90.0), (paid, 80.0)] {
      _ = table.observe(number, Fixture.time(seconds), kafka: Fixture.time(seconds), disorder: 0)
    }
    #expect(table.clock(ofRule: 0) == Fixture.time(80))
    #expect(table.clock(ofRule: 1) == Fixture.time(90))
  }

  @Test("a proof moves the clock to its time less the delay, never back, and no watermark") func proofs() {
    var table = table()
    let paid = table.attach(payments)
    _ = table.observe(paid, Fixture.time(0), kafka: Fixture.time(0), disorder: 10_000_000)
    table.apply(EndProof(source: paid, at: Fixture.time(100), end: 1))
    #expect(table.sources[paid].clock == Fixture.time(40))
    table.apply(EndProof(source: paid, at: Fixture.time(90), end: 1))
    #expect(table.sources[paid].clock == Fixture.time(40))
    #expect(table.sources[paid].watermark == Fixture.time(-10))
    #expect(table.observe(paid, Fixture.time(20), kafka: Fixture.time(100), disorder: 10_000_000) == 0)
  }

  @Test("lateness of a rule is the largest of its streams") func lateness() {
    #expect(table().lateness(ofRule: 0) == 40_000_000)
    #expect(table().lateness(ofRule: 1) == 5_000_000)
  }

  @Test("a rule knows a source from its first record and the disorder on, or from ever if that was its first at all") func history() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    #expect(table.since(rule: 1) == nil)
    #expect(table.read(orders, offset: 3) == true)
    #expect(table.since(rule: 1) == nil)
    _ = table.observe(orders, Fixture.time(10), kafka: Fixture.time(10), disorder: 5_000_000)
    #expect(table.since(rule: 1) == Fixture.time(15))
    #expect(table.since(rule: 0) == nil)
    let paid = table.attach(payments)
    #expect(table.read(paid, offset: 0) == true)
    #expect(table.since(rule: 0) == Fixture.time(15))
    let late = table.attach(Source(topic: "orders.v1", partition: 1))
    table.start(late, at: 0)
    #expect(table.read(late, offset: 2) == true)
    #expect(table.since(rule: 0) == Fixture.time(15))
  }

  @Test("with nothing read a proof says from when a source is known; one that never held a record is known from ever") func provenHistory()
  {
    var table = table()
    let orders = table.attach(Fixture.orders)
    table.apply(EndProof(source: orders, at: Fixture.time(58), end: 9, margin: .seconds(2)))
    #expect(table.since(rule: 1) == Fixture.time(60))
    let paid = table.attach(payments)
    table.apply(EndProof(source: paid, at: Fixture.time(100), end: 0))
    #expect(table.since(rule: 0) == Fixture.time(60))
    #expect(table.sources[paid].since == [.distantPast])
    let aborted = table.attach(Source(topic: "orders.v1", partition: 1))
    table.start(aborted, at: 0)
    table.apply(EndProof(source: aborted, at: Fixture.time(100), end: 3))
    #expect(table.sources[aborted].since == [.distantPast, .distantPast])
  }

  @Test("only rows that changed are drained, and a clock that a proof moved only when it was used") func changes() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    let other = table.attach(Source(topic: "orders.v1", partition: 1))
    table.start(orders, at: 4)
    #expect(table.hasProgress(slot: 0) && !table.hasProgress(slot: 1))
    #expect(table.drain(slot: 0, clocks: false).map(\.row) == [SourceRowKey(.position, Fixture.orders).row()])
    #expect(table.drain(slot: 0, clocks: true).count == 0)
    table.apply(EndProof(source: other, at: Fixture.time(0), end: 0))
    #expect(table.drain(slot: 0, clocks: true).count == 0)
    #expect(table.drain(slot: 1, clocks: false).map(\.row.key.first) == [UInt8(ascii: "H"), UInt8(ascii: "H")])
    #expect(table.drain(slot: 1, clocks: true).map(\.row.key.first) == [UInt8(ascii: "S")])
    #expect(table.drain(slot: 1, clocks: true).count == 0)
  }

  @Test("what was drained is known again after a restore") func restore() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    #expect(table.read(orders, offset: 3) == true)
    _ = table.observe(orders, Fixture.time(10), kafka: Fixture.time(10), disorder: 5_000_000)
    table.apply(EndProof(source: orders, at: Fixture.time(100), end: 4))
    var restored = self.table()
    restored.load(slot: 0, table.drain(slot: 0, clocks: true))
    let again = restored.attach(Fixture.orders)
    #expect(restored.position(of: again) == 4)
    #expect(restored.sources[again].watermark == Fixture.time(5))
    #expect(restored.sources[again].clock == Fixture.time(70))
    #expect(restored.since(rule: 1) == Fixture.time(15))
    #expect(restored.drain(slot: 0, clocks: true).count == 0)
  }

  @Test("a rule that is new knows a source from its next record on, and one that is gone loses its row") func edits() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    #expect(table.read(orders, offset: 0) == true)
    _ = table.observe(orders, Fixture.time(10), kafka: Fixture.time(10), disorder: 0)
    let rows = table.drain(slot: 0, clocks: true)
    let edited = Fixture.program(program.streams, [Fixture.rule("new", on: [.init(stream: 0, kind: 0)]), program.rules[1]])
    var restored = SourceTable(program: edited, options: Fixture.options(slots: 2))
    restored.load(slot: 0, rows)
    let again = restored.attach(Fixture.orders)
    #expect(restored.since(rule: 0) == nil)
    #expect(restored.since(rule: 1) == .distantPast)
    #expect(restored.read(again, offset: 1) == true)
    _ = restored.observe(again, Fixture.time(20), kafka: Fixture.time(20), disorder: 5_000_000)
    #expect(restored.since(rule: 0) == Fixture.time(25))
    let removed = restored.drain(slot: 0, clocks: false).filter { $0.value == nil }
    #expect(removed.map(\.row) == [SourceRowKey(.history(rule: "both"), Fixture.orders).row()])
  }

  @Test("the sources of a slot that went away hold their clocks") func unload() {
    var table = table()
    let orders = table.attach(Fixture.orders)
    #expect(table.read(orders, offset: 3) == true)
    _ = table.observe(orders, Fixture.time(10), kafka: Fixture.time(10), disorder: 0)
    table.unload(slot: 0)
    #expect(table.clock(ofRule: 1) == Fixture.time(10))
    #expect(table.drain(slot: 0, clocks: true).count == 0)
    #expect(table.attach(Fixture.orders) == orders)
    #expect(table.position(of: orders) == nil)
    #expect(table.since(rule: 1) == nil)
  }
}

extension SourceTable {
  fileprivate mutating func read(_ source: Int, offset: Int64) -> Bool {
    var result = false
    withSource(source) { result = $0.read(offset) }
    return result
  }

  fileprivate mutating func observe(_ source: Int, _ time: EventTime, kafka: EventTime, disorder: Int64) -> Int64 {
    var behind: Int64 = 0
    withSource(source) { behind = $0.observe(time, kafka: kafka, disorder: disorder) }
    return behind
  }
}
