import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Limits")
struct MatchLimitTests {
  static func limit(
    _ when: CheckedExpression, _ functions: [WindowFunction], notes: CheckedNotes = Hand.notes(), within: Duration = .seconds(600)
  ) -> CheckedProgram {
    Hand.program(
      Hand.rule(
        "limit", [Hand.pattern([Hand.declined])], .limit(.sliding(.fixed(within))), when: when, functions: functions, notes: notes))
  }

  /// Three declines in ten minutes.
  static let three = limit(
    .call(">=", Hand.aggregate(0), Expression.int(3)), [Hand.function(.count), Hand.function(.sum, "n")],
    notes: Hand.notes([.expression(Hand.aggregate(0)), .text(" declines, "), .expression(Hand.aggregate(1))]))

  @Test("it speaks at once when the condition becomes true, is resolved when the clock has passed its end, and is armed again")
  func life() {
    #expect(
      lines(
        Self.three,
        """
        10:00 payments declined e-1 order_id=c n=1
        10:04 payments declined e-2 order_id=c n=2
        10:05 payments declined e-3 order_id=c n=3
        10:06 payments declined e-4 order_id=c n=4
        10:10 time
        10:14:30 time
        10:14:31 time
        10:15 time
        10:15:20 payments declined e-5 order_id=c n=5
        10:15:21 payments declined e-6 order_id=c n=6
        10:30 time
        """) == [
          #"open 1 limit {"order_id":"c"} at 10:05:00 medium "3 declines, 6" over e-1 over e-2 over e-3"#,
          #"open settled 2 limit {"order_id":"c"} at 10:05:00 medium "3 declines, 6" over e-1 over e-2 over e-3"#,
          #"resolved settled 3 limit {"order_id":"c"} at 10:05:00 medium "3 declines, 6" reason "false again" over e-1 over e-2 over e-3"#,
          #"open 1 limit {"order_id":"c"} at 10:15:21 medium "3 declines, 15" over e-4 over e-5 over e-6"#,
          #"resolved settled 2 limit {"order_id":"c"} at 10:15:21 medium "3 declines, 15" reason "false again" over e-4 over e-5 over e-6"#,
        ])
  }

  @Test("a late event that moves the instant replaces the violation, one that does not rewords it")
  func moved() {
    let said = lines(
      Self.three,
      """
      10:00 payments declined e-1 order_id=c n=1
      10:00:10 payments declined e-2 order_id=c n=1
      10:00:12 payments declined e-3 order_id=c n=1
      10:00:13 payments declined e-4 order_id=c n=7 at=10:00:11
      10:00:14 payments declined e-5 order_id=c n=9 at=10:00:11
      10:00:15 payments declined e-6 order_id=c n=9 at=10:00:10.5
      """, partitions: ["payments.v1": 2])
    #expect(
      said == [
        #"open 1 limit {"order_id":"c"} at 10:00:12 medium "3 declines, 3" over e-1 over e-2 over e-3"#,
        #"withdrawn 2 limit {"order_id":"c"} at 10:00:12 medium "3 declines, 3" reason "moved" over e-1 over e-2 over e-3 replaced_by 1"#,
        #"open 1 limit {"order_id":"c"} at 10:00:11 medium "3 declines, 9" over e-1 over e-2 over e-4 replaces 1"#,
        #"open 2 limit {"order_id":"c"} at 10:00:11 medium "4 declines, 18" over e-1 over e-2 over e-4 over e-5 replaces 1"#,
        #"withdrawn 3 limit {"order_id":"c"} at 10:00:11 medium "4 declines, 18" reason "moved" over e-1 over e-2 over e-4 over e-5 replaces 1 replaced_by 1"#,
        #"open 1 limit {"order_id":"c"} at 10:00:10.5 medium "3 declines, 11" over e-1 over e-2 over e-6 replaces 1"#,
      ])
  }

  @Test("a window holds what is dated after its start and up to its end")
  func ends() {
    func said(_ last: String) -> Int {
      lines(
        Self.three,
        "10:00 payments declined e-1 order_id=c n=1\n10:01 payments declined e-2 order_id=c n=1\n\(last) payments declined e-3 order_id=c n=1"
      ).count
    }
    #expect(said("10:09:59.999999") == 1)
    #expect(said("10:10:00") == 0)
  }

  @Test("too little is not said at a key's first event, but when the window thins out, by the clock")
  func tooLittle() {
    let few = Self.limit(.call("<", Hand.aggregate(0), Expression.int(2)), [Hand.function(.count)])
    #expect(
      lines(
        few,
        """
        10:00 payments declined e-1 order_id=c
        10:01 payments declined e-2 order_id=c
        10:10:30 time
        10:10:31 time
        10:15 payments declined e-3 order_id=c
        10:15:01 payments declined e-4 order_id=c
        10:16 time
        """) == [
          #"open 1 limit {"order_id":"c"} at 10:10:00 medium "wrong" over e-2"#,
          #"open settled 2 limit {"order_id":"c"} at 10:10:00 medium "wrong" over e-2"#,
          #"resolved settled 3 limit {"order_id":"c"} at 10:10:00 medium "wrong" reason "false again" over e-2"#,
        ])
  }

  @Test("decimals add up exactly and print with the largest scale in the window, doubles without rounding in between")
  func sums() {
    let sums = Self.limit(
      .call(">", Hand.aggregate(0, .decimal), Expression.decimal("0.3")),
      [
        Hand.function(.sum, "total", .decimal), Hand.function(.avg, "total", .decimal), Hand.function(.sum, "ratio", .double),
        Hand.function(.max, "total", .decimal),
      ],
      notes: Hand.notes((0..<4).flatMap { [.expression(Hand.aggregate($0)), .text(" ")] }), within: .seconds(60))
    let said = lines(
      sums,
      """
      10:00 payments declined e-1 order_id=c total="0.100" ratio=1e100
      10:00:10 payments declined e-2 order_id=c total="0.1" ratio=1
      10:00:20 payments declined e-3 order_id=c total="0.10" ratio=-1e100
      10:01:10 payments declined e-4 order_id=c total="0.25" ratio=2
      10:01:45 time
      """)
    #expect(said.first == #"open 1 limit {"order_id":"c"} at 10:01:10 medium "0.35 0.175000 -1e+100 0.25 " over e-3 over e-4"#)
  }

  @Test("a sum in error is neither true nor false while the event is in the window")
  func errors() {
    let driver = EngineDriver(
      Self.limit(.call(">=", Hand.aggregate(0), Expression.int(3)), [Hand.function(.sum, "n")], within: .seconds(60)))
    _ = driver.run(
      EventScript(
        """
        10:00 payments declined e-1 order_id=c n=5
        10:00:30 payments declined e-2 order_id=c n=x
        10:00:40 payments declined e-3 order_id=c n=1
        10:02:01 time
        """))
    #expect(
      driver.outputs.map(OutputLine.text) == [
        #"open 1 limit {"order_id":"c"} at 10:00:00 medium "wrong" over e-1"#,
        #"open settled 2 limit {"order_id":"c"} at 10:00:00 medium "wrong" over e-1"#,
        #"resolved settled 3 limit {"order_id":"c"} at 10:00:00 medium "wrong" reason "false again" over e-1"#,
      ])
    #expect(driver.engine.counters.rules["limit"]?.undetermined["error"] ?? 0 > 0)
  }

  @Test("what is true by what was seen needs no history, what is false does")
  func history() {
    let driver = EngineDriver(Self.three, firstOffset: 7)
    _ = driver.run(
      EventScript(
        """
        10:00 payments declined e-1 order_id=c n=1
        10:00 payments declined e-2 order_id=c n=1
        10:00 payments declined e-3 order_id=c n=1
        10:30 time
        """))
    // The window of 10:10 reaches before the first record that was read; that of 10:10:05 does not, but nothing leaves then.
    #expect(driver.outputs.map(OutputLine.text).filter { $0.hasPrefix("resolved") }.isEmpty)
  }

  @Test("the last ten events are the evidence, and the rest is counted")
  func evidence() {
    let twelve = Self.limit(.call(">=", Hand.aggregate(0), Expression.int(12)), [Hand.function(.count)])
    let script = (1...12).map { "10:00:\($0 < 10 ? "0" : "")\($0) payments declined e-\($0) order_id=c" }.joined(separator: "\n")
    let said = lines(twelve, script)
    #expect(said.count == 1)
    #expect(said[0].hasSuffix("over e-11 over e-12 and 2 more"))
  }

  @Test("the window of a key takes no memory when its events have left, and no rows when their ids are compared no more")
  func forgets() {
    let driver = EngineDriver(Self.three)
    _ = driver.run(EventScript((0..<200).map { "10:00:00 payments declined e-\($0) order_id=c-\($0 % 7) n=1" }.joined(separator: "\n")))
    #expect(driver.engine.footprints.map(\.keys) == [7])
    _ = driver.run(EventScript("10:10:35.000001 time"))
    #expect(driver.engine.footprints.map(\.keys) == [0])
    _ = driver.run(EventScript("11:31 time"))
    #expect(driver.rows.flatMap { $0.keys }.filter { $0.table >= 16 }.isEmpty)
  }
}
