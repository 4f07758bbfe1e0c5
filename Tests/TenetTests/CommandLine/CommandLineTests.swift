import Synchronization
import Testing

@testable import tenet

/// What a call prints.
final class Transcript: Sendable {
  private let texts = Mutex((out: "", error: ""))
  var out: String { texts.withLock { $0.out } }
  var error: String { texts.withLock { $0.error } }

  var console: Console {
    Console(
      print: { text in self.texts.withLock { $0.out += text } }, note: { text in self.texts.withLock { $0.error += text } },
      outIsTerminal: false, errorIsTerminal: false)
  }
}

private let brew = Verb(
  name: "brew", summary: "Makes coffee.", operands: "[BEAN…]",
  options: [
    Option("cups", "N", "how many", standard: "1"), Option("decaf", nil, "without"), .format("text", "json"),
  ],
  example: "tenet brew --cups 2 arabica"
) { invocation in
  let cups = try invocation.whole("cups", in: 1...9) ?? 1
  invocation.console.print("\(cups) \(invocation.operands) \(invocation.isSet("decaf")) \(invocation.wantsJSON)\n")
  return .good
}

private let serve = Verb(name: "serve", summary: "Serves it.", readsSettings: true, example: "tenet serve") { invocation in
  invocation.console.print(invocation.settings.map { "\($0.name)=\($0.value)" }.joined(separator: " ") + "\n")
  return .input
}

private func call(_ line: String) -> (code: ExitCode, transcript: Transcript) {
  let transcript = Transcript()
  let code = CommandLineTool.run(line.split(separator: " ").map(String.init), verbs: [brew, serve], console: transcript.console)
  return (code, transcript)
}

@Suite("The command line")
struct CommandLineTests {
  @Test(
    "a call is read: options before and after operands, with a space or an equals sign",
    arguments: [
      ("brew", "1 [] false false"), ("brew --cups 2 arabica --decaf", #"2 ["arabica"] true false"#),
      ("brew arabica --cups=3 --format json", #"3 ["arabica"] false true"#), ("brew -- --cups", #"1 ["--cups"] false false"#),
      ("brew - x", #"1 ["-", "x"] false false"#),
    ])
  func read(_ line: String, _ expected: String) {
    let (code, transcript) = call(line)
    #expect(code == .good)
    #expect(transcript.out == expected + "\n")
  }

  @Test(
    "a mistake in the call says the nearest name, and exits with 2",
    arguments: [
      ("brwe", "there is no verb `brwe`\nhelp: did you mean `brew`?"), ("xyz", "there is no verb `xyz`\nhelp: tenet --help"),
      ("brew --cup 2", "`brew` has no option `--cup`\nhelp: did you mean `--cups`?"),
      ("brew --cups", "`--cups` lacks its value\nhelp: tenet brew --help"), ("brew --decaf=yes", "`--decaf` takes no value"),
      ("brew --cups ten", "`--cups ten` is no number from 1 to 9"),
      ("brew --format jsn", "`jsn` is none of text, json\nhelp: did you mean `json`?"),
      ("--cups brew", "the verb comes first, before `--cups`\nhelp: tenet --help"),
      ("serve --feed.listn :80", "`serve` has no option `--feed.listn`\nhelp: did you mean `--feed.listen`?"),
      ("serve now", "`serve` takes no `now`\nhelp: tenet serve --help"),
      ("brew --feed.listen :80", "`brew` has no option `--feed.listen`\nhelp: tenet brew --help"),
    ])
  func mistakes(_ line: String, _ expected: String) {
    let (code, transcript) = call(line)
    #expect(code == .call)
    #expect(transcript.error == "tenet: \(expected)\n")
    #expect(transcript.out.isEmpty)
  }

  @Test("a verb that reads the configuration takes every setting as an option")
  func settings() {
    let (code, transcript) = call("serve --feed.listen :80 --kafka.client.id=x")
    #expect(code == .input)
    #expect(transcript.out == "feed.listen=:80 kafka.client.id=x\n")
  }

  @Test(
    "help shows usage, options with defaults, and an example", arguments: ["brew --help", "brew --cups --help", "help brew", "brew -h"])
  func help(_ line: String) {
    let (code, transcript) = call(line)
    #expect(code == .good)
    #expect(
      transcript.out == """
        Makes coffee.

        usage: tenet brew [options] [BEAN…]

          --cups N         how many (default: 1)
          --decaf          without
          --format FORMAT  text, json: how results are printed (default: text)
          --color WHEN     auto, always or never: colours (default: auto)
          --help           this text
          --version        the version of tenet

        example:

          tenet brew --cups 2 arabica

        """)
  }

  @Test("without a verb the list of verbs is shown, and the call is at fault")
  func nothing() {
    let (code, transcript) = call("")
    #expect(code == .call)
    #expect(transcript.error.contains("  brew   Makes coffee.\n  serve  Serves it.\n"))
    #expect(call("--help").transcript.out == transcript.error)
    #expect(call("--version").transcript.out == call("brew --version").transcript.out)
  }
}
