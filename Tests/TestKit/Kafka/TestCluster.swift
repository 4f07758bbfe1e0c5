import Foundation
package import KafkaIO
import Synchronization

/// A real Kafka for tests: what `KAFKA_BOOTSTRAP` names, else one that the script beside the repository starts, once for a run of the tests.
///
///     @Suite(.enabled(if: TestCluster.isWanted, TestCluster.whyNot)) struct … {
///       let kafka = try TestCluster.shared
///       let topic = try kafka.topic("orders", partitions: 3)
package final class TestCluster: Sendable {
  package let bootstrap: String
  /// Distinguishes this run's names from those of others on the same cluster.
  private let run = String(UInt32.random(in: .min ... .max), radix: 36)
  private let names = Atomic<Int>(0)

  /// By which the script knows the cluster; nil: somebody else started it.
  private let folder: String?

  private init(bootstrap: String, folder: String? = nil) {
    self.bootstrap = bootstrap
    self.folder = folder
  }

  /// Whether a test can have a cluster of its own, whose broker it may end and start.
  package static var canBeOwned: Bool { FileManager.default.isExecutableFile(atPath: script) }

  package static let whyNotOwned = "needs a Kafka that it may kill: put the script at ../shared/kafka/kafka"

  /// Another cluster, for one test alone.
  package static func owned() throws -> TestCluster {
    let launched = try LaunchedKafka.start(script: script)
    return TestCluster(bootstrap: launched.bootstrap, folder: launched.folder)
  }

  /// Of a cluster of one's own: kills the broker, as the machine's failure does, and starts it again on its data.
  package func killAndStart() throws {
    guard let folder else { preconditionFailure("only a cluster of a test's own is killed") }
    try LaunchedKafka.control(script: Self.script, "kill", folder: folder)
    try LaunchedKafka.control(script: Self.script, "start", folder: folder)
  }

  /// Ends a cluster of one's own.
  package func end() {
    if let folder { try? LaunchedKafka.control(script: Self.script, "down", folder: folder) }
  }

  /// Whether tests that need a Kafka are to run. In CI they always are, and fail where there is none.
  package static var isWanted: Bool {
    environment("CI") == "true" || environment("KAFKA_BOOTSTRAP") != nil || FileManager.default.isExecutableFile(atPath: script)
  }

  /// The same for tests of two regions.
  package static var twoAreWanted: Bool {
    environment("CI") == "true" || environment("KAFKA_PEER_BOOTSTRAP") != nil || FileManager.default.isExecutableFile(atPath: script)
  }

  package static let whyNot = "needs a Kafka: set KAFKA_BOOTSTRAP, or put the script at ../shared/kafka/kafka"
  package static let whyNotTwo =
    "needs two Kafkas: set KAFKA_BOOTSTRAP and KAFKA_PEER_BOOTSTRAP, or put the script at ../shared/kafka/kafka"

  package static var shared: TestCluster {
    get throws { try first.get() }
  }

  /// Another one, as another region has it.
  package static var peer: TestCluster {
    get throws { try second.get() }
  }

  private static let first = Result { try TestCluster(given: "KAFKA_BOOTSTRAP") }
  private static let second = Result { try TestCluster(given: "KAFKA_PEER_BOOTSTRAP") }

  private convenience init(given variable: String) throws {
    if let bootstrap = environment(variable) {
      self.init(bootstrap: bootstrap)
    } else {
      let launched = try LaunchedKafka.start(script: Self.script)
      self.init(bootstrap: launched.bootstrap, folder: launched.folder)
    }
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/kafka/kafka")
    .standardizedFileURL.path(percentEncoded: false)

  /// Client handles of this cluster.
  package func client(application: String = "test", properties: [String: String] = [:]) throws -> KafkaCluster {
    try KafkaCluster(properties: properties.merging(["bootstrap.servers": bootstrap]) { $1 }, application: application)
  }

  /// A name that no other test uses.
  package func unique(_ stem: String) -> String {
    "\(stem)-\(run)-\(names.wrappingAdd(1, ordering: .relaxed).newValue)"
  }
}

private func environment(_ name: String) -> String? {
  ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
}
