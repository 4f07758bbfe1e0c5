import EventModel
import Foundation
import Testing

@testable import tenet

/// `tenet replay --pin`: a test of the events that matter.
@Suite("Pinned violations")
struct PinTests {
  /// The id of the last record of a rule with such a message.
  private func id(_ project: ReplayProject, _ rule: String, _ message: String) throws -> String {
    let records = try project.replay().out.split(separator: "\n").map { try JSONValue.parse(Array($0.utf8)) }
    let found = records.last { $0["value"]?["rule"]?.text == rule && $0["value"]?["message"]?.text?.contains(message) == true }
    return try #require(found?["value"]?["id"]?.text, "\(rule)")
  }

  /// The block, which passes among the rules of the project.
  private func pinned(_ project: ReplayProject, _ rule: String, _ message: String) throws -> String {
    let (code, out, error) = project.replay("--pin", try id(project, rule, message))
    #expect(code == .good, "\(error)")
    try project.write("Rules/pinned.tenet", out)
    let transcript = Transcript()
    let result = CommandLineTool.run(
      ["test", project.path("Rules"), "--schemas", project.path("Schemas")], verbs: [.test], console: transcript.console)
    #expect(result == .good && transcript.out.contains("1 passed, 0 failed"), "\(out)\n\(transcript.out)\(transcript.error)")
    let (format, _, _) = (
      CommandLineTool.run(["fmt", "--check", project.path("Rules/pinned.tenet")], verbs: [.fmt], console: transcript.console), 0, 0
    )
    #expect(format == .good, "\(out)")
    try FileManager.default.removeItem(atPath: project.path("Rules/pinned.tenet"))
    return out
  }

  private func project(_ events: String = ReplayProject.events, rules: String = ReplayProject.rules) throws -> ReplayProject {
    let project = try ReplayProject(rules: rules)
    try project.write(events: events)
    return project
  }

  @Test("a condition needs its one event, with the fields that the rule reads")
  func condition() throws {
    let project = try project()
    defer { project.remove() }
    let text = try pinned(project, "orders.large", "o-2")
    #expect(text.contains("at 10:01  orders.placed { event_id: \"e-2\", order_id: \"o-2\", total: 1200.00"), "\(text)")
    #expect(!text.contains("ship_to") && !text.contains("o-1") && !text.contains("time passes"), "\(text)")
    #expect(text.contains("on 2026-03-02"), "\(text)")
    #expect(text.contains("expect orders.large dated 10:01 { order_id: \"o-2\", severity: \"medium\", exposure: 1200.00 }"), "\(text)")
  }

  @Test("a deadline falls due by time that passes, and what resolved it stands beside")
  func obligation() throws {
    let project = try project()
    defer { project.remove() }
    let open = try pinned(project, "payments.paid", "o-2")
    #expect(open.contains("time passes\n  expect payments.paid dated 10:31 { order_id: \"o-2\""), "\(open)")
    #expect(!open.contains("declined"))
    let resolved = try pinned(project, "payments.paid", "o-4")
    #expect(resolved.contains("at 10:50  payments.captured"), "\(resolved)")
    #expect(resolved.contains("expect payments.paid resolved dated 10:37"), "\(resolved)")
  }

  @Test("a limit needs as many events as make it true, and is resolved when they have left")
  func limit() throws {
    let project = try project()
    defer { project.remove() }
    let text = try pinned(project, "payments.burst", "c-1")
    #expect(text.split(separator: "\n").count { $0.contains("payments.declined") } == 3, "\(text)")
    #expect(!text.contains("c-2") && text.contains("expect payments.burst resolved dated 10:05"), "\(text)")
  }

  @Test("of a window whose evidence is cut off the others of the key are looked for")
  func manyEvents() throws {
    let declines = (0..<14).map {
      "10:\($0 < 10 ? "0" : "")\($0) payments declined d-\($0) \"order_id\": \"o-1\", \"currency\": \"EUR\", \"amount\": 1, \"card\": \"c-1\""
    }
    let others = (0..<14).map {
      "10:\($0 < 10 ? "0" : "")\($0) payments declined x-\($0) \"order_id\": \"o-1\", \"currency\": \"EUR\", \"amount\": 1, \"card\": \"x-\($0)\""
    }
    let rules = ReplayProject.rules.replacing("sliding 10m", with: "sliding 1h").replacing("default 3", with: "default 12")
    let project = try project(zip(declines, others).map { "\($0)\n\($1)" }.joined(separator: "\n"), rules: rules)
    defer { project.remove() }
    let text = try pinned(project, "payments.burst", "declines")
    #expect(text.split(separator: "\n").count { $0.contains("payments.declined") } == 12, "\(text)")
  }

  @Test("evidence that came late and withdrew the violation arrives late")
  func late() throws {
    let project = try project(
      """
      10:00 orders placed e-1 "order_id": "o-1", "currency": "EUR", "total": 20.00
      10:45 orders placed e-2 "order_id": "o-2", "currency": "EUR", "total": 20.00
      10:46 time
      10:20 payments captured e-3 "order_id": "o-1", "currency": "EUR", "amount": 20.00
      10:50 time
      """)
    defer { project.remove() }
    let text = try pinned(project, "payments.paid", "o-1")
    #expect(text.contains("arrives at 10:46") && text.contains("expect payments.paid withdrawn dated 10:30"), "\(text)")
  }

  @Test("topics that were read one after the other are put in order of time")
  func topicByTopic() throws {
    let project = try project(
      """
      10:00 orders placed e-1 "order_id": "o-1", "currency": "EUR", "total": 20.00
      20:00 orders placed e-2 "order_id": "o-2", "currency": "EUR", "total": 20.00
      10:45 payments captured e-3 "order_id": "o-1", "currency": "EUR", "amount": 20.00
      20:00 payments captured e-4 "order_id": "o-2", "currency": "EUR", "amount": 20.00
      """)
    defer { project.remove() }
    let text = try pinned(project, "payments.paid", "o-1")
    #expect(text.contains("expect payments.paid resolved dated 10:30"), "\(text)")
    #expect(!text.contains("arrives"), "\(text)")
  }

  @Test("values of every type come again as they were, and what is missing is said to be")
  func values() throws {
    let rules = """
      rule orders.odd {
        on orders.placed as o
        when o.lines.exists(l, l.quantity < 0) && o.?ship_to.?country.orValue("?") == "?" && o.due_at > o.at && o.total >= 0
        violation "odd {o.order_id} \\"{o.currency}\\""
      }
      """
    let project = try project(
      #"10:00 orders placed e-1 "order_id": "o \"1\"\n", "currency": "E\\R", "total": 1.5, "due_at": "2026-03-03T10:00:00.5+01:00", "lines": [{"sku": "a", "quantity": -2}]"#,
      rules: rules)
    defer { project.remove() }
    let text = try pinned(project, "orders.odd", "odd")
    #expect(text.contains(#"timestamp("2026-03-03T09:00:00.5Z")"#) && text.contains(#"[{"sku": "a", "quantity": -2}]"#), "\(text)")
  }

  @Test("an id that no violation has is the input's fault")
  func unknown() throws {
    let project = try project()
    defer { project.remove() }
    let (code, _, error) = project.replay("--pin", String(repeating: "0", count: 32))
    #expect(code == .input && error.contains("has the id"))
  }
}
