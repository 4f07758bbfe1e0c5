import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Limits over windows that end")
struct MatchWindowLimitTests {
  static func limit(_ when: CheckedExpression, _ window: Window = .tumbling(.seconds(600))) -> CheckedProgram {
    Hand.program(
      Hand.rule(
        "limit", [Hand.pattern([Hand.declined])], .limit(window), when: when, functions: [Hand.function(.count), Hand.function(.avg, "n")],
        notes: Hand.notes([.expression(Hand.aggregate(0))])))
  }

  static let two = limit(.call(">=", Hand.aggregate(0), Expression.int(2)))

  @Test("breaches that follow one another are one violation, resolved by the first window that holds or is empty")
  func runs() {
    #expect(
      lines(
        Self.two,
        """
        10:01 payments declined e-1 order_id=c
        10:02 payments declined e-2 order_id=c
        10:03 payments declined e-3 order_id=c
        10:10:31 time
        10:12 payments declined e-4 order_id=c
        10:13 payments declined e-5 order_id=c
        10:20:31 time
        10:30:30 time
        10:30:30.000001 time
        """) == [
          #"open 1 limit {"order_id":"c"} at 10:10:00 medium "2" over e-1 over e-2"#,
          #"open 2 limit {"order_id":"c"} at 10:10:00 medium "3" over e-1 over e-2 over e-3"#,
          #"open settled 3 limit {"order_id":"c"} at 10:10:00 medium "3" over e-1 over e-2 over e-3"#,
          #"open settled 4 limit {"order_id":"c"} at 10:10:00 medium "2" over e-4 over e-5"#,
          #"resolved settled 5 limit {"order_id":"c"} at 10:10:00 medium "2" reason "false again" over e-4 over e-5"#,
        ])
  }

  @Test("what more events may make true or false is judged when the clock is past the window's end; a window without value leaves a run")
  func judged() {
    #expect(
      lines(
        Self.limit(.call("<", Hand.aggregate(1), Expression.int(2))),
        """
        10:01 payments declined e-1 order_id=c n=1
        10:10:30 time
        10:10:30.000001 time
        10:15 payments declined e-2 order_id=c n=x
        10:21 payments declined e-3 order_id=c n=0
        10:31 payments declined e-4 order_id=c n=5
        10:41 time
        """) == [
          #"open 1 limit {"order_id":"c"} at 10:10:00 medium "1" over e-1"#,
          #"open settled 2 limit {"order_id":"c"} at 10:10:00 medium "1" over e-1"#,
          #"open settled 3 limit {"order_id":"c"} at 10:10:00 medium "1" over e-3"#,
          #"resolved settled 4 limit {"order_id":"c"} at 10:10:00 medium "1" reason "false again" over e-3"#,
        ])
  }

  @Test("a late breach in front moves the violation, one between joins two")
  func late() {
    let said = lines(
      Self.limit(.call(">=", Hand.aggregate(0), Expression.int(2)), .tumbling(.seconds(2))),
      """
      10:00:00 payments declined e-1 order_id=c
      10:00:01 payments declined e-2 order_id=c
      10:00:04 payments declined e-3 order_id=c
      10:00:05 payments declined e-4 order_id=c
      10:00:06 payments declined e-5 order_id=c at=10:00:02
      10:00:06 payments declined e-6 order_id=c at=10:00:03
      10:00:06 payments declined e-7 order_id=c at=09:59:59
      10:00:06 payments declined e-8 order_id=c at=09:59:58
      10:01 time
      """)
    #expect(
      said == [
        #"open 1 limit {"order_id":"c"} at 10:00:02 medium "2" over e-1 over e-2"#,
        #"open 1 limit {"order_id":"c"} at 10:00:06 medium "2" over e-3 over e-4"#,
        #"withdrawn 2 limit {"order_id":"c"} at 10:00:06 medium "2" reason "moved" over e-3 over e-4 replaced_by 1"#,
        #"open 2 limit {"order_id":"c"} at 10:00:02 medium "2" over e-3 over e-4 replaces 1"#,
        #"withdrawn 3 limit {"order_id":"c"} at 10:00:02 medium "2" reason "moved" over e-3 over e-4 replaces 1 replaced_by 1"#,
        #"open 1 limit {"order_id":"c"} at 10:00:00 medium "2" over e-3 over e-4 replaces 1"#,
        #"withdrawn settled 4 limit {"order_id":"c"} at 10:00:02 medium "2" reason "moved" over e-3 over e-4 replaces 1 replaced_by 1"#,
        #"withdrawn settled 3 limit {"order_id":"c"} at 10:00:06 medium "2" reason "moved" over e-3 over e-4 replaced_by 1"#,
        #"resolved settled 2 limit {"order_id":"c"} at 10:00:00 medium "2" reason "false again" over e-3 over e-4 replaces 1"#,
      ])
  }

  @Test("a window that began before the start of history is undetermined, unless what was seen is enough")
  func history() {
    let driver = EngineDriver(Self.limit(.call("<", Hand.aggregate(0), Expression.int(5))), firstOffset: 7)
    _ = driver.run(EventScript("10:01 payments declined e-1 order_id=c\n10:20 time"))
    #expect(driver.outputs.isEmpty)
    #expect(driver.engine.counters.rules["limit"]?.undetermined == ["history": 1])
    let early = EngineDriver(Self.two, firstOffset: 7)
    _ = early.run(EventScript("10:01 payments declined e-1 order_id=c\n10:01 payments declined e-2 order_id=c\n11:00 time"), .restarted)
    #expect(
      early.outputs.map(OutputLine.text) == [
        #"open 1 limit {"order_id":"c"} at 10:10:00 medium "2" over e-1 over e-2"#,
        #"resolved settled 2 limit {"order_id":"c"} at 10:10:00 medium "2" reason "false again" over e-1 over e-2"#,
      ])
    #expect(early.engine.footprints.map(\.keys) == [0])
  }

  @Test("a day of the calendar is judged at its local midnight")
  func calendar() {
    #expect(
      lines(
        Self.limit(.call("<", Hand.aggregate(0), Expression.int(2)), .calendar(unit: .day, zone: "America/New_York")),
        """
        2026-11-01T06:30:00 payments declined e-1 order_id=c
        2026-11-02T05:00:30 time
        2026-11-02T05:00:31 time
        2026-11-03T05:00:31 time
        """) == [
          #"open 1 limit {"order_id":"c"} at 2026-11-02T05:00:00Z medium "1" over e-1"#,
          #"resolved settled 2 limit {"order_id":"c"} at 2026-11-02T05:00:00Z medium "1" reason "false again" over e-1"#,
        ])
  }
}
