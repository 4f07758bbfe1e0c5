import EventModel
import RuleEngine
import RuleLanguage
import TestKit
import Testing

/// What becomes of state when a span is another one, or a rule is called otherwise (language.md 24).
@Suite("State of rules that look further, or have another name")
struct GrownStateTests {
  private static func unordered(minutes: Int) -> CheckedRule {
    Hand.rule(
      "unordered", [Hand.pattern([Hand.captured]), Hand.pattern([Hand.placed], as: .expect)],
      Hand.obligation(.before, within: .seconds(60 * minutes)))
  }

  private static func unpaid(minutes: Int) -> CheckedRule {
    Hand.rule(
      "unpaid", [Hand.pattern([Hand.placed]), Hand.pattern([Hand.captured], as: .expect)], Hand.obligation(within: .seconds(60 * minutes)))
  }

  /// Two in the window, no more and no less: not early.
  private static func pair(minutes: Int, name: String = "pair", was former: String? = nil) -> CheckedRule {
    let two = CheckedExpression.call("==", Hand.aggregate(0), Expression.int(2))
    var notes = Hand.notes()
    notes.was = former
    return Hand.rule(
      name, [Hand.pattern([Hand.placed])], .limit(.sliding(.fixed(.seconds(60 * minutes)))), when: two, functions: [Hand.function(.count)],
      notes: notes)
  }

  /// What is said after the rules have become others.
  private static func said(_ before: CheckedRule, _ script: String, _ now: CheckedRule, _ rest: String) -> [String] {
    // A restart in between changes nothing, nor does one after the first commit.
    let ways = [0, 1, 2].map { way in
      let driver = EngineDriver(Hand.program(before))
      _ = driver.run(EventScript(script))
      let known = driver.outputs.count
      driver.restart(with: Hand.program(now))
      if way == 1 { driver.restart() }
      _ = driver.run(EventScript(rest), way == 2 ? .restarted : .straight)
      return driver.outputs.dropFirst(known).map { OutputLine.text($0) }
    }
    #expect(ways[0] == ways[1] && ways[0] == ways[2])
    return ways[0]
  }

  @Test("an obligation that waits longer goes on with what it waits for, to the new deadline")
  func longerDeadline() {
    let said = Self.said(
      Self.unpaid(minutes: 30), "10:00 orders placed e-1 order_id=o-1\n10:20 time", Self.unpaid(minutes: 40), "10:39 time\n10:45 time")
    #expect(said.filter { $0.hasPrefix("open") }.count == 1 && said.allSatisfy { $0.contains("at 10:40:00") }, "\(said)")
  }

  @Test("an obligation that waits less falls due at its new deadline")
  func shorterDeadline() {
    let said = Self.said(
      Self.unpaid(minutes: 30), "10:00 orders placed e-1 order_id=o-1\n10:15 time", Self.unpaid(minutes: 20), "10:25 time")
    #expect(said.filter { $0.hasPrefix("open") }.count == 1 && said.allSatisfy { $0.contains("at 10:20:00") }, "\(said)")
  }

  @Test("one that looks further back is undetermined until it has seen as much, and then sure")
  func furtherBack() {
    let begin = "10:00 orders placed e-1 order_id=o-1\n12:00 time"
    // Known from half an hour before noon on: 12:20 looks back to 11:20, 12:35 to 11:35.
    let rest = "12:20 payments captured p-1 order_id=o-2\n12:35 payments captured p-2 order_id=o-3\n12:45 time"
    let longer = Self.said(Self.unordered(minutes: 30), begin, Self.unordered(minutes: 60), rest)
    #expect(longer.filter { $0.hasPrefix("open") }.count == 1 && longer.allSatisfy { $0.contains("on p-2") }, "\(longer)")
    // As long as before: both are sure.
    #expect(Self.said(Self.unordered(minutes: 30), begin, Self.unordered(minutes: 30), rest).filter { $0.hasPrefix("open") }.count == 2)
    // Shorter: both are, too.
    #expect(Self.said(Self.unordered(minutes: 30), begin, Self.unordered(minutes: 10), rest).filter { $0.hasPrefix("open") }.count == 2)
  }

