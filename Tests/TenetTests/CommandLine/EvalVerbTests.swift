import Foundation
import Synchronization
import TestKit
import Testing

@testable import tenet

private func eval(_ arguments: String...) -> (code: ExitCode, out: String, error: String) {
  let transcript = Transcript()
  let code = CommandLineTool.run(["eval"] + arguments, console: transcript.console)
  return (code, transcript.out, transcript.error)
}

@Suite("tenet eval")
struct EvalVerbTests {
  @Test(
    "an expression's value is printed as an expression",
    arguments: [
      ("1 + 2", "3"), ("[1, 2u, 3.0]", "[1, 2u, 3.0]"), ("{'b': 1, 'a': b'\\x00x'}", "{\"a\": b\"\\x00x\", \"b\": 1}"),
      ("'a\"\\n'", "\"a\\\"\\n\""), ("timestamp(0) + 90m", "timestamp(\"1970-01-01T01:30:00Z\")"), ("optional.of(1)", "optional.of(1)"),
      ("type(1h)", "google.protobuf.Duration"), ("ip('::1')", "ip(\"::1\")"), ("decimal(0.1, 1) + 0.2", "0.3"),
    ])
  func values(_ expression: String, _ value: String) {
    let (code, out, error) = eval(expression)
    #expect(code == .good)
    #expect(out == value + "\n")
    #expect(error == "")
  }

  @Test("its type is printed if that is asked for")
  func types() { #expect(eval("--types", "[1, 2].map(x, string(x))").out == "[\"1\", \"2\"]  list(string)\n") }

  @Test("a mistake is shown at its place, and the exit code is 1")
  func mistakes() {
    let (code, out, error) = eval("[1].map(x, x + y)")
    #expect(code == .input)
    #expect(out == "")
    #expect(
      error == """
        error[TN0200]: `y` is not a name here
          --> expression:1:16
           |
         1 | [1].map(x, x + y)
           |                ^


        """)
  }

  @Test(
    "an expression may begin with a minus", arguments: [("-7 / 2", "-3\n"), ("- -1", "1\n"), ("-(1 + 2)", "-3\n")])
  func minus(_ expression: String, _ out: String) { #expect(eval(expression).out == out) }

  @Test("a map has keys of whole numbers, bools and texts alone", arguments: ["{1.5: 1}", "{3.3: 15.15, 1.0: 5}[1.0]", "{null: 1}"])
  func keys(_ expression: String) { #expect(eval(expression).code == .input) }

  @Test("an evaluation that ends in an error says which, and the exit code is 1")
  func errors() {
    let (code, _, error) = eval("[1, 2][2]")
    #expect(code == .input)
    #expect(error == "error: index 2 is out of the range of a list of 2\n")
  }

  @Test("two expressions are a mistake of the call")
  func twoExpressions() { #expect(eval("1", "+ 2").code == .call) }

  @Test("the prompt evaluates line by line, and keeps values by name")
  func prompt() {
    let transcript = Transcript()
    let lines = Mutex(["", "total = decimal(19.99, 2)", "total * 3", "total == 5", "if = 1", "nothing", "total > 1"])
    var pad = ScratchPad(showsTypes: true)
    let code = pad.prompt(transcript.console) { lines.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    #expect(code == .input)
    #expect(transcript.out == "19.99  decimal\n59.97  decimal\nfalse  bool\ntrue  bool\n")
    #expect(transcript.error.contains("`nothing` is not a name here"))
  }

  @Test("cases that fail are printed with what was expected and what came, then how many passed and failed")
  func cases() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "cases-\(UUID().uuidString).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    try """
    {"file": "f", "section": "s", "name": "good", "expr": "1 + 1", "value": {"int": "2"}}
    {"file": "f", "section": "s", "name": "another value", "expr": "1 + 1", "value": {"uint": "2"}}
    {"file": "f", "section": "s", "name": "no error", "expr": "1", "error": ["any"]}
    {"file": "f", "section": "s", "name": "an error", "expr": "1 / 0", "value": {"int": "1"}}
    {"file": "f", "section": "s", "name": "another type", "expr": "[1]", "check_only": true, "deduced_type": {"listType": {"elemType": {"dyn": {}}}}}
    {"expr": "1", "value": {"complex": "1"}}
    no case
    """.write(to: file, atomically: true, encoding: .utf8)
    let (code, out, _) = eval("--cases", file.path)
    #expect(code == .input)
    #expect(
      out.hasPrefix(
        """
        f/s/another value
          expression: 1 + 1
          expected:   2u
          got:        2
        f/s/no error
          expression: 1
          expected:   an error
          got:        1
        f/s/an error
          expression: 1 / 0
          expected:   1
          got:        error: division by zero
        f/s/another type
          expression: [1]
          expected:   the type list(dyn)
          got:        the type list(int)

        """))
    #expect(out.hasSuffix("1 passed, 6 failed\n"))
  }

  @Test("a file whose cases all pass ends well, and one that is not there is a fault of the environment")
  func files() {
    let (code, out, _) = eval("--cases", GoldenFile.folder.appending(path: "CEL/types.jsonl").path)
    #expect(code == .good)
    #expect(out.hasSuffix(" passed, 0 failed\n"))
    #expect(eval("--cases", "/nowhere.jsonl").code == .environment)
  }
}
