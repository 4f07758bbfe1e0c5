/// One thing that `tenet` does. A verb is a file under `Verbs/`, and a line in the list of all verbs.
struct Verb: Sendable {
  var name: String
  /// One line, for the list of verbs.
  var summary: String
  /// What follows the options: `[PATH…]`; empty where nothing may.
  var operands = ""
  var options: [Option] = []
  /// Reads `tenet.yaml`: every setting is an option too.
  var readsSettings = false
  /// A call that works as it stands.
  var example: String
  var run: @Sendable (Invocation) throws -> ExitCode
}

/// An option of a verb.
struct Option: Sendable {
  /// Without the dashes.
  var name: String
  /// What its value is called in the usage; nil: it has none, it is there or not.
  var value: String?
  var help: String
  /// As the help says it; nil: nothing is the default.
  var standard: String?
  /// The only values, where there are few.
  var choices: [String] = []

  init(_ name: String, _ value: String? = nil, _ help: String, standard: String? = nil, choices: [String] = []) {
    (self.name, self.value, self.help, self.standard, self.choices) = (name, value, help, standard, choices)
  }

  static func format(_ choices: String...) -> Option {
    Option("format", "FORMAT", "\(choices.joined(separator: ", ")): how results are printed", standard: "text", choices: choices)
  }

  /// Options of every verb.
  static let common = [
    Option("color", "WHEN", "auto, always or never: colours", standard: "auto", choices: ["auto", "always", "never"]),
    Option("help", "this text"),
    Option("version", "the version of tenet"),
  ]

  private init(_ name: String, _ help: String) { self.init(name, nil, help) }
}

/// How a call ends.
enum ExitCode: Int32, Sendable {
  case good = 0
  /// A rule, a test or a record is at fault.
  case input = 1
  /// The call is at fault.
  case call = 2
  /// A broker, a file or a port is at fault.
  case environment = 3
}

/// A mistake in the call; exit code 2.
struct CallMistake: Error, Equatable {
  var message: String
  var help: String?
  init(_ message: String, help: String? = nil) { (self.message, self.help) = (message, help) }
}

/// A rule, a test or a record is not as it must be, which has been told already but for this; exit code 1.
struct InputFault: Error, Equatable {
  var message: String
  init(_ message: String) { self.message = message }
}

/// Something around the process is not as it must be: a broker, a file, a port; exit code 3.
struct EnvironmentFault: Error, Equatable {
  var message: String
  var help: String?
  init(_ message: String, help: String? = nil) { (self.message, self.help) = (message, help) }
}
