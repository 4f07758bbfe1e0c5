import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

extension Hand {
  typealias State = (name: String, kinds: [EventPattern.Kind], next: [Int], within: Duration?, marks: [String])

  /// A lifecycle by `order_id`; `marks` of a state: `start`, `end`.
  static func lifecycle(_ name: String, _ states: [State], retain: Duration, notes: CheckedNotes) -> CheckedRule {
    let checked = states.enumerated().map { index, state in
      Lifecycle.State(
        name: state.name, pattern: index, next: state.next,
        longestStay: state.within.map { Reach(within: .fixed($0), direction: .after) }, isInitial: state.marks.contains("start"),
        isEnd: state.marks.contains("end"))
    }
    return rule(
      name, states.map { pattern($0.kinds, as: .state) }, .lifecycle(Lifecycle(states: checked, retain: .fixed(retain))), notes: notes)
  }

  static let transition: [MessagePart] = [
    .expression(CheckedExpression(.transition(isTarget: false), type: .string, span: Fixture.nowhere)), .text(" to "),
    .expression(CheckedExpression(.transition(isTarget: true), type: .string, span: Fixture.nowhere)),
  ]
}

@Suite("Lifecycles")
struct MatchLifecycleTests {
  /// placed -> paid, cancelled within 30m; paid -> paid, failed; failed -> paid within 1h; end paid, cancelled retain 2h.
  static func program(retain: Duration = .seconds(7200), remember: Duration = .seconds(3600)) -> CheckedProgram {
    Hand.program(
      Hand.lifecycle(
        "life",
        [
          ("placed", [Hand.placed], [1, 2], .seconds(1800), ["start"]), ("paid", [Hand.captured], [1, 3], nil, ["end"]),
          ("cancelled", [Hand.cancelled], [], nil, ["end"]), ("failed", [Hand.declined], [1], .seconds(3600), []),
        ],
        retain: retain, notes: Hand.notes(Hand.transition, remember: remember)))
  }

  static let life = program()

  private func counts(_ script: String, _ program: CheckedProgram = life, firstOffset: Int64 = 0) -> [String: [String: Int]] {
    let driver = EngineDriver(program, firstOffset: firstOffset)
    _ = driver.run(EventScript(script))
    return driver.engine.counters.rules.mapValues(\.undetermined).filter { !$0.value.isEmpty }
  }

