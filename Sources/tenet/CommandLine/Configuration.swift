internal import Diagnostics
internal import Foundation
internal import Settings

/// Reads the configuration of a call: `tenet.yaml`, the environment and the options.
enum Configuration {
  static let option = Option("config", "FILE", "the configuration", standard: "tenet.yaml")

  /// The settings, whole. Says every mistake on standard error and ends the call (exit code 2).
  static func load(_ invocation: Invocation) throws -> Settings {
    let outcome = read(
      try file(invocation), environment: ProcessInfo.processInfo.environment, flags: invocation.settings, requirements: true)
    return try whole(outcome, invocation)
  }

  /// The settings for verbs that can do without a configuration: of a file that is there, else defaults.
  static func loadIfThere(_ invocation: Invocation) throws -> Settings {
    let name = invocation["config"]
    if name == nil, !FileManager.default.fileExists(atPath: "tenet.yaml") {
      return try whole(read(nil, environment: [:], flags: []), invocation)
    }
    return try whole(read(try file(invocation), environment: ProcessInfo.processInfo.environment, flags: []), invocation)
  }

  private static func read(
    _ file: SettingsLoader.File?, environment: [String: String], flags: [(name: String, value: String)], requirements: Bool = false
  ) -> SettingsLoader.Outcome {
    SettingsLoader.load(
      file: file, environment: environment, flags: flags, requirements: requirements, hostName: ProcessInfo.processInfo.hostName,
      readFile: { FileManager.default.contents(atPath: $0).map { String(decoding: $0, as: UTF8.self) } })
  }

  /// `tenet.yaml` may be missing, since options can say all; a file that was named may not.
  private static func file(_ invocation: Invocation) throws(EnvironmentFault) -> SettingsLoader.File? {
    let name = invocation["config"] ?? "tenet.yaml"
    guard let bytes = FileManager.default.contents(atPath: name) else {
      if invocation["config"] == nil { return nil }
      throw EnvironmentFault("`\(name)` cannot be read")
    }
    return SettingsLoader.File(name: name, text: String(decoding: bytes, as: UTF8.self))
  }

  private static func whole(_ outcome: SettingsLoader.Outcome, _ invocation: Invocation) throws -> Settings {
    if let settings = outcome.settings { return settings }
    let colored = isColored(invocation.color, isTerminal: invocation.console.errorIsTerminal)
    invocation.console.note(TextRenderer(sources: outcome.sources, isColored: colored).render(outcome.diagnostics) + "\n")
    throw CallMistake("the configuration has \(outcome.diagnostics.count == 1 ? "a mistake" : "\(outcome.diagnostics.count) mistakes")")
  }
}
