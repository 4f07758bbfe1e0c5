import Foundation
import TestKit

/// A folder as a user has it: the repository's rules on topics of their own, and a configuration.
struct ProjectFolder {
  static let region = "us-east-1"
  let folder: URL
  /// The prefix of all its topics.
  let application: String
  let kafka: TestCluster
  /// The topics that the rules read, by the names that the repository has for them.
  let inputs: [String: String]

  /// - Parameter settings: more lines of the configuration.
  init(slots: Int = 2, settings: String = "") throws {
    kafka = try TestCluster.shared
    application = kafka.unique("shop-rules")
    folder = FileManager.default.temporaryDirectory.appending(path: application)
    let streams = try String(contentsOf: repository.appending(path: "Rules/streams.tenet"), encoding: .utf8)
    let topics = streams.matches(of: /topic\s+"([^"]+)"/).map { String($0.1) }
    inputs = Dictionary(uniqueKeysWithValues: topics.map { [application] in ($0, "\(application).\($0)") })
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try copyRules()
    let configuration = """
      application: \(application)
      region: \(Self.region)
      instance: worker-1
      rules: { path: Rules }
      schemas: \(repository.appending(path: "Schemas").path)
      kafka:
        bootstrap.servers: \(kafka.bootstrap)
      slots: \(slots)
      start: earliest
      outputs: { prefix: \(application) }
      metrics: { listen: 127.0.0.1:0 }
      feed: { listen: 127.0.0.1:0 }

      """
    try (configuration + settings).write(to: folder.appending(path: "tenet.yaml"), atomically: true, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func output(_ topic: String) -> String { "\(application).\(topic)" }

  /// A process that goes on.
  func start(_ arguments: String...) throws -> TenetProcess { try TenetProcess(arguments, in: folder) }

  /// A call that ends by itself.
  func call(_ arguments: String...) throws -> (code: Int32, out: [String], error: [String]) {
    let process = try TenetProcess(arguments, in: folder)
    return (try process.exitCode(), process.out.toEnd(), process.error.toEnd())
  }

  private func copyRules() throws {
    let rules = folder.appending(path: "Rules")
    try FileManager.default.copyItem(at: repository.appending(path: "Rules"), to: rules)
    let streams = rules.appending(path: "streams.tenet")
    var text = try String(contentsOf: streams, encoding: .utf8)
    for (old, new) in inputs { text = text.replacingOccurrences(of: "\"\(old)\"", with: "\"\(new)\"") }
    try text.write(to: streams, atomically: true, encoding: .utf8)
  }
}