  @Test("what is kept already counts for the longer span")
  func keptBefore() {
    let said = Self.said(
      Self.unordered(minutes: 30), "10:00 orders placed e-1 order_id=o-1\n10:20 time", Self.unordered(minutes: 60),
      "10:55 payments captured p-1 order_id=o-1\n11:00 time")
    #expect(said.isEmpty, "\(said)")
  }

  @Test("a window that became longer keeps its events, and speaks when it is wholly known")
  func longerWindow() {
    let begin = "10:00 orders placed e-1 order_id=o-1\n12:00 time\n12:05 orders placed e-2 order_id=o-1\n12:06 time"
    let rest =
      "12:07 orders placed e-3 order_id=o-1\n12:08 time\n12:30 orders placed e-4 order_id=o-2\n12:31 orders placed e-5 order_id=o-2\n12:40 time"
    let said = Self.said(Self.pair(minutes: 10), begin, Self.pair(minutes: 20), rest)
    #expect(said.contains { $0.contains("o-2") && $0.hasPrefix("open") }, "\(said)")
    // At 12:07 the window goes back to 11:47, and what was before 11:56 may be forgotten.
    #expect(!said.contains { $0.contains("o-1") && $0.contains("at 12:07:00") }, "\(said)")
    let shorter = Self.said(Self.pair(minutes: 10), begin, Self.pair(minutes: 5), rest)
    #expect(shorter.contains { $0.contains("o-1") && $0.contains("at 12:07:00") }, "\(shorter)")
  }

  @Test("the span of a state grows once: the next start finds it grown")
  func once() {
    let driver = EngineDriver(Hand.program(Self.unordered(minutes: 30)))
    _ = driver.run(EventScript("10:00 orders placed e-1 order_id=o-1\n12:00 time"))
    driver.restart(with: Hand.program(Self.unordered(minutes: 60)))
    _ = driver.run(EventScript("12:40 time"))
    driver.restart()
    _ = driver.run(EventScript("12:50 payments captured p-1 order_id=o-2\n12:55 time"))
    #expect(driver.outputs.contains { OutputLine.text($0).contains("on p-1") })
  }

  @Test("under another name a rule keeps state and ids, and its records say the new one")
  func renamed() {
    let driver = EngineDriver(Hand.program(Self.pair(minutes: 30)))
    _ = driver.run(EventScript("10:00 orders placed e-1 order_id=o-1\n10:01 orders placed e-2 order_id=o-1\n10:03 time"))
    driver.restart(with: Hand.program(Self.pair(minutes: 30, name: "twins", was: "pair")))
    #expect(driver.engine.dropped.isEmpty)
    _ = driver.run(EventScript("10:04 orders placed e-3 order_id=o-1\n10:06 time"))
    let records = driver.outputs.compactMap { $0.value.flatMap { try? JSONValue.parse($0) } }
    #expect(Set(records.compactMap { $0["id"]?.text }).count == 1, "\(records.map(\.compact))")
    #expect(records.first?["rule"]?.text == "pair" && records.last?["rule"]?.text == "twins")
    #expect(records.last?["state"]?.text == "resolved")
  }

  @Test("a KPI under another name goes on under its old key")
  func renamedKPI() {
    func kpi(_ name: String, was former: String? = nil) -> CheckedProgram {
      var notes = Hand.notes()
      notes.was = former
      return Hand.program(
        Hand.rule(
          name, [Hand.pattern([Hand.placed])],
          .kpi(Measure(window: .tumbling(.seconds(3600)), expression: Hand.aggregate(0), emitEvery: nil)),
          functions: [Hand.function(.count)],
          notes: notes))
    }
    let driver = EngineDriver(kpi("placed"))
    _ = driver.run(EventScript("10:00 orders placed e-1 order_id=o-1\n10:10 time"))
    driver.restart(with: kpi("orders", was: "placed"))
    _ = driver.run(EventScript("10:20 orders placed e-2 order_id=o-1\n11:05 time"))
    let last = driver.outputs.last
    #expect(last.map { OutputLine.text($0) }?.contains("orders {\"order_id\":\"o-1\"} 10:00:00 to 11:00:00 = 2") == true)
    #expect(last?.key.map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("[\"placed\",") == true)
  }
}