  @Test(
    "a move along no arrow is said when the clock has passed all that may come before it, and again when it is settled; the state is new")
  func illegal() {
    #expect(
      lines(
        Self.life,
        """
        10:00 orders placed e-1 order_id=o-1
        10:01 payments declined e-2 order_id=o-1
        10:01:32 time
        10:01:32.000001 time
        10:01:35 time
        10:01:35.000001 time
        10:02 payments captured e-3 order_id=o-1
        10:03 orders cancelled e-4 order_id=o-1
        10:04 time
        """) == [
          #"open 1 life.illegal_transition {"order_id":"o-1"} at 10:01:00 medium "placed to failed" details {"from":"placed","to":"failed"} on e-2 from e-1"#,
          #"open settled 2 life.illegal_transition {"order_id":"o-1"} at 10:01:00 medium "placed to failed" details {"from":"placed","to":"failed"} on e-2 from e-1"#,
          #"open settled 1 life.illegal_transition {"order_id":"o-1"} at 10:03:00 medium "paid to cancelled" details {"from":"paid","to":"cancelled"} on e-4 from e-3"#,
        ])
  }

  @Test("an event of the state is no move, unless the arrow to itself is drawn")
  func itself() {
    #expect(
      lines(
        Self.life,
        """
        10:00 orders placed e-1 order_id=o-1
        10:01 orders placed e-2 order_id=o-1
        10:02 payments captured e-3 order_id=o-1
        10:03 payments captured e-4 order_id=o-1
        10:04 orders placed e-5 order_id=o-1
        10:05 orders placed e-6 order_id=o-1
        10:06 time
        """) == [
          #"open settled 1 life.illegal_transition {"order_id":"o-1"} at 10:04:00 medium "paid to placed" details {"from":"paid","to":"placed"} on e-5 from e-4"#
        ])
  }

  @Test("a stay is counted from the event that entered the state; an event of the same state does not prolong it, any move ends it")
  func overdue() {
    #expect(
      lines(
        Self.life,
        """
        10:00 orders placed e-1 order_id=o-1
        10:00 orders placed e-3 order_id=o-2
        10:20 orders placed e-2 order_id=o-1
        10:29 payments declined e-4 order_id=o-2
        10:30:32 time
        10:30:32.000001 time
        10:40 orders cancelled e-5 order_id=o-1
        10:41 time
        """
      ).filter { $0.contains("o-1") } == [
        #"open 1 life.overdue {"order_id":"o-1"} at 10:30:00 medium "placed to ?" details {"from":"placed"} on e-1"#,
        #"resolved settled 2 life.overdue {"order_id":"o-1"} at 10:30:00 medium "placed to ?" reason "late" details {"from":"placed"} on e-1 to e-5"#,
      ])
  }

  @Test(
    "the stay is widened by the larger skew for what is of another stream, and by nothing within one",
    arguments: [
      ("payments captured e-2 order_id=o-1 at=10:30:02", "in time"), ("payments captured e-2 order_id=o-1 at=10:30:02.000001", "late"),
      ("orders cancelled e-2 order_id=o-1 at=10:30:00", "in time"), ("orders cancelled e-2 order_id=o-1 at=10:30:00.000001", "late"),
    ])
  func widened(leave: String, fate: String) {
    let said = lines(Self.life, "10:00 orders placed e-1 order_id=o-1\n10:30:03 \(leave)\n10:31 time")
    #expect(said.isEmpty == (fate == "in time"))
    #expect(said.allSatisfy { $0.hasPrefix("resolved") && $0.contains(#"reason "late""#) })
  }

  @Test("what is read late, even too late, withdraws an overdue stay; what leaves later than `remember` leaves it as it is")
  func lateLeave() {
    let withdrawn = lines(
      Self.life,
      """
      10:00 orders placed e-1 order_id=o-1
      10:31 time
      10:50 payments captured e-2 order_id=o-1 at=10:20
      10:51 time
      """)
    #expect(withdrawn.map { $0.prefix { $0 != " " } } == ["open", "withdrawn"], "\(withdrawn)")
    let asItIs = lines(
      Self.program(retain: .seconds(20_000)),
      """
      10:00 orders placed e-1 order_id=o-1
      10:31 time
      11:30:01 orders cancelled e-2 order_id=o-1
      11:31 time
      11:45 time
      """)
    #expect(asItIs.count == 1 && asItIs[0].hasPrefix("open settled 1 life.overdue"))
  }

  @Test("events of one instant are taken so that every move is an arrow, if they can be; the lesser by 2.7 come first")
  func instant() {
    #expect(
      lines(
        Self.life,
        """
        10:00 orders placed e-1 order_id=o-1
        10:05 payments declined e-3 order_id=o-1 at=10:05
        10:05 payments captured e-9 order_id=o-1 at=10:05
        10:05 orders cancelled e-2 order_id=o-2
        10:05 orders placed e-8 order_id=o-2 at=10:05
        10:06 time
        """) == [])
  }

  @Test(
    "so are runs of events of streams in turn, each no more than skew after the one before; a stream's own events keep their order",
    arguments: [
      // Payment and order: 2 s apart.
      ("10:00:00 payments captured e-1 order_id=o-1\n10:00:02 orders placed e-2 order_id=o-1", 0),
      ("10:00:00 payments captured e-1 order_id=o-1\n10:00:02.000001 orders placed e-2 order_id=o-1", 1),
      // placed, then failed before paid: payments keep their order.
      (
        "10:00:00 orders placed e-1 order_id=o-1\n10:00:01 payments declined e-2 order_id=o-1\n10:00:02 payments captured e-3 order_id=o-1",
        1
      ),
      // paid, placed, failed: the payments are apart in the run, and placed comes before both.
      (
        "10:00:00 payments captured e-1 order_id=o-1\n10:00:01 orders placed e-2 order_id=o-1\n10:00:02 payments declined e-3 order_id=o-1",
        0
      ),
      // More than six are taken as they are.
      (
        (0..<3).map { "10:00:0\($0 * 2) payments captured p-\($0) order_id=o-1\n10:00:0\($0 * 2 + 1) orders placed o-\($0) order_id=o-1" }
          .joined(separator: "\n") + "\n10:00:06 payments captured p-9 order_id=o-1", 3
      ),
    ])
  func runs(script: String, illegal: Int) {
    let said = lines(Self.life, script + "\n10:01:30 time\n10:02 time")
    // What a run makes of a move may change while its events come in.
    #expect(said.filter { $0.hasPrefix("open settled") }.count == illegal, "\(said)")
  }

  @Test("an entity that is first seen amid its life is adopted without a verdict, and counted; its later moves are judged")
  func adopted() {
    let script = """
      10:00 payments captured e-1 order_id=o-1
      10:01 orders cancelled e-2 order_id=o-1
      10:02 time
      """
    #expect(lines(Self.life, script).map { $0.prefix(38) } == ["open settled 1 life.illegal_transition"])
    #expect(counts(script) == ["life.illegal_transition": ["no history": 1]])
  }

  @Test("a move or a stay from an event before the rule knew all is undetermined, and the next one is judged")
  func history() {
    let script = """
      10:00:00 orders placed e-1 order_id=o-1
      10:00:01 payments captured e-0 order_id=o-9
      10:00:04 orders placed e-2 order_id=o-2
      10:10 payments declined e-3 order_id=o-1
      10:11 orders cancelled e-4 order_id=o-1
      10:40 time
      """
    let said = lines(Self.life, script, firstOffset: 7)
    #expect(said.count == 1 && said[0].contains("failed to cancelled"), "\(said)")
    #expect(
      counts(script, firstOffset: 7) == [
        "life.illegal_transition": ["history": 1, "no history": 1], "life.overdue": ["history": 1],
      ])
  }

  @Test("an entity is forgotten so long after its last event, and an event after that is the first of another one")
  func forgotten() {
    let first = "10:00 orders placed e-1 order_id=o-1\n10:01 orders cancelled e-2 order_id=o-1\n"
    for (at, isKept) in [("12:01", true), ("12:01:00.000001", false)] {
      let said = lines(Self.life, first + "\(at) orders placed e-3 order_id=o-1\n12:10 time")
      #expect(said.isEmpty != isKept)
    }
    let driver = EngineDriver(Self.life)
    _ = driver.run(EventScript(first + "12:01:35 time"))
    #expect(driver.engine.footprints.map(\.keys) == [1])
    _ = driver.run(EventScript("12:01:35.000001 time"))
    #expect(driver.engine.footprints.map(\.keys) == [0])
    #expect(driver.rows.flatMap { $0.keys }.filter { $0.table >= 16 }.isEmpty)
  }

  @Test("in a state that is no end an entity is not forgotten before its longest stay is over")
  func stays() {
    let said = lines(
      Self.program(retain: .seconds(60)),
      """
      10:00 orders placed e-1 order_id=o-1
      10:00 orders placed e-3 order_id=o-2
      10:29 orders cancelled e-2 order_id=o-1
      10:31 payments declined e-4 order_id=o-2
      10:32 time
      """)
    // The second is another life, adopted: it does not resolve.
    #expect(said.count == 1 && said[0].hasPrefix(#"open settled 1 life.overdue {"order_id":"o-2"}"#), "\(said)")
  }

  @Test("a move read late is put in its place, and what stands is revised; one older than `remember` is missed")
  func lateMoves() {
    let said = lines(
      Self.life,
      """
      10:00 orders placed e-1 order_id=o-1
      10:10 payments declined e-2 order_id=o-1
      10:11 time
      10:30 payments captured e-3 order_id=o-1 at=10:05
      10:31 time
      11:40 payments captured e-4 order_id=o-1
      11:40:30 time
      11:41 orders cancelled e-5 order_id=o-1 at=10:06
      11:41 orders cancelled e-6 order_id=o-7 at=11:30
      12:50 time
      """)
    #expect(said.filter { $0.hasPrefix("withdrawn") }.map { $0.contains("on e-2") } == [true], "\(said)")
    #expect(said.filter { $0.hasPrefix("late for life") } == ["late for life orders.v1/0@1", "late for life orders.v1/0@2"], "\(said)")
  }

  @Test("a retry of a kept move that is read too late counts once")
  func lateRetry() {
    let script = """
      10:00 orders placed e-1 order_id=o-1
      10:01 payments captured e-2 order_id=o-1
      10:20 time
      10:30 payments captured e-2 order_id=o-1 at=10:01 p=1
      10:31 time
      """
    let driver = EngineDriver(Self.life, partitions: ["payments.v1": 2])
    _ = driver.run(EventScript(script))
    #expect(driver.engine.counters.rules["life"]?.duplicates == 1)
  }

  @Test("moves are folded into the state before them, and the last state is known for as long as the entity")
  func folded() {
    let script = """
      10:00 orders placed e-1 order_id=o-1
      10:01 payments declined e-2 order_id=o-1
      10:02 payments captured e-3 order_id=o-1
      11:30 payments captured e-4 order_id=o-1
      11:31 time
      13:00 time
      13:20 orders cancelled e-5 order_id=o-1
      13:21 time
      """
    let said = lines(Self.life, script)
    #expect(said.last?.hasPrefix("open settled 1 life.illegal_transition") == true)
    #expect(said.last?.hasSuffix("on e-5 from e-4") == true, "\(said)")
  }

  @Test("of one entity with many moves no more is kept than those of the last `remember`, and each is said once")
  func manyMoves() {
    let program = Self.program(remember: .seconds(300))
    let start = EventScript.time("10:00")
    let driver = EngineDriver(program)
    for number in 0..<3_000 {
      let isOrder = number % 2 == 0
      let at = start.advanced(byMicroseconds: Int64(number) * 5_000_000)
      let text =
        #"{"type":"\#(isOrder ? "placed" : "declined")","event_id":"e-\#(number)","occurred_at":"\#(at.rfc3339)","order_id":"o-1"}"#
      driver.read([.init(topic: isOrder ? "orders.v1" : "payments.v1", timestamp: at, value: Array(text.utf8))])
      if number % 10 == 0 { driver.commit() }
      if number % 500 == 0 { driver.restart() }
    }
    driver.commit()
    let open = driver.outputs.map(OutputLine.text).filter { $0.hasPrefix("open") }
    #expect(Set(open.compactMap { $0.split(separator: " on ").last }).count >= 2_990)
    #expect(driver.engine.counters.rules["life.illegal_transition"]?.withdrawn ?? 0 == 0)
    #expect(driver.engine.footprints[0].bytes < 1 << 20)
  }
}
