internal import Diagnostics
internal import EventModel
internal import RuleLanguage

extension Verb {
  /// Expressions, outside rules.
  static let eval = Verb(
    name: "eval", summary: "Evaluates an expression; without one, a prompt.", operands: "[EXPRESSION]",
    options: [
      Option("cases", "FILE", "runs conformance cases of CEL, one JSON object a line, and prints those that fail"),
      Option("types", nil, "prints the type of a value, too"),
    ],
    example: "tenet eval '[1, 2, 3].map(x, x * x)'"
  ) { invocation in
    if let file = invocation["cases"] {
      guard invocation.operands.isEmpty else { throw CallMistake("`--cases` takes no expression beside it") }
      return try ConformanceRun(file: file).run(invocation.console)
    }
    var pad = ScratchPad(
      showsTypes: invocation.isSet("types"), isColored: isColored(invocation.color, isTerminal: invocation.console.errorIsTerminal))
    guard invocation.operands.isEmpty else {
      guard invocation.operands.count == 1 else {
        throw CallMistake("`eval` takes one expression", help: "put it in quotes: tenet eval '1 + 2'")
      }
      return pad.take(invocation.operands[0], invocation.console) ? .good : .input
    }
    return pad.prompt(invocation.console)
  }
}

/// Evaluates what an author types, one expression after the other. `name = expression` gives a value a name for those that follow.
struct ScratchPad {
  var showsTypes: Bool
  var isColored: Bool
  private var session = ExpressionSession()

  init(showsTypes: Bool = false, isColored: Bool = false) { (self.showsTypes, self.isColored) = (showsTypes, isColored) }

  /// Reads lines from standard input until it ends.
  mutating func prompt(_ console: Console, readLine: () -> String? = { Swift.readLine() }) -> ExitCode {
    var code = ExitCode.good
    if console.outIsTerminal { console.note("expressions, `name = expression`; end with Ctrl-D\n") }
    while true {
      if console.outIsTerminal { console.print("> ") }
      guard let line = readLine() else { break }
      if line.allSatisfy(\.isWhitespace) { continue }
      if !take(line, console) { code = .input }
    }
    if console.outIsTerminal { console.print("\n") }
    return code
  }

  /// Evaluates a line and prints the value, or what is wrong. False: something is.
  mutating func take(_ line: String, _ console: Console) -> Bool {
    let (name, text) = Self.assignment(line) ?? (nil, line)
    let source = SourceText(file: "expression", text: text)
    let (program, diagnostics) = session.check(source)
    if !diagnostics.isEmpty {
      console.note(TextRenderer(sources: SourceTexts([source]), isColored: isColored).render(diagnostics) + "\n")
    }
    guard let program else { return false }
    do {
      let value = try session.evaluate(program)
      if let name { session.bind(name, to: value, of: program.type) }
      console.print(value.celText + (showsTypes ? "  \(program.type.described)" : "") + "\n")
      return true
    } catch {
      console.note("error: \(error.message)\n")
      return false
    }
  }

  /// `name = expression`, and not `name == expression`.
  private static func assignment(_ line: String) -> (name: String, text: String)? {
    guard let equals = line.firstIndex(of: "="), line[line.index(after: equals)...].first != "=" else { return nil }
    let name = line[..<equals].drop(while: \.isWhitespace)
    guard let end = name.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    let word = String(name[...end])
    guard FileSyntax.isName(word) else { return nil }
    return (word, String(line[line.index(after: equals)...]))
  }
}

/// Runs a file of conformance cases.
struct ConformanceRun {
  var file: String

  func run(_ console: Console) throws -> ExitCode {
    let source = try RuleFiles.read([file])
    var (passed, failed) = (0, 0)
    for (index, line) in source.flatMap(\.bytes).split(separator: 0x0A).enumerated() {
      do {
        let testCase = try ConformanceCase(try JSONValue.parse(Array(line)))
        guard let failure = testCase.failure() else {
          passed += 1
          continue
        }
        failed += 1
        console.print(
          "\(testCase.name)\n  expression: \(testCase.expression)\n  expected:   \(failure.expected)\n  got:        \(failure.got)\n")
      } catch {
        failed += 1
        console.print("\(file), case \(index + 1): not a case: \(Self.words(error))\n")
      }
    }
    console.print("\(passed) passed, \(failed) failed\n")
    return failed == 0 ? .good : .input
  }

  private static func words(_ error: any Error) -> String { (error as? ConformanceCase.Malformed)?.message ?? "\(error)" }
}
