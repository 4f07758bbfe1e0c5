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

  /// Another cluster, for one test alone. Its broker is missed 3 s after it was killed, so that it may come back soon.
  package static func owned() throws -> TestCluster {
    try launch(settings: ["broker.heartbeat.interval.ms=500", "broker.session.timeout.ms=3000"])
  }

  package static var canBeMeasured: Bool { environment("KAFKA_BOOTSTRAP") != nil || canBeOwned }

  /// A cluster for measurements: its Java machine compiles what is run often as well as it can.
  package static func measured() throws -> TestCluster {
    if let bootstrap = environment("KAFKA_BOOTSTRAP") { return TestCluster(bootstrap: bootstrap) }
    return try launch(options: "")
  }

  private static func launch(options: String = LaunchedKafka.shortLived, settings: [String] = []) throws -> TestCluster {
    let launched = try LaunchedKafka.start(script: script, options: options, settings: settings)
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

  /// Whether tests that need a Kafka are to run. In CI they always are, and fail where there is none. Suites ask when a run is planned, if it
  /// has them: from then on the cluster starts, beside the tests that need none.
  package static var isWanted: Bool { first.isWanted() }

  /// The same for tests of two regions.
  package static var twoAreWanted: Bool { [first, second].map { $0.isWanted() }.allSatisfy(\.self) }

  package static let whyNot = "needs a Kafka: set KAFKA_BOOTSTRAP, or put the script at ../shared/kafka/kafka"
  package static let whyNotTwo =
    "needs two Kafkas: set KAFKA_BOOTSTRAP and KAFKA_PEER_BOOTSTRAP, or put the script at ../shared/kafka/kafka"

  package static var shared: TestCluster {
    get throws { try first.cluster() }
  }

  /// Another one, as another region has it.
  package static var peer: TestCluster {
    get throws { try second.cluster() }
  }

  private static let first = StartingCluster(given: "KAFKA_BOOTSTRAP")
  private static let second = StartingCluster(given: "KAFKA_PEER_BOOTSTRAP")

  /// A cluster that starts once, on a thread of its own.
  private final class StartingCluster: Sendable {
    private let given: String?
    private let started = Mutex<(result: Result<TestCluster, any Error>?, hasBegun: Bool)>((nil, false))
    private let signal = ChangeSignal()

    init(given variable: String) { given = environment(variable) }

    /// Whether there is one or must be one; if so, it begins to start.
    func isWanted() -> Bool {
      guard environment("CI") == "true" || given != nil || canBeOwned else { return false }
      begin()
      return true
    }

    private func begin() {
      let isFirst = started.withLock { started in
        defer { started.hasBegun = true }
        return !started.hasBegun
      }
      guard isFirst else { return }
      let thread = Thread { [self] in
        let result = Result { try given.map { TestCluster(bootstrap: $0) } ?? launch() }
        started.withLock { $0.result = result }
        signal.signal()
      }
      thread.start()
    }

    func cluster() throws -> TestCluster {
      begin()
      try signal.wait(for: "the start of a Kafka", within: .seconds(180)) { started.withLock { $0.result != nil } }
      guard let result = started.withLock({ $0.result }) else { preconditionFailure("it has started, or failed to") }
      return try result.get()
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
