import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Windows of KPIs")
struct MatchKPIWindowTests {
  static func kpi(
    _ window: Window, emit: Duration? = nil, fill: Duration? = nil, functions: [WindowFunction] = [Hand.function(.count)],
    measure: CheckedExpression = Hand.aggregate(0), isKeyed: Bool = true
  ) -> CheckedProgram {
    let measure = Measure(window: window, expression: measure, emitEvery: emit, fill: fill)
    return Hand.program(Hand.rule("kpi", [Hand.pattern([Hand.placed])], .kpi(measure), functions: functions, isKeyed: isKeyed))
  }

  @Test("an event counts in every hopping window that holds it")
  func hopping() {
    #expect(
      lines(
        Self.kpi(.hopping(.seconds(600), every: .seconds(300)), functions: [Hand.function(.sum, "total", .decimal)]),
        """
        10:06 orders placed e-1 order_id=a total="1.5"
        10:12 orders placed e-2 order_id=a total="2"
        10:12:04 orders placed e-3 order_id=a total="0.25" at=10:09:59.999999 p=1
        10:31 time
        """, partitions: ["orders.v1": 2]) == [
          #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:10:00 = 1.75 of 2 events"#,
          #"final 1 kpi {"order_id":"a"} 10:05:00 to 10:15:00 = 3.75 of 3 events"#,
          #"final 1 kpi {"order_id":"a"} 10:10:00 to 10:20:00 = 2 of 1 events"#,
        ])
  }

  @Test("a day of the calendar has 23 or 25 hours where the clocks change")
  func days() {
    #expect(
      lines(
        Self.kpi(.calendar(unit: .day, zone: "Europe/Dublin")),
        """
        2026-03-28T23:59:59.999999 orders placed e-1 order_id=a
        2026-03-29T00:00:00 orders placed e-2 order_id=a
        2026-03-29T22:59:59 orders placed e-3 order_id=a
        2026-03-29T23:00:00 orders placed e-4 order_id=a
        2026-10-24T23:00:00 orders placed e-5 order_id=a
        2026-10-25T23:30:00 orders placed e-6 order_id=a
        2026-10-27T00:00:00 time
        """) == [
          #"final 1 kpi {"order_id":"a"} 2026-03-28T00:00:00Z to 2026-03-29T00:00:00Z = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"a"} 2026-03-29T00:00:00Z to 2026-03-29T23:00:00Z = 2 of 2 events"#,
          #"final 1 kpi {"order_id":"a"} 2026-03-29T23:00:00Z to 2026-03-30T23:00:00Z = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"a"} 2026-10-24T23:00:00Z to 2026-10-26T00:00:00Z = 2 of 2 events"#,
        ])
  }

  @Test("with `fill` a key has windows until so long after its last event, and begins anew with a later one")
  func fill() {
    #expect(
      lines(
        Self.kpi(.tumbling(.seconds(600)), fill: .seconds(1800)),
        """
        10:02 orders placed e-1 order_id=a
        10:40:35 time
        10:40:35.000001 time
        11:05 orders placed e-2 order_id=a
        12:00 time
        """) == [
          #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:10:00 = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"a"} 10:10:00 to 10:20:00 = 0 of 0 events"#,
          #"final 1 kpi {"order_id":"a"} 10:20:00 to 10:30:00 = 0 of 0 events"#,
          #"final 1 kpi {"order_id":"a"} 10:30:00 to 10:40:00 = 0 of 0 events"#,
          #"final 1 kpi {"order_id":"a"} 11:00:00 to 11:10:00 = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"a"} 11:10:00 to 11:20:00 = 0 of 0 events"#,
          #"final 1 kpi {"order_id":"a"} 11:20:00 to 11:30:00 = 0 of 0 events"#,
          #"final 1 kpi {"order_id":"a"} 11:30:00 to 11:40:00 = 0 of 0 events"#,
        ])
  }

  @Test("events that are read ahead of the clock do not end what an earlier one fills")
  func fillBehind() {
    #expect(
      lines(
        Self.kpi(.tumbling(.seconds(600)), fill: .seconds(900)),
        """
        10:02 orders placed e-1 order_id=a
        13:05 orders placed e-2 order_id=a p=1
        10:12 orders placed e-3 order_id=a
        13:05 orders placed e-4 order_id=b
        13:11 time
        """, partitions: ["orders.v1": 2]) == [
          #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:10:00 = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"a"} 10:10:00 to 10:20:00 = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"a"} 10:20:00 to 10:30:00 = 0 of 0 events"#,
          #"final 1 kpi {"order_id":"a"} 13:00:00 to 13:10:00 = 1 of 1 events"#,
          #"final 1 kpi {"order_id":"b"} 13:00:00 to 13:10:00 = 1 of 1 events"#,
        ])
  }

  @Test("without a key the windows with `fill` never end; an empty one has provisional values, too")
  func endless() {
    let empty = Self.kpi(
      .tumbling(.seconds(600)), emit: .seconds(60), fill: .seconds(1), functions: [Hand.function(.sum, "n"), Hand.function(.avg, "n")],
      measure: Hand.aggregate(1), isKeyed: false)
    #expect(
      lines(
        empty,
        """
        10:02 orders placed e-1 order_id=a n=4
        10:02:50 time
        10:12 time
        10:13 time
        10:21 time
        10:31 time
        """) == [
          "provisional 1 kpi {} 10:00:00 to 10:10:00 = 4 of 1 events",
          "final 2 kpi {} 10:00:00 to 10:10:00 = 4 of 1 events",
          "provisional 1 kpi {} 10:10:00 to 10:20:00 = – of 0 events",
          "final 2 kpi {} 10:10:00 to 10:20:00 = – of 0 events",
          "final 1 kpi {} 10:20:00 to 10:30:00 = – of 0 events",
        ])
  }

  @Test("what does not fit into a batch follows at the same clock, each window once")
  func cut() {
    let program = Self.kpi(.tumbling(.seconds(1)), fill: .seconds(1), isKeyed: false)
    let driver = EngineDriver(program, options: Engine.Options(region: "us-east-1", slots: 1, maxEffects: 20_000))
    _ = driver.run(EventScript("10:00 orders placed e-1 order_id=a\n10:10:35.000001 time"))
    var batches = 1
    while driver.engine.isBehind {
      if batches % 2 == 0 { driver.restart() }
      driver.prove(at: EventScript.time("10:10:35.000001"))
      driver.commit()
      batches += 1
    }
    #expect(batches > 10)
    #expect(Set(driver.outputs.map(OutputLine.text)).count == 600)
    #expect(driver.outputs.count == 600)
  }

  @Test("the rows of a key stay few and their names short, however many windows it has had")
  func numbers() {
    let program = Self.kpi(.tumbling(.seconds(1)), functions: [Hand.function(.distinct, "note", .string)])
    let driver = EngineDriver(program)
    let seconds = (0..<300).map { "10:0\($0 / 60):\($0 % 60 < 10 ? "0" : "")\($0 % 60)" }
    _ = driver.run(EventScript(seconds.enumerated().map { "\($1) orders placed e-\($0) order_id=a note=x\($0)" }.joined(separator: "\n")))
    let rows = driver.rows.flatMap(\.keys).filter { $0.table >= TableDirectory.firstTable && KeyRow.place(of: $0).space == .keys }
    #expect(driver.outputs.count > 280)
    #expect(rows.count < 60 && rows.allSatisfy { $0.key.count < 12 })
  }

  @Test("percentiles and distinct values survive a restart")
  func sketches() {
    let program = Self.kpi(
      .hopping(.seconds(1200), every: .seconds(600)), emit: .seconds(1),
      functions: [percentile("n", .int, 50), percentile("total", .decimal, 90), Hand.function(.distinct, "note", .string)],
      measure: .list([Hand.aggregate(0), Hand.aggregate(1), Hand.aggregate(2)]))
    let script = (0..<30).map {
      "10:1\($0 / 10):0\($0 % 10) orders placed e-\($0) order_id=a n=\($0 * $0) total=\"\($0).50\" note=x\($0 % 7)"
    }
    let said = lines(program, (script + ["10:31 time"]).joined(separator: "\n"))
    #expect(
      said.filter { $0.hasPrefix("final") } == [
        #"final 16 kpi {"order_id":"a"} 10:00:00 to 10:20:00 = [197,"26.62",7] of 30 events"#,
        #"final 16 kpi {"order_id":"a"} 10:10:00 to 10:30:00 = [197,"26.62",7] of 30 events"#,
      ])
  }

  private func percentile(_ field: String, _ type: ValueType, _ percent: Double) -> WindowFunction {
    var function = Hand.function(.percentile, field, type)
    function.rank = percent
    return function
  }
}
