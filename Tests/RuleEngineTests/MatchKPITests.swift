import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("KPIs")
struct MatchKPITests {
  static func kpi(
    _ functions: [WindowFunction], when: CheckedExpression? = nil, measure: CheckedExpression = Hand.aggregate(0),
    emit: Duration? = .seconds(10)
  ) -> CheckedProgram {
    Hand.program(
      Hand.rule(
        "gmv", [Hand.pattern([Hand.placed])], .kpi(Measure(window: .tumbling(.seconds(3600)), expression: measure, emitEvery: emit)),
        when: when, functions: functions))
  }

  @Test("provisional values come with the clock, another when the window has ended, then one final")
  func life() {
    #expect(
      lines(
        Self.kpi([Hand.function(.sum, "total", .decimal)]),
        """
        10:00 orders placed e-1 order_id=r total="20.00"
        10:00:04 orders placed e-2 order_id=r total="0.5"
        10:00:35 time
        10:00:36 time
        10:00:40.000001 time
        10:59:59 orders placed e-3 order_id=r total="1"
        11:00:01 orders placed e-4 order_id=r total="7"
        11:00:30 time
        11:00:30.000001 time
        11:00:31 orders placed e-5 order_id=r total="2" at=10:59:58 p=1
        11:00:36 time
        """, partitions: ["orders.v1": 2]) == [
          #"provisional 1 gmv {"order_id":"r"} 10:00:00 to 11:00:00 = 20.50 of 2 events"#,
          #"provisional 2 gmv {"order_id":"r"} 10:00:00 to 11:00:00 = 21.50 of 3 events"#,
          #"provisional 1 gmv {"order_id":"r"} 11:00:00 to 12:00:00 = 7 of 1 events"#,
          #"final 3 gmv {"order_id":"r"} 10:00:00 to 11:00:00 = 23.50 of 4 events"#,
        ])
  }

  @Test("without `emit` there is the final value alone, also of a guard that does not hold")
  func finalOnly() {
    let guarded = Self.kpi(
      [Hand.function(.avg, "n", .int), Hand.function(.count)], when: .call(">=", Hand.aggregate(1), Expression.int(2)), emit: nil)
    #expect(
      lines(
        guarded,
        """
        10:00 orders placed e-1 order_id=a n=1
        10:01 orders placed e-2 order_id=a n=2
        10:02 orders placed e-3 order_id=b n=2
        11:02 time
        """) == [
          #"final 1 gmv {"order_id":"a"} 10:00:00 to 11:00:00 = 1.5 of 2 events"#,
          #"final 1 gmv {"order_id":"b"} 10:00:00 to 11:00:00 = – of 1 events"#,
        ])
  }

  @Test("a duplicate from another partition counts once, and a window before the start of history is partial")
  func duplicates() {
    #expect(
      lines(
        Self.kpi([Hand.function(.count), Hand.function(.distinct, "note", .string)], measure: Hand.aggregate(1), emit: nil),
        """
        10:00 orders placed e-1 order_id=a note=x
        10:00 orders placed e-2 order_id=a note=x p=1
        10:00:01 orders placed e-1 order_id=a at=10:00 p=1
        11:02 time
        """, partitions: ["orders.v1": 2], firstOffset: 5) == [
          #"final 1 gmv {"order_id":"a"} 10:00:00 to 11:00:00 = 1 of 2 events partial"#
        ])
  }

  @Test("an event of a window whose final value was said is late")
  func late() {
    #expect(
      lines(
        Self.kpi([Hand.function(.count)]),
        """
        10:00 orders placed e-1 order_id=a
        11:02 time
        11:02:01 orders placed e-2 order_id=a at=10:59
        """) == [
          #"final 1 gmv {"order_id":"a"} 10:00:00 to 11:00:00 = 1 of 1 events"#, "late for gmv orders.v1/0@1",
        ])
  }

  @Test("first and last go by the order of events, not of reading")
  func edges() {
    let said = lines(
      Self.kpi(
        [Hand.function(.first, "n"), Hand.function(.last, "n")], measure: CheckedExpression.list([Hand.aggregate(0), Hand.aggregate(1)]),
        emit: nil),
      """
      10:00:02 orders placed e-1 order_id=a n=1
      10:00:03 orders placed e-2 order_id=a n=2 at=10:00:01
      10:00:03 orders placed e-3 order_id=a n=3 at=10:00:02
      10:00:04 orders placed e-0 order_id=a n=4 at=10:00:02
      11:02 time
      """)
    #expect(said == [#"final 1 gmv {"order_id":"a"} 10:00:00 to 11:00:00 = [2,3] of 4 events"#])
  }
}
