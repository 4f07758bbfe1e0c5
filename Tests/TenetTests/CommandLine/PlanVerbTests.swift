import EventModel
import Foundation
import Testing

@testable import tenet

/// `tenet plan`, as operators see it before they deploy other rules.
@Suite("The verb `plan`")
struct PlanVerbTests {
  private func plan(_ change: (String) -> String) throws -> (code: ExitCode, out: String, rules: [String: JSONValue]) {
    let project = try ReplayProject()
    defer { project.remove() }
    try project.write(rules: change(ReplayProject.rules), in: "New")
    let words = [project.path("Rules"), project.path("New")]
    let (code, out, error) = project.call(.plan, words[0], words[1])
    #expect(code == .good, "\(error)")
    let json = try project.call(.plan, words[0], words[1], "--format", "json").out.split(separator: "\n").map {
      try JSONValue.parse(Array($0.utf8))
    }
    return (code, out, Dictionary(uniqueKeysWithValues: json.map { ($0["rule"]?.text ?? "", $0) }))
  }

  @Test("rules that stay, or say other words, keep their state")
  func kept() throws {
    let (_, out, rules) = try plan {
      $0.replacing("was not paid", with: "waits for money").replacing("o.total > review_limit", with: "o.total > 5")
    }
    #expect(rules.values.allSatisfy { $0["state"]?.text == "kept" && $0["sure_after"]?.text == "0s" }, "\(out)")
    #expect(out.hasSuffix("4 kept, 0 new, 0 dropped\n"), "\(out)")
  }

  @Test(
    "what changed is named, and the rule begins anew",
    arguments: [
      ("by card", "by card = d.order_id", "payments.burst", ["key"]),
      ("where has(d.card)", "where has(d.card) && d.amount > 1", "payments.burst", ["where"]),
      ("unless orders.cancelled\n", "\n", "payments.paid", ["streams", "pattern"]),
      ("when count() >= most", "when count() >= most && distinct(d.order_id) > 1", "payments.burst", ["window functions"]),
      ("tumbling 1h", "tumbling 2h", "revenue", ["window"]),
      ("{order_id} was not paid", "{order_id} was not paid: {o.?card.orValue('-')}", "payments.paid", ["fields kept"]),
    ])
  func changed(_ old: String, _ new: String, _ rule: String, _ parts: [String]) throws {
    let (_, out, rules) = try plan { $0.replacing(old, with: new) }
    let entry = try #require(rules[rule])
    #expect(entry["state"]?.text == "new", "\(out)")
    let changed = entry["changed"]?.elements?.compactMap(\.text) ?? []
    #expect(Set(changed).isSuperset(of: parts), "\(out)")
    #expect(out.contains("what it remembers is dropped: its "), "\(out)")
  }

  @Test("a longer span keeps the state, and says from when it is sure; a shorter one keeps it, too")
  func spans() throws {
    let (_, out, longer) = try plan { $0.replacing("sliding 10m", with: "sliding 25m").replacing("default 30m", with: "default 20m") }
    #expect(longer["payments.burst"]?["state"]?.text == "kept" && longer["payments.burst"]?["sure_after"]?.text == "15m", "\(out)")
    #expect(longer["payments.paid"]?["state"]?.text == "kept" && longer["payments.paid"]?["sure_after"]?.text == "0s", "\(out)")
    #expect(out.contains("10m are 25m now; sure from deploy + 15m") && out.contains("30m are 20m now; sure at once"), "\(out)")
  }

  @Test("new and dropped rules; a new one is sure when it has seen as much as it looks back")
  func newAndDropped() throws {
    let rule = """

      rule payments.unordered { by order_id  on payments.captured  expect orders.placed within 1h before  violation "no order" }
      """
    let (_, out, rules) = try plan { $0.replacing("kpi revenue", with: "kpi turnover") + rule }
    #expect(rules["payments.unordered"]?["state"]?.text == "new" && rules["payments.unordered"]?["sure_after"]?.text == "1h3s", "\(out)")
    #expect(rules["revenue"]?["state"]?.text == "dropped")
    #expect(rules["turnover"]?["sure_from_window_after"]?.text == "2s", "\(out)")
    #expect(out.hasSuffix("3 kept, 2 new, 1 dropped\n"), "\(out)")
  }

  @Test("`was` keeps state and ids over a renaming")
  func renamed() throws {
    let (_, out, rules) = try plan {
      $0.replacing("rule payments.burst {", with: "rule cards.burst {").replacing(
        "violation \"{count()} declines on {card}\"", with: "was \"payments.burst\"  violation \"{count()} declines on {card}\"")
    }
    #expect(rules["cards.burst"]?["state"]?.text == "kept" && rules["cards.burst"]?["was"]?.text == "payments.burst", "\(out)")
    #expect(out.contains("`payments.burst` until now: its ids stay"), "\(out)")
  }

  @Test("two folders are asked for")
  func operands() {
    let transcript = Transcript()
    let code = CommandLineTool.run(["plan", "Rules"], verbs: [.plan], console: transcript.console)
    #expect(code == .call && transcript.error.contains("takes two folders"))
  }
}
