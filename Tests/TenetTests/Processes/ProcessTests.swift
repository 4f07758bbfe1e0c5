import EventModel
import Foundation
import KafkaIO
import StreamRuntime
import TestKit
import Testing

/// What a user of the processes meets at their begin and end.
@Suite("The processes", .enabled(if: TestCluster.isWanted, Comment(rawValue: TestCluster.whyNot)), .onOwnThreads, .timeLimit(.minutes(5)))
struct ProcessTests {
  private static func project(_ settings: String = "") throws -> ProjectFolder {
    try ProjectFolder(
      settings: "relay: { peers: { eu-west-1: { bootstrap.servers: \"\(try TestCluster.shared.bootstrap)\" } } }\n" + settings)
  }

  @Test("a topic that is missing is named, and keeps a process from starting", arguments: ["run", "feed", "relay"])
  func missing(_ verb: String) async throws {
    try await onThread {
      let project = try Self.project()
      defer { project.remove() }
      let (code, out, error) = try project.call(verb)
      #expect(code == 3)
      #expect(out.isEmpty)
      let line = try #require(error.first { $0.contains("level=error") })
      #expect(line.contains("topics are missing: ") && line.contains("`\(project.output("violations.v1"))`"), "\(line)")
      #expect(line.contains(#"help="tenet topics --create""#))
    }
  }

  @Test("`topics` prints what is needed, says what is missing, makes it, and is content then")
  func topics() async throws {
    try await onThread {
      let project = try Self.project()
      defer { project.remove() }
      // To print asks no broker.
      let printed = try project.call("topics", "--format", "json", "--kafka.bootstrap.servers", "127.0.0.1:1")
      #expect(printed.code == 0)
      let names = try printed.out.map { try #require(try JSONValue.parse(Array($0.utf8))["topic"]?.text) }
      let own = [
        "slots", "state", "relay", "regions", "violations.v1", "kpis.v1", "corrections.v1", "dead-letters.v1", "late.v1", "shadow.v1",
      ]
      // Of tables those that a rule asks.
      let known = Set(project.inputs.values).union(own.map(project.output))
      #expect(Set(names).isSubset(of: known) && known.count - names.count <= 1)

      let before = try project.call("topics", "--check")
      #expect(before.code == 1)
      #expect(before.out.filter { $0.hasPrefix("missing: ") } == names.map { "missing: topic `\($0)` is missing" })
      let made = try project.call("topics", "--create")
      #expect(made.code == 0)
      #expect(made.out.map { $0.split(separator: " ")[1] } == names.map { $0[...] })
      let after = try project.call("topics", "--check")
      #expect(after.code == 0 && !after.out.contains { !$0.hasPrefix("warning: ") }, "\(after.out)")
      let again = try project.call("topics", "--create")
      #expect(again.code == 0 && again.out.isEmpty)
      #expect(again.error.last == "nothing is missing")
    }
  }

  @Test("a topic that would lose state is told by `topics --check`, and keeps the processor from starting")
  func wrongTopic() async throws {
    try await onThread {
      let project = try Self.project()
      defer { project.remove() }
      let state = TopicToCreate(name: project.output("state"), partitions: 2, replication: nil, settings: ["cleanup.policy": "compact"])
      try project.kafka.create([state])
      #expect(try project.call("topics", "--create").code == 0)
      let check = try project.call("topics", "--check")
      #expect(check.code == 1)
      let words = "topic `\(state.name)` has `cleanup.policy=compact` instead of `delete`: state would be lost"
      #expect(check.out.contains("wrong: \(words)"), "\(check.out)")
      let run = try project.call("run")
      #expect(run.code == 3)
      #expect(run.error.contains { $0.contains("level=error") && $0.contains(words) }, "\(run.error)")
    }
  }

  @Test("a dry run prints what would be published as JSON, and leaves the cluster as it was")
  func dryRun() async throws {
    try await onThread {
      let project = try Self.project()
      defer { project.remove() }
      let inputs = project.inputs.values.sorted()
      try project.kafka.create(inputs.map { TopicToCreate(name: $0, partitions: 2, replication: nil, settings: ["retention.ms": "-1"]) })
      let records = ShopProject.shopRecords(seed: 1, count: 2_000, topics: project.inputs, partitions: 2)
      try project.kafka.write(
        records.map { ProducedRecord(topic: $0.topic, partition: $0.partition, key: nil, value: $0.value, timestamp: $0.timestamp) })
      let process = try project.start("run", "--dry-run", "--log.format", "json")
      let violations = project.output("violations.v1")
      #expect(process.out.first { $0.contains(#""topic":"\#(violations)""#) } != nil, "\(process.said)")
      #expect(try process.terminate().code == 0, "\(process.said)")
      for line in process.out.toEnd() {
        let json = try JSONValue.parse(Array(line.utf8))
        #expect(json["topic"]?.text?.hasPrefix(project.application + ".") == true && json["key"] != nil, "\(line)")
      }
      let plan = try project.call("topics", "--check").out.filter { $0.hasPrefix("missing: ") }
      #expect(plan.count == 10, "no output and no internal topic was made: \(plan)")
    }
  }

  @Test("SIGTERM ends a process in under five seconds, well, and each line of its log has its fields", arguments: ["run", "feed", "relay"])
  func ending(_ verb: String) async throws {
    try await onThread {
      let project = try Self.project()
      defer { project.remove() }
      #expect(try project.call("topics", "--create").code == 0)
      let process = try project.start(verb)
      #expect(process.error.first { $0.contains("message=ready") } != nil, "\(process.said)")
      let (code, after) = try process.terminate()
      #expect(code == 0, "\(process.said)")
      #expect(after < .seconds(30), "it took \(after)")
      for line in process.error.toEnd() {
        let fields = /^time=\S+ level=(debug|info|warning|error) message=(\S+|".*") application=\S+ region=us-east-1 verb=([a-z]+)/
        #expect(line.firstMatch(of: fields)?.3 == verb[...], "\(line)")
      }
      #expect(process.out.all.isEmpty)
    }
  }

  @Test("it does so while brokers are out of reach", arguments: ["run", "feed", "relay"])
  func endingWithoutBrokers(_ verb: String) async throws {
    try await onThread {
      let project = try Self.project()
      defer { project.remove() }
      let process = try project.start(verb, "--kafka.bootstrap.servers", "127.0.0.1:1")
      #expect(process.error.first { $0.contains("from=librdkafka") } != nil, "\(process.said)")
      let (code, after) = try process.terminate()
      #expect(code == 0, "\(process.said)")
      #expect(after < .seconds(30), "it took \(after)")
    }
  }

  @Test("a port that another process has is the environment's fault, and says which setting chooses another")
  func takenPort() async throws {
    try await onThread {
      let project = try Self.project()
      defer { project.remove() }
      #expect(try project.call("topics", "--create").code == 0)
      let first = try project.start("feed")
      let serving = try #require(first.error.first { $0.contains("message=serving") }, "\(first.said)")
      let address = try #require(serving.firstMatch(of: /127\.0\.0\.1:\d+/)).0
      for (verb, setting) in [("feed", "feed.listen"), ("run", "metrics.listen"), ("relay", "metrics.listen")] {
        let (code, _, error) = try project.call(verb, "--\(setting)", String(address), "--feed.history", "second.sqlite")
        #expect(code == 3)
        #expect(error.contains { $0.contains("level=error") && $0.contains("`--\(setting)`") }, "\(verb): \(error)")
      }
      #expect(try first.terminate().code == 0)
    }
  }
}
