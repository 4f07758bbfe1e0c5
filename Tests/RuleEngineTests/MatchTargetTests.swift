import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Targets")
struct MatchTargetTests {
  /// `measure count() target SIGN BOUND` over ten minutes.
  static func counting(
    _ sign: String, _ bound: CheckedExpression, fill: Duration? = nil, window: Window = .tumbling(.seconds(600)),
    remember: Duration = .seconds(3600)
  ) -> CheckedProgram {
    var notes = Hand.notes([.text("bad")], remember: remember)
    (notes.expected, notes.actual) = (bound, Hand.aggregate(0))
    return Hand.program(
      Hand.rule(
        "kpi", [Hand.pattern([Hand.placed])], .kpi(measure(sign, bound, fill: fill, window: window)), functions: [Hand.function(.count)],
        notes: notes))
  }

  static func measure(_ sign: String, _ bound: CheckedExpression, fill: Duration? = nil, window: Window) -> Measure {
    guard case .call(let comparison, _) = CheckedExpression.call(sign, bound, bound).kind else {
      preconditionFailure("a comparison is a call")
    }
    return Measure(
      window: window, expression: Hand.aggregate(0), emitEvery: nil, fill: fill, target: .init(comparison: comparison, bound: bound))
  }

  static func ago(_ distance: Duration) -> CheckedExpression {
    CheckedExpression(.ago(distance), type: .int, span: Fixture.nowhere)
  }

  @Test("windows out of target that follow one another are one violation, resolved by the first good one; a gap leaves it as it is")
  func runs() {
    #expect(
      lines(
        Self.counting(">=", Expression.int(2)),
        """
        10:01 orders placed e-1 order_id=a
        10:11 orders placed e-2 order_id=a
        10:31 orders placed e-3 order_id=a
        10:32 orders placed e-4 order_id=a
        11:00 time
        """) == [
          #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:10:00 = 1 of 1 events target >= 2 missed"#,
          #"open settled 1 kpi {"order_id":"a"} at 10:10:00 medium "bad" expected 2 actual 1"#,
          #"final 1 kpi {"order_id":"a"} 10:10:00 to 10:20:00 = 1 of 1 events target >= 2 missed"#,
          #"final 1 kpi {"order_id":"a"} 10:30:00 to 10:40:00 = 2 of 2 events target >= 2 met"#,
          #"resolved settled 2 kpi {"order_id":"a"} at 10:10:00 medium "bad" reason "target met" expected 2 actual 1"#,
        ])
  }

  @Test("what more events only make worse is said at once, worded once more when the window has ended, and settled at its final value")
  func early() {
    #expect(
      lines(
        Self.counting("<", Expression.int(3)),
        """
        10:01 orders placed e-1 order_id=a
        10:02 orders placed e-2 order_id=a
        10:03 orders placed e-3 order_id=a
        10:04 orders placed e-4 order_id=a
        10:10:31 time
        10:10:36 time
        10:21 orders placed e-5 order_id=a
        10:31 time
        """) == [
          #"open 1 kpi {"order_id":"a"} at 10:10:00 medium "bad" expected 3 actual 3"#,
          #"open 2 kpi {"order_id":"a"} at 10:10:00 medium "bad" expected 3 actual 4"#,
          #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:10:00 = 4 of 4 events target < 3 missed"#,
          #"open settled 3 kpi {"order_id":"a"} at 10:10:00 medium "bad" expected 3 actual 4"#,
          #"final 1 kpi {"order_id":"a"} 10:20:00 to 10:30:00 = 1 of 1 events target < 3 met"#,
          #"resolved settled 4 kpi {"order_id":"a"} at 10:10:00 medium "bad" reason "target met" expected 3 actual 4"#,
        ])
  }

  @Test("`ago` is the own final value of that window; without one the target is undetermined")
  func past() {
    let driver = EngineDriver(Self.counting(">=", Self.ago(.seconds(600)), fill: .seconds(1)))
    _ = driver.run(
      EventScript(
        """
        10:01 orders placed e-1 order_id=a
        10:02 orders placed e-2 order_id=a
        10:11 orders placed e-3 order_id=a
        10:21 orders placed e-4 order_id=a
        10:41 orders placed e-5 order_id=a
        11:00 time
        """), .restarted)
    #expect(
      driver.outputs.map(OutputLine.text) == [
        #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:10:00 = 2 of 2 events"#,
        #"final 1 kpi {"order_id":"a"} 10:10:00 to 10:20:00 = 1 of 1 events target >= 2 missed"#,
        #"open settled 1 kpi {"order_id":"a"} at 10:20:00 medium "bad" expected 2 actual 1"#,
        #"final 1 kpi {"order_id":"a"} 10:20:00 to 10:30:00 = 1 of 1 events target >= 1 met"#,
        #"resolved settled 2 kpi {"order_id":"a"} at 10:20:00 medium "bad" reason "target met" expected 2 actual 1"#,
        #"final 1 kpi {"order_id":"a"} 10:40:00 to 10:50:00 = 1 of 1 events"#,
      ])
    _ = driver.run(EventScript("12:00 time"))
    #expect(driver.engine.footprints.map(\.keys) == [0])
  }

  @Test("the target of a partial window is undecided")
  func partial() {
    let driver = EngineDriver(Self.counting(">=", Expression.int(2)), firstOffset: 7)
    _ = driver.run(EventScript("10:01 orders placed e-1 order_id=a\n10:11 time"))
    #expect(
      driver.outputs.map(OutputLine.text) == [
        #"final 1 kpi {"order_id":"a"} 10:00:00 to 10:10:00 = 1 of 1 events target >= 2 undecided partial"#
      ])
    #expect(driver.engine.counters.rules["kpi"]?.undetermined == ["history": 1])
  }

  @Test("an open violation of a key without windows is kept for `remember`; then it stays as it is, and a later window begins another")
  func remembered() {
    let driver = EngineDriver(Self.counting(">=", Expression.int(2), remember: .seconds(600)))
    _ = driver.run(EventScript("10:01 orders placed e-1 order_id=a\n10:30:35 time"), .restarted)
    #expect(driver.engine.footprints.map(\.keys) == [1])
    _ = driver.run(EventScript("10:30:36 time"))
    #expect(driver.engine.footprints.map(\.keys) == [0])
    _ = driver.run(
      EventScript("10:31 orders placed e-2 order_id=a\n10:32 orders placed e-3 order_id=a\n10:51 orders placed e-4 order_id=a\n12:00 time"))
    #expect(
      driver.outputs.map(OutputLine.text).filter { !$0.hasPrefix("final") } == [
        #"open settled 1 kpi {"order_id":"a"} at 10:10:00 medium "bad" expected 2 actual 1"#,
        #"open settled 1 kpi {"order_id":"a"} at 11:00:00 medium "bad" expected 2 actual 1"#,
      ])
  }
}
