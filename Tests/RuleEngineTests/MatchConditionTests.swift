import EventModel
import RuleLanguage
import TestKit
import Testing

@testable import RuleEngine

@Suite("Conditions")
struct MatchConditionTests {
  static func condition(
    on kinds: [EventPattern.Kind] = [Hand.placed], where condition: CheckedExpression? = nil, isKeyed: Bool = false,
    streams: [CheckedStream] = Hand.streams
  ) -> CheckedProgram {
    let rule = Hand.rule(
      "many", [Hand.pattern(kinds, where: condition)], .condition, when: .call(">", .field("n"), Expression.int(2)),
      notes: Hand.notes(
        [.expression(.field("n")), .text(" of "), .expression(CheckedExpression(.wholeKey, type: .string, span: Fixture.nowhere))],
        exposure: Hand.typed(.field("total"), .decimal)), isKeyed: isKeyed)
    return Fixture.program(streams, [rule])
  }

  @Test("each event for which it holds is said at once, and once more when the clock is past it by the lateness")
  func life() {
    #expect(
      lines(
        Self.condition(),
        """
        10:00:00 orders placed e-1 order_id=o-1 n=3 total="2.50"
        10:00:01 orders placed e-2 order_id=o-2 n=2
        10:00:01 orders cancelled e-3 order_id=o-2 n=9
        10:00:35 time
        10:00:35.000001 time
        10:05 time
        """) == [
          #"open 1 many {"order_id":"o-1"} at 10:00:00 medium "3 of o-1" exposure 2.50 EUR on e-1"#,
          #"open settled 2 many {"order_id":"o-1"} at 10:00:00 medium "3 of o-1" exposure 2.50 EUR on e-1"#,
        ])
  }

  @Test("one that comes when the clock is past it already is settled at once, and nothing is remembered of it")
  func lateIsSettled() {
    let driver = EngineDriver(Self.condition())
    _ = driver.run(
      EventScript("10:00 orders placed e-1 order_id=o-1 n=1\n10:10 time\n10:10:01 orders placed e-2 order_id=o-2 n=3 at=10:00"))
    #expect(driver.outputs.map(OutputLine.text) == [#"open settled 1 many {"order_id":"o-2"} at 10:00:00 medium "3 of o-2" on e-2"#])
    #expect(driver.engine.footprints.map(\.keys) == [0])
  }

  @Test("the clock is the least of all streams that it names, and the lateness the largest")
  func twoStreams() {
    var streams = Hand.streams
    streams[1].lateness = .seconds(60)
    #expect(
      lines(
        Self.condition(on: [Hand.placed, Hand.captured], streams: streams),
        """
        10:00:00 orders placed e-1 order_id=o-1 n=3
        10:00:01 payments captured e-2 order_id=o-1 n=4
        10:01:30 time but payments
        10:01:30 time
        10:01:30.000001 time
        10:01:31.000001 time
        """) == [
          #"open 1 many {"order_id":"o-1"} at 10:00:00 medium "3 of o-1" on e-1"#,
          #"open 1 many {"order_id":"o-1"} at 10:00:01 medium "4 of o-1" on e-2"#,
          #"open settled 2 many {"order_id":"o-1"} at 10:00:00 medium "3 of o-1" on e-1"#,
          #"open settled 2 many {"order_id":"o-1"} at 10:00:01 medium "4 of o-1" on e-2"#,
        ])
  }

  @Test("what cannot be judged is undetermined, whether by `where` or by `when`; a `where` that does not hold is not")
  func undetermined() {
    let driver = EngineDriver(Self.condition(where: .call("<", .field("n"), Expression.int(9))))
    _ = driver.run(
      EventScript(
        """
        10:00 orders placed e-1 order_id=o-1 n=x
        10:00 orders placed e-2 order_id=o-1
        10:00 orders placed e-3 order_id=o-1 n=10
        10:00 orders placed e-4 order_id=o-1 n=8
        """))
    #expect(driver.outputs.map(OutputLine.text) == [#"open 1 many {"order_id":"o-1"} at 10:00:00 medium "8 of o-1" on e-4"#])
    #expect(driver.engine.counters.rules["many"]?.undetermined == ["error": 2])
  }

  @Test("an event of a stream without ids is named by its place, whole numbers are ids as they stand")
  func anchors() {
    var streams = Hand.streams
    (streams[0].id, streams[0].idSpan) = (nil, nil)
    let script = "10:00 orders placed e-1 order_id=o-1 n=3\n10:00 orders placed e-1 order_id=o-1 n=3 p=1"
    let said = lines(Self.condition(streams: streams), script, partitions: ["orders.v1": 2])
    #expect(
      said == [
        #"open 1 many {"order_id":"o-1"} at 10:00:00 medium "3 of o-1" on orders.v1/0@0"#,
        #"open 1 many {"order_id":"o-1"} at 10:00:00 medium "3 of o-1" on orders.v1/1@0"#,
      ])
    let driver = EngineDriver(Self.condition(streams: streams), partitions: ["orders.v1": 2])
    _ = driver.run(EventScript(script))
    let ids = driver.outputs.compactMap { $0.value.flatMap { try? JSONValue.parse($0) }?["id"]?.text }
    #expect(ids == [0, 1].map { Identity.hash(of: Array("[\"many\",\"us-east-1\",[\"o-1\"],[[\"orders.v1\",\($0),0]]]".utf8)) })
  }

  @Test("the id is that of the rule, the region, the key and the event")
  func identity() {
    let driver = EngineDriver(Self.condition(isKeyed: true))
    _ = driver.run(EventScript("10:00 orders placed e-1 order_id=o-1 n=3"))
    let ids = driver.outputs.compactMap { $0.value.flatMap { try? JSONValue.parse($0) }?["id"]?.text }
    #expect(ids == [Identity.hash(of: Array(#"["many","us-east-1",["o-1"],[["orders","e-1"]]]"#.utf8))])
  }

  @Test("a slot that goes away and comes back with its rows settles what it said, once")
  func movedSlot() {
    let options = Engine.Options(region: "us-east-1", slots: 1)
    let driver = EngineDriver(Self.condition(), options: options)
    _ = driver.run(
      EventScript("10:00 orders placed e-1 order_id=o-1 n=3\n10:00:01 restart\n10:00:02 restart\n10:01 time\n10:02 restart\n10:03 time"))
    #expect(driver.outputs.map(OutputLine.text).map { $0.prefix(14) } == ["open 1 many {\"", "open settled 2"])
    #expect(driver.rows.flatMap { $0.keys }.filter { $0.table >= 16 }.isEmpty)
  }
}
