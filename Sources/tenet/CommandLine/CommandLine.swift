internal import Diagnostics
internal import RuleEngine

/// Finds the verb of a call, runs it, and says what went wrong.
enum CommandLineTool {
  static let verbs: [Verb] = [.demo, .run, .feed, .relay, .check, .test, .fmt, .explain, .eval, .replay, .plan, .topics, .lsp]

  /// - Parameter arguments: without the program's own name.
  static func run(_ arguments: [String], verbs: [Verb] = verbs, console: Console = .standard) -> ExitCode {
    told(console) { try call(arguments, verbs, console) }
  }

  /// Runs something, and says what went wrong.
  static func told(_ console: Console, _ body: () throws -> ExitCode) -> ExitCode {
    do {
      return try body()
    } catch let mistake as CallMistake {
      return say(mistake.message, mistake.help, .call, console)
    } catch let fault as InputFault {
      return say(fault.message, nil, .input, console)
    } catch let fault as EnvironmentFault {
      return say(fault.message, fault.help, .environment, console)
    } catch {
      return say("\(error)", nil, .environment, console)
    }
  }

  private static func call(_ arguments: [String], _ verbs: [Verb], _ console: Console) throws -> ExitCode {
    guard let word = arguments.first else {
      console.note(HelpText.overview(verbs))
      return .call
    }
    switch word {
    case "--help", "-h", "help":
      guard let name = arguments.dropFirst().first, let verb = verbs.first(where: { $0.name == name }) else {
        console.print(HelpText.overview(verbs))
        return .good
      }
      console.print(HelpText.of(verb))
      return .good
    case "--version", "version":
      console.print(version)
      return .good
    default: break
    }
    guard let verb = verbs.first(where: { $0.name == word }) else {
      let near = nearestName(to: word, among: verbs.map(\.name)).map { "did you mean `\($0)`?" }
      throw CallMistake(
        word.hasPrefix("-") ? "the verb comes first, before `\(word)`" : "there is no verb `\(word)`", help: near ?? "tenet --help")
    }
    let rest = Array(arguments.dropFirst())
    // Help is given however wrong the rest of the call is.
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      console.print(HelpText.of(verb))
      return .good
    }
    var invocation = try Invocation(rest, of: verb)
    invocation.console = console
    if invocation.isSet("version") {
      console.print(version)
      return .good
    }
    return try verb.run(invocation)
  }

  private static var version: String { "tenet \(Engine.version)\n" }

  private static func say(_ message: String, _ help: String?, _ code: ExitCode, _ console: Console) -> ExitCode {
    console.note("tenet: \(message)\n" + (help.map { "help: \($0)\n" } ?? ""))
    return code
  }
}
