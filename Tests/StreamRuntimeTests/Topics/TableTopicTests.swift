import Testing

@testable import StreamRuntime

@Suite("Topics of lookup tables")
struct TableTopicTests {
  let plan = TopicPlan(
    .init(names: TopicNames(application: "app"), slots: 4, inputs: ["orders.v1"], tables: ["prices.v1": .seconds(86_400)]))

  private func report(_ settings: [String: String]) -> TopicReport {
    var partitions: [String: Int32] = [:]
    var all: [String: [String: String]] = [:]
    for topic in plan.topics {
      let creation = plan.creation(of: topic, brokers: 3)
      partitions[creation.name] = creation.partitions
      all[creation.name] = creation.settings
    }
    all["prices.v1"]?.merge(settings) { $1 }
    return plan.report(partitions: partitions, brokers: 3, settings: all)
  }

  @Test("a table's topic is compacted, and keeps what was replaced for `keep`")
  func planned() {
    let topic = plan.topics.first { $0.name == "prices.v1" }
    #expect(topic?.role == .table && topic?.partitions == 1)
    #expect(topic?.settings["cleanup.policy"] == "compact" && topic?.settings["min.compaction.lag.ms"] == "86400000")
    #expect(report([:]) == TopicReport())
    #expect(report(["min.compaction.lag.ms": "86400001"]) == TopicReport())
  }

  @Test("one that compacts sooner, or not at all, is warned of; one that forgets rows that hold is wrong")
  func unfit() {
    #expect(report(["min.compaction.lag.ms": "0"]).warnings.map(\.topic) == ["prices.v1"])
    #expect(report(["min.compaction.lag.ms": "0"]).warnings.first?.text.contains("`keep` is 86400000") == true)
    let kept = report(["cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"])
    #expect(kept.isFit && kept.warnings.count == 1)
    let lost = report(["cleanup.policy": "compact,delete", "retention.ms": "604800000", "retention.bytes": "-1"])
    #expect(!lost.isFit && lost.wrong.first?.text.contains("rows that hold would be lost") == true)
  }
}
