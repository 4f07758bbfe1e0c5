import EventModel
import RuleEngine
import RuleLanguage
import TestKit
import Testing

/// What becomes of state when the rules are others at the next start (language.md 24, protocol.md 10).
@Suite("State of rules that change")
struct DroppedStateTests {
  private static func timeout(
    _ name: String, minutes: Int, says text: String = "unpaid", expecting kind: EventPattern.Kind = Hand.captured
  ) -> CheckedRule {
    Hand.rule(
      name, [Hand.pattern([Hand.placed]), Hand.pattern([kind], as: .expect)],
      Hand.obligation(within: .seconds(60 * minutes)), notes: Hand.notes([.text(text)]))
  }

  /// An engine of two rules that wait for the payment of some orders; then another one from its rows.
  private static func restarted(orders: Int = 3, with rules: [CheckedRule]) -> EngineDriver {
    let driver = EngineDriver(Hand.program(timeout("kept", minutes: 30), timeout("other", minutes: 40)))
    let events = (0..<orders).map { "10:00 orders placed e-\($0) order_id=o-\($0) total=\"20.00\"" }
    _ = driver.run(EventScript(events.joined(separator: "\n")))
    driver.restart(with: Fixture.program(Hand.streams, rules))
    return driver
  }

  private static func said(_ driver: EngineDriver) -> [String] { driver.outputs.map { OutputLine.text($0) } }

  @Test("a rule that stays, or says other words, keeps what it remembers")
  func kept() {
    let driver = Self.restarted(orders: 1, with: [Self.timeout("kept", minutes: 30, says: "no money"), Self.timeout("other", minutes: 40)])
    #expect(driver.engine.dropped.isEmpty)
    _ = driver.run(EventScript("10:45 time"))
    #expect(Self.said(driver).count { $0.contains("kept") && $0.contains("no money") } == 1)
    #expect(Self.said(driver).count { $0.contains("other") } == 1)
  }

  @Test("the rows of a rule that is gone, or waits for something else, are told and erased; the others stay")
  func dropped() {
    for rules in [
      [Self.timeout("kept", minutes: 30)],
      [Self.timeout("kept", minutes: 30), Self.timeout("other", minutes: 40, expecting: Hand.declined)],
    ] {
      let driver = Self.restarted(with: rules)
      #expect(Array(driver.engine.dropped.keys) == ["other"])
      _ = driver.run(EventScript("10:01 time"))
      driver.restart()
      #expect(driver.engine.dropped.isEmpty)
      _ = driver.run(EventScript("11:45 time"))
      #expect(Self.said(driver).count { $0.contains(" kept ") } == 3)
      #expect(Self.said(driver).allSatisfy { !$0.contains(" other ") })
    }
  }

  @Test("a rule that comes back begins anew: the number of a table is never used again")
  func back() {
    let driver = Self.restarted(with: [Self.timeout("kept", minutes: 30)])
    _ = driver.run(EventScript("10:01 time"))
    let both = Fixture.program(Hand.streams, [Self.timeout("kept", minutes: 30), Self.timeout("other", minutes: 40)])
    driver.restart(with: both)
    _ = driver.run(EventScript("10:04 time\n10:10 orders placed e-9 order_id=o-9\n11:45 time"))
    #expect(Self.said(driver).filter { $0.contains(" other ") && $0.contains("on e-9") }.count == 1)
    #expect(Self.said(driver).allSatisfy { !$0.contains(" other ") || $0.contains("on e-9") }, "\(Self.said(driver))")
  }

  @Test("state that another version wrote is refused with the rule's name: nobody reads it wrongly")
  func otherFormat() throws {
    let rules = [Self.timeout("kept", minutes: 30)]
    let driver = Self.restarted(with: rules)
    let written = driver.rows.enumerated().filter { $0.element.keys.contains { $0.table == 0 && $0.key.first == UInt8(ascii: "T") } }
    #expect(!written.isEmpty)
    for (slot, rows) in written {
      // Of a table's row, what stands behind its placement is the form of its rows.
      let others = rows.map { row, value in
        var value = value
        if row.table == 0, row.key.first == UInt8(ascii: "T"), let end = value.lastRange(of: Array("murmur2".utf8))?.upperBound {
          value[end] += 1
        }
        return RowChange(row: row, value: value)
      }
      let engine = Engine(program: Fixture.program(Hand.streams, rules), options: driver.options)
      let error = #expect(throws: RowFormatError.self) { try engine.load(slot: slot, others) }
      #expect(error?.description.contains("row format 3") == true && error?.description.contains("run the version that wrote it") == true)
    }
  }
}

extension Array where Element: Equatable {
  fileprivate func lastRange(of part: [Element]) -> Range<Int>? {
    indices.reversed().first { self[$0...].starts(with: part) }.map { $0..<($0 + part.count) }
  }
}
