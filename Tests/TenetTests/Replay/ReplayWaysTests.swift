import EventModel
import Foundation
import Testing

@testable import tenet

/// What `tenet replay` makes of recorded events besides their outputs: comparisons, sweeps and tests.
@Suite("Replays that compare")
struct ReplayWaysTests {
  private func project() throws -> ReplayProject {
    let project = try ReplayProject()
    try project.write(events: ReplayProject.events)
    return project
  }

  private func lines(_ text: String) throws -> [JSONValue] { try text.split(separator: "\n").map { try JSONValue.parse(Array($0.utf8)) } }

  @Test("verdicts that could not be given are told with their key, instant and reason")
  func undetermined() throws {
    let project = try project()
    defer { project.remove() }
    try project.write(events: "10:00 orders placed o-broken \"order_id\": \"o-broken\", \"total\": \"many\"\n12:00 time")
    let line = "undetermined: orders.large { order_id: o-broken } at 2026-03-02T10:00:00Z: error"
    #expect(project.replay().error.split(separator: "\n").contains { $0 == line }, "\(project.replay().error)")
    let last = try #require(try lines(project.replay("--format", "json").error).last?["undetermined_last"]?.elements)
    #expect(
      last.contains { $0["rule"]?.text == "orders.large" && $0["reason"]?.text == "error" && $0["key"]?["order_id"]?.text == "o-broken" })
  }

  @Test("of the same rules nothing is said otherwise")
  func same() throws {
    let project = try project()
    defer { project.remove() }
    let (code, out, _) = project.replay("--against", project.path("Rules"))
    #expect(code == .good)
    #expect(out.hasPrefix("rule"), "\(out)")
    #expect(!out.contains("~ ") && !out.contains("+++"))
    let summary = try #require(
      try lines(project.replay("--against", project.path("Rules"), "--format", "json").out).last?["summary"]?.elements)
    #expect(summary.map { $0["rule"]?.text } == ["orders.large", "payments.burst", "payments.paid", "revenue"])
    #expect(
      summary.allSatisfy { $0["otherwise"] == .number("0") && $0["only_rules"] == .number("0") && $0["only_against"] == .number("0") })
  }

  @Test("other rules: what only one side says, and the members that differ, with a summary of each rule")
  func against() throws {
    let project = try project()
    defer { project.remove() }
    let other = ReplayProject.rules.replacing("o.total > review_limit", with: "o.total > 1300").replacing("default 3 ", with: "default 2 ")
      .replacing("when exposure > 100", with: "when exposure > 1400").replacing("30m", with: "45m")
    try project.write(rules: other, in: "Other")
    let (code, out, _) = project.replay("--against", project.path("Other"))
    #expect(code == .good)
    #expect(out.contains("--- Rules\n+++ Other\n"), "\(out)")
    #expect(out.contains("- orders.large  open  2026-03-02T10:01:00Z  { order_id: o-2 }  order o-2 of 1200.00"), "\(out)")
    #expect(out.contains("~ payments.paid  open  2026-03-02T10:31:00Z  { order_id: o-2 }"), "\(out)")
    #expect(out.contains("    severity: high → medium\n"), "\(out)")
    #expect(out.contains("    at: 2026-03-02T10:31:00Z → 2026-03-02T10:46:00Z\n"), "\(out)")
    let json = try lines(project.replay("--against", project.path("Other"), "--format", "json").out)
    let only = json.filter { $0["only"] == .string("rules") }.compactMap { $0["record"]?["rule"]?.text }
    #expect(only.contains("orders.large"))
    let otherwise = try #require(json.first { $0["otherwise"] != nil && $0["rules"]?["rule"]?.text == "payments.paid" })
    #expect(otherwise["otherwise"]?.elements?.contains(.string("severity")) == true)
  }

  @Test("a renamed rule says the same under its oldest ids")
  func renamed() throws {
    let project = try project()
    defer { project.remove() }
    let other = ReplayProject.rules.replacing("rule orders.large {", with: "rule orders.big {").replacing(
      "violation \"order {o.order_id} of", with: "was \"orders.large\"  violation \"order {o.order_id} of")
    try project.write(rules: other, in: "Other")
    let (code, out, error) = project.replay("--against", project.path("Other"))
    #expect(code == .good, "\(error)")
    #expect(out.contains("    rule: orders.large → orders.big\n"), "\(out)")
    #expect(!out.contains("\n- orders") && !out.contains("\n+ orders"), "\(out)")
  }

  @Test(
    "a sweep counts what stands for each value of a param",
    arguments: [
      ("review_limit=1000..1600/200", ["1000": 2, "1200": 1, "1400": 1, "1600": 0], "orders.large"),
      ("payments.burst.most=2..4", ["2": 1, "3": 1, "4": 0], "payments.burst"),
      ("payments.paid.wait=30m..50m/10m", ["30m": 2, "40m": 2, "50m": 1], "payments.paid"),
    ])
  func sweep(_ sweep: String, _ counts: [String: Int], _ rule: String) throws {
    let project = try project()
    defer { project.remove() }
    let (code, out, error) = project.replay("--sweep", sweep, "--format", "json")
    #expect(code == .good, "\(error)")
    var found: [String: Int] = [:]
    for line in try lines(out) {
      guard case .number(let number)? = line["rules"]?[rule] ?? .number("0"), let value = line["value"]?.plain else { continue }
      found[value] = Int(number)
    }
    #expect(found == counts, "\(out)")
    let table = project.replay("--sweep", sweep).out.split(separator: "\n")
    #expect(table.count == counts.count + 1 && table.first?.contains("violations  \(rule)") == true, "\(table)")
  }

  @Test("without a step there are ten")
  func steps() throws {
    let project = try project()
    defer { project.remove() }
    let values = try lines(project.replay("--sweep", "review_limit=1000.00..1500.00", "--format", "json").out).compactMap {
      $0["value"]?.text
    }
    #expect(values == stride(from: 1000, through: 1500, by: 50).map { "\($0).00" })
    let spans = try lines(project.replay("--sweep", "payments.paid.wait=1m..2m", "--format", "json").out).compactMap { $0["value"]?.text }
    #expect(spans.count == 11 && spans[1] == "1m6s", "\(spans)")
  }

  @Test(
    "a sweep that is none is the call's fault",
    arguments: [
      ("review_limt=1..2", "did you mean `review_limit`?"), ("review_limit", "no param with its values"),
      ("review_limit=5..1", "to a larger one"), ("payments.paid.wait=1..2", "no value of `payments.paid.wait`"),
      ("review_limit=1..1000/1", "more than 200 values"),
    ])
  func badSweep(_ sweep: String, _ said: String) throws {
    let project = try project()
    defer { project.remove() }
    let (code, _, error) = project.replay("--sweep", sweep)
    #expect(code == .call && error.contains(said), "\(error)")
  }

  @Test("two ways at once are the call's fault")
  func ways() throws {
    let project = try project()
    defer { project.remove() }
    let (code, _, error) = project.replay("--standing", "--pin", "0")
    #expect(code == .call && error.contains("`--standing` does not go with `--pin`"))
  }
}
