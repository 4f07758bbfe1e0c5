import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Obligations")
struct MatchObligationTests {
  /// Placed, and within 30 minutes captured or cancelled.
  static let timeout = Hand.program(
    Hand.rule(
      "timeout", [Hand.pattern([Hand.placed]), Hand.pattern([Hand.captured], as: .expect), Hand.pattern([Hand.cancelled], as: .unless)],
      Hand.obligation(within: .seconds(1800), excuse: 2),
      notes: Hand.notes(
        [.text("order "), .expression(.field("order_id")), .text(" unpaid")], exposure: Hand.typed(.field("total"), .decimal))))

  @Test("one that nothing met is said when the clock is past its span, and once more when it is settled")
  func open() {
    #expect(
      lines(
        Self.timeout,
        """
        10:00 orders placed e-1 order_id=o-1 total="20.00"
        10:30:02 time
        10:30:32 time
        10:30:32.000001 time
        10:30:37 time
        10:40 time
        """) == [
          #"open 1 timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 unpaid" exposure 20.00 EUR on e-1"#,
          #"open settled 2 timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 unpaid" exposure 20.00 EUR on e-1"#,
        ])
  }

  @Test("what comes late resolves it, what was in time withdraws it, however late it is read")
  func resolvedAndWithdrawn() {
    #expect(
      lines(
        Self.timeout,
        """
        10:00 orders placed e-1 order_id=o-1
        10:31 time
        10:40 payments captured e-2 order_id=o-1
        10:41 time
        10:41:10 payments captured e-3 order_id=o-1 at=10:29
        """) == [
          #"open settled 1 timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 unpaid" on e-1"#,
          #"resolved settled 2 timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 unpaid" reason "late" on e-1 expect e-2"#,
          #"withdrawn settled 3 timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 unpaid" reason "evidence" on e-1 expect e-2"#,
        ])
  }

  @Test("the first answer after the span gives the reason")
  func excused() {
    #expect(
      lines(
        Self.timeout,
        """
        10:00 orders placed e-1 order_id=o-1
        10:31 time
        10:45 payments captured e-3 order_id=o-1
        10:45:01 orders cancelled e-2 order_id=o-1 at=10:40
        10:46 time
        """
      ).last == #"resolved settled 2 timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 unpaid" reason "excused" on e-1 unless e-2"#)
  }

  @Test(
    "the span is widened by the larger skew of two streams, and by nothing within one",
    arguments: [
      ("payments captured e-2 order_id=o-1 at=09:59:58", true), ("payments captured e-2 order_id=o-1 at=09:59:57.999999", false),
      ("payments captured e-2 order_id=o-1 at=10:30:02", true), ("payments captured e-2 order_id=o-1 at=10:30:02.000001", false),
      ("orders cancelled e-0 order_id=o-1 at=10:00:00", true), ("orders cancelled e-2 order_id=o-1 at=09:59:59.999999", false),
      ("orders cancelled e-2 order_id=o-1 at=10:30:00", true), ("orders cancelled e-2 order_id=o-1 at=10:30:00.000001", false),
    ])
  func ends(answer: String, isMet: Bool) {
    let before = lines(Self.timeout, "10:00:01 \(answer)\n10:00:01.5 orders placed e-1 order_id=o-1 at=10:00\n10:31 time")
    let after = lines(Self.timeout, "10:00:00 orders placed e-1 order_id=o-1\n10:00:01 \(answer)\n10:31 time")
    // An answer dated ahead is late only when the clock has passed it; before that the violation is open.
    for lines in [before, after] where !lines.contains(where: { $0.hasPrefix("dead") || $0.hasPrefix("late") }) {
      #expect(lines.isEmpty == isMet)
    }
  }

  @Test("a rule that began later than its event does not guess")
  func history() {
    let driver = EngineDriver(Self.timeout, firstOffset: 100)
    _ = driver.run(
      EventScript(
        "10:00 orders placed e-1 order_id=o-1\n10:00 payments captured e-2 order_id=o-9\n10:00:20 orders placed e-3 order_id=o-2\n11:00 time"
      ))
    #expect(
      driver.outputs.map(OutputLine.text) == [#"open settled 1 timeout {"order_id":"o-2"} at 10:30:20 medium "order o-2 unpaid" on e-3"#])
    #expect(driver.engine.counters.rules["timeout"]?.undetermined == ["history": 1])
  }

  @Test("a stream that lags holds the clock")
  func lag() {
    #expect(
      lines(
        Self.timeout,
        """
        10:00 orders placed e-1 order_id=o-1
        10:05 time
        11:00 time but payments
        11:00:01 payments captured e-2 order_id=o-1 at=10:20 kafka=10:20
        11:01 time
        """) == [])
  }

  /// An event of a kind is followed by one of the same within 10 minutes.
  static let silent = Hand.program(
    Hand.rule(
      "silent", [Hand.pattern([Hand.captured, Hand.declined]), Hand.pattern([Hand.captured, Hand.declined], as: .expect)],
      Hand.obligation(within: .seconds(600))))

  @Test("of two alike events of one instant the greater answers the lesser")
  func alike() {
    let said = lines(
      Self.silent,
      """
      10:00 payments declined e-2 order_id=g
      10:00 payments captured e-1 order_id=g
      10:11 time
      """)
    #expect(said == [#"open settled 1 silent {"order_id":"g"} at 10:10:00 medium "wrong" on e-2"#])
  }

  @Test("a duplicate from another partition is not an answer")
  func duplicate() {
    let said = lines(
      Self.silent,
      """
      10:00 payments declined e-1 order_id=g
      10:00:01 payments declined e-1 order_id=g at=10:00 p=1
      10:11 time
      """, partitions: ["payments.v1": 2])
    #expect(said == [#"open settled 1 silent {"order_id":"g"} at 10:10:00 medium "wrong" on e-1"#])
  }

  /// Captured, and within an hour before placed for as much.
  static let unordered = Hand.program(
    Hand.rule(
      "unordered",
      [
        Hand.pattern([Hand.captured]),
        Hand.pattern([Hand.placed], as: .expect, where: .call(">=", .field("n", of: 1), .field("n", of: 0))),
      ], Hand.obligation(.before, within: .seconds(3600))))

  @Test("what looks back asks the conditions of pairs, and an error in one leaves it undetermined")
  func before() {
    let driver = EngineDriver(Self.unordered)
    _ = driver.run(
      EventScript(
        """
        09:00 orders placed e-1 order_id=o-1 n=5
        10:00 payments captured e-2 order_id=o-1 n=5
        10:00:01 payments captured e-3 order_id=o-1 n=6
        10:00:02.5 payments captured e-4 order_id=o-1 n=5
        10:00:03 orders placed e-5 order_id=o-2
        10:00:04 payments captured e-6 order_id=o-2 n=5
        10:01 time
        """))
    #expect(
      driver.outputs.map(OutputLine.text) == [
        #"open settled 1 unordered {"order_id":"o-1"} at 10:00:01 medium "wrong" on e-3"#,
        #"open settled 1 unordered {"order_id":"o-1"} at 10:00:02.5 medium "wrong" on e-4"#,
      ])
    #expect(driver.engine.counters.rules["unordered"]?.undetermined == ["error": 1])
  }

  @Test("what comes too late to begin an obligation is a late letter; what comes too late to meet one still does")
  func tooLate() {
    #expect(
      lines(
        Self.timeout,
        """
        10:00 orders placed e-1 order_id=o-1
        10:10 orders placed e-2 order_id=o-2
        10:09:00 orders placed e-3 order_id=o-3 at=10:00
        10:31 time
        """) == [
          "late for timeout orders.v1/0@2", #"open settled 1 timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 unpaid" on e-1"#,
        ])
  }

  @Test("nothing is remembered beyond `remember`")
  func forgets() {
    let driver = EngineDriver(Self.timeout)
    _ = driver.run(EventScript("10:00 orders placed e-1 order_id=o-1\n10:05 payments captured e-2 order_id=o-2\n10:31 time"))
    #expect(driver.engine.footprints.map(\.keys) == [1])
    _ = driver.run(EventScript("11:31 time"))
    #expect(driver.engine.footprints.map(\.keys) == [0])
    #expect(driver.rows.flatMap { $0.keys }.filter { $0.table >= 16 }.isEmpty)
  }
}
