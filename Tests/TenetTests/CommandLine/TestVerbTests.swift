import Foundation
import TestKit
import Testing

@testable import tenet

/// `tenet test`, as authors see it: tests of the repository's own rules.
@Suite("The verb `test`")
struct TestVerbTests {
  private static let fixtures = """
    fixture t_order = orders.placed { order_id: "o-1", currency: "EUR", total: 20.00, lines: [{"quantity": 2, "price": 10.00}] }
    fixture t_capture = payments.captured { order_id: "o-1", payment_id: "p-1", currency: "EUR", amount: 20.00 }

    """

  private func run(_ tests: String, _ options: [String] = ["--filter", "mine"]) throws -> (code: ExitCode, out: String, error: String) {
    let file = FileManager.default.temporaryDirectory.appending(path: "tenet-test-\(UUID().uuidString).tenet")
    try (Self.fixtures + tests).write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let transcript = Transcript()
    let words = ["test", repository.appending(path: "Rules").path, file.path, "--schemas", repository.appending(path: "Schemas").path]
    let code = CommandLineTool.run(words + options, verbs: [.test], console: transcript.console)
    return (code, transcript.out.replacing(file.path, with: "mine.tenet"), transcript.error.replacing(file.path, with: "mine.tenet"))
  }

  @Test("the tests of the repository's rules pass")
  func ownRules() throws {
    let (code, out, error) = try run("", [])
    #expect(code == .good && !error.contains("error["), "\(error)")
    #expect(out.wholeMatch(of: /[1-9]\d+ passed, 0 failed(, [1-9]\d* skipped)?\n/) != nil, "\(out)")
  }

