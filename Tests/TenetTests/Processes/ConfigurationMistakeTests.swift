import Foundation
import TestKit
import Testing

/// Mistakes that a process finds before it asks a broker.
@Suite("A wrong configuration", .onOwnThreads, .timeLimit(.minutes(2)))
struct ConfigurationMistakeTests {
  private static let fair = "application: shop\nregion: us-east-1\nkafka: { bootstrap.servers: \"127.0.0.1:1\" }\n"

  /// Runs a call in a folder that holds nothing but a configuration.
  private func call(_ arguments: String, _ configuration: String?) throws -> (code: Int32, error: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenet-mistake-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try configuration?.write(to: folder.appending(path: "tenet.yaml"), atomically: true, encoding: .utf8)
    let process = try TenetProcess(arguments.split(separator: " ").map(String.init), in: folder)
    return (try process.exitCode(), process.error.toEnd().joined(separator: "\n"))
  }

  @Test("a name that does not exist is refused in the file, and the nearest is suggested", arguments: ["run", "feed", "relay", "topics"])
  func file(_ verb: String) throws {
    let (code, error) = try call(verb, Self.fair + "outputs: { partitons: 3 }\n")
    #expect(code == 2)
    #expect(error.contains("tenet.yaml:4:") && error.contains("did you mean `outputs.partitions`?"), "\(error)")
  }

  @Test(
    "so it is as an option, in the environment of librdkafka's names, and where something lacks",
    arguments: [
      ("run --feed.lisen :80", "did you mean `--feed.listen`?"), ("run --dryrun", "did you mean `--dry-run`?"),
      ("feed --kafka.bootstrap.server x:1", "did you mean `kafka.bootstrap.servers`?"), ("feed --feed.listen nowhere", "`nowhere`"),
      ("relay", "`relay.peers`"), ("topics --log.format jsn", "`json`"), ("run --slots many", "`many`"),
      ("topics --outputs.retention 7", "`7`"),
    ])
  func option(_ arguments: String, _ said: String) throws {
    let (code, error) = try call(arguments, Self.fair)
    #expect(code == 2)
    #expect(error.contains(said), "\(error)")
  }

  @Test("what is required is named", arguments: ["run", "feed", "relay", "topics"])
  func required(_ verb: String) throws {
    let (code, error) = try call(verb, nil)
    #expect(code == 2)
    #expect(error.contains("`application`") && error.contains("`region`"), "\(error)")
  }

  @Test("a file that was named and is not there is the environment's fault, rules that are wrong the input's")
  func others() throws {
    #expect(try call("run --config nothing.yaml", Self.fair).code == 3)
    let (code, error) = try call("run", Self.fair)
    #expect(code == 3)
    #expect(error.contains("there is no `") && error.contains("Rules`"), "\(error)")
  }
}
