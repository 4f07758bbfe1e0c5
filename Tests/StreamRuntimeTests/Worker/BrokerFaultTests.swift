import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

@Suite(.enabled(if: TestCluster.canBeOwned, Comment(rawValue: TestCluster.whyNotOwned)), .onOwnThreads)
struct BrokerFaultTests {
  @Test func `a broker that is killed amid transactions and comes back costs time, and nothing else`() async throws {
    try await onThread {
      let cluster = try TestCluster.owned()
      defer { cluster.end() }
      let settings = try RealKafkaTests.application(on: cluster)
      let life = try RealKafkaTests.Life(cluster, settings)
      try RealKafkaTests.feed(cluster, settings.inputs, 0..<200)
      life.waitFor(200)
      // The worker is in the middle of these when the broker goes.
      try RealKafkaTests.feed(cluster, settings.inputs, 200..<300)
      try cluster.killAndStart()
      try RealKafkaTests.feed(cluster, settings.inputs, 300..<400)
      life.waitFor(400)
      life.worker.stop()
      #expect(life.end == .stopped)
      let named = try cluster.readAll(settings.topics.output(.violations)).compactMap(\.text).filter { $0.contains("@") }
      #expect(named.count == 400 && Set(named).count == 400)
      let expected = Dictionary(grouping: 0..<400, by: { "k\($0 % 11)" }).mapValues { "\($0.count) \($0.reduce(0, +))" }
      #expect(try RealKafkaTests.balances(cluster, settings) == expected)
    }
  }
}