  @Test("what fails is told with its line, what there is, and what differs")
  func failure() throws {
    let (code, out, _) = try run(
      """
      test "mine: one" {
        at 10:00  t_order
        at 10:16  time passes
        expect payments.capture_timeout dated 10:15 { order_id: "o-2", exposure: 21.00 }
      }
      test "mine: two" {
        cases (total, wrong) { (20.00, false) (21.00, false) (21.00, true) }
        at 10:00  t_order { total: total }
        expect orders.total_adds_up when wrong
      }
      """)
    #expect(code == .input)
    #expect(
      out == """
        failed: mine: one
          --> mine.tenet:6:3
            expect payments.capture_timeout dated 10:15 { order_id: "o-2", exposure: 21.00 }
            expected 1 open, there are 0
            - open dated 2026-01-05T10:15:00Z { order_id: "o-1" } "order o-1 was not paid in 15 minutes"
              order_id is "o-1", not "o-2"
              exposure is "20.00", not "21.00"

        failed: mine: two (total = 21.00, wrong = false)
          --> mine.tenet:11:3
            expect orders.total_adds_up when wrong
            this holds, and `when` is false
            - open dated 2026-01-05T10:00:00Z { order_id: "o-1" } "order o-1: total 21.00 EUR is not lines + shipping + tax - discount"

        2 passed, 2 failed

        """)
  }

  @Test("shadow rules are tested like others, and one that is off says nothing", arguments: ["active", "shadow", "off"])
  func mode(_ mode: String) throws {
    let rule = "rule mine.large {\n  on orders.placed as o\n  when o.total > 10.00\n  mode \(mode)\n  violation \"large\"\n}\n"
    let expectation = mode == "off" ? "expect no mine.large" : "expect mine.large { order_id: \"o-1\" }"
    let (code, out, _) = try run(rule + "test \"mine\" {\n  at 10:00  t_order\n  \(expectation)\n}\n")
    #expect(code == .good && out == "1 passed, 0 failed\n", "\(out)")
  }

  @Test(
    "that there is no violation, where that is not to hold, expects what there is",
    arguments: [(11, "1 passed"), (9, "0 passed, 1 failed")])
  func doubleNegation(_ total: Int, _ outcome: String) throws {
    let rule = "rule mine.large {\n  on orders.placed as o\n  when o.total > 10.00\n  violation \"large\"\n}\n"
    let (_, out, _) = try run(
      rule + "test \"mine\" {\n  at 10:00  t_order { total: \(total).00 }\n  expect no mine.large when false\n}\n")
    #expect(out.hasSuffix("\n") && out.contains(outcome), "\(out)")
  }

  @Test("a violation of a rule that a test names, and no expectation matches, fails it")
  func unexpected() throws {
    let (code, out, _) = try run(
      """
      test "mine" {
        at 10:00  t_order
        at 10:00  t_order { order_id: "o-2" }
        at 10:16  time passes
        expect payments.capture_timeout { order_id: "o-1" }
      }
      """)
    #expect(code == .input)
    #expect(out.contains("a violation of payments.capture_timeout stands that nothing expects\n    - open dated"))
    #expect(out.contains(#"{ order_id: "o-2" }"#) && out.hasSuffix("0 passed, 1 failed\n"))
  }

  @Test("expectations of KPIs: the value, its window, what there is instead")
  func values() throws {
    let (_, out, _) = try run(
      """
      test "mine: right" {
        at 10:00:10  t_order
        at 10:02     time passes
        expect orders.sales == 20 from 10:00 { currency: "EUR" }
        expect orders.sales > 20.00 when false
        expect no orders.sales == 5.00
        expect orders.sales != 5.00
        expect orders.sales == 20.00 from 11:00 when false
      }
      test "mine: wrong" {
        at 10:00:10  t_order
        at 10:05     time passes
        expect orders.sales < 20.00
        expect orders.sales == 20.00 from 11:00
      }
      """)
    #expect(
      out == """
        failed: mine: wrong
          --> mine.tenet:15:3
            expect orders.sales < 20.00
            the value is "20.00"
            - "20.00" from 2026-01-05T10:00:00Z { currency: "EUR" } final
          --> mine.tenet:16:3
            expect orders.sales == 20.00 from 11:00
            there is no such value
            - "20.00" from 2026-01-05T10:00:00Z { currency: "EUR" } final

        1 passed, 1 failed

        """)
  }

  @Test("what this version cannot evaluate is skipped, counted, and told")
  func skipped() throws {
    let (code, out, error) = try run(
      "test \"mine\" { at 10:00  t_order from region \"eu-west-1\"  expect payments.capture_timeout waiting }\n")
    #expect(code == .good && out == "0 passed, 0 failed, 1 skipped\n")
    #expect(error.contains(" needs events of several regions, expectations of what is waiting"))
  }

  @Test("mistakes in a test end the call")
  func mistakes() throws {
    let (code, out, error) = try run("test \"mine\" { at 10:00  t_oder }\n")
    #expect(code == .input && out == "")
    #expect(error.contains("there is no stream or fixture `t_oder`") && error.contains("did you mean `t_order`?"))
  }

  @Test("an expectation that is not to hold matches nothing: what stands beside it is unexpected")
  func unexpectedTwice() throws {
    let (code, out, _) = try run(
      """
      test "mine" {
        at 10:00  t_order
        at 10:00  t_order { order_id: "o-2" }
        at 10:16  time passes
        expect payments.capture_timeout when false
      }
      """)
    #expect(code == .input)
    #expect(out.split(separator: "\n").count { $0.contains("stands that nothing expects") } == 2, "\(out)")
  }

  @Test("a value of a KPI is expected for one key: of several it is to say which")
  func ambiguous() throws {
    let (code, out, _) = try run(
      """
      test "mine" {
        at 10:00:10  t_order
        at 10:00:20  t_order { order_id: "o-2", currency: "GBP" }
        at 10:05     time passes
        expect orders.sales == 20.00
        expect orders.sales == 20.00 { currency: "GBP" }
      }
      """)
    #expect(code == .input)
    #expect(out.contains("2 values are meant: say which, by the key") && out.hasSuffix("0 passed, 1 failed\n"), "\(out)")
  }

  @Test("events that no rule sees are told where an expectation fails: dead letters, fields in error, events too late")
  func unseen() throws {
    let (_, out, _) = try run(
      """
      test "mine: dead" {
        at 10:00  time passes
        at 11:00  t_order { total: 9.00 } arrives late
        expect orders.total_adds_up
      }
      test "mine: late" {
        at 10:00  t_order
        at 12:00  time passes
        at 10:01  t_order { order_id: "o-2" } arrives late
        expect 2 payments.capture_timeout
      }
      test "mine: in error" {
        at 10:00  t_order { lines: [{"quantity": 9223372036854775807, "price": 10.00}, {"price": 10.00}] }
        at 10:00  t_order { currency: "XXX", total: 9000.00 }
        expect compliance.identity_unchecked
      }
      """)
    #expect(out.contains("an event became a dead letter: future"), "\(out)")
    #expect(out.contains("an event came too late for payments.capture_timeout"))
    #expect(out.contains("an event left compliance.identity_unchecked undetermined: error"))
  }

  @Test("a filter that no title holds is a mistake of the call, and no tests at all are told")
  func nothing() throws {
    let (code, out, error) = try run("", ["--filter", "no such title"])
    #expect(code == .call && out == "" && error.contains("no test's title holds `no such title`"))
    let transcript = Transcript()
    let streams = repository.appending(path: "Rules/streams.tenet").path
    let words = ["test", streams, "--schemas", repository.appending(path: "Schemas").path]
    #expect(CommandLineTool.run(words, verbs: [.test], console: transcript.console) == .good)
    #expect(transcript.out == "0 passed, 0 failed\n" && transcript.error == "no test is in `\(streams)`\n")
  }
}
