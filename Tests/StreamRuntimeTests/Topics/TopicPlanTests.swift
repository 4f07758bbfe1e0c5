import Testing

@testable import StreamRuntime

@Suite struct TopicPlanTests {
  let plan = TopicPlan(.init(names: TopicNames(application: "app"), slots: 4, inputs: ["payments.v1", "orders.v1"], hasPeers: true))

  /// A cluster that has everything as it should be.
  private var good: (partitions: [String: Int32], settings: [String: [String: String]]) {
    var partitions: [String: Int32] = [:]
    var settings: [String: [String: String]] = [:]
    for topic in plan.topics {
      let creation = plan.creation(of: topic, brokers: 3)
      partitions[creation.name] = creation.partitions
      settings[creation.name] = creation.settings
    }
    return (partitions, settings)
  }

  @Test func `an application needs its inputs, all outputs and its internal topics`() {
    #expect(
      plan.topics.map(\.name) == [
        "orders.v1", "payments.v1", "tenet.violations.v1", "tenet.kpis.v1", "tenet.corrections.v1", "tenet.shadow.v1",
        "tenet.dead-letters.v1", "tenet.late.v1", "app.slots", "app.state", "app.relay", "app.regions",
      ])
    #expect(plan.topics.filter { $0.role == .output }.allSatisfy { $0.settings["message.timestamp.type"] == "LogAppendTime" })
    #expect(plan.topics.first { $0.name == "app.state" }?.settings["retention.ms"] == "-1")
    let mock = TopicPlan(.init(names: TopicNames(application: "app"), slots: 2, inputs: ["o"], storesOffsets: false))
    #expect(mock.topics.allSatisfy { $0.role == .input || $0.role == .output })
  }

  @Test func `what the plan itself made is fit`() {
    let (partitions, settings) = good
    #expect(plan.report(partitions: partitions, brokers: 3, settings: settings) == TopicReport())
  }

  @Test func `a topic that does not exist is missing, and is named`() {
    var (partitions, settings) = good
    partitions["orders.v1"] = nil
    settings["orders.v1"] = nil
    let report = plan.report(partitions: partitions, brokers: 3, settings: settings)
    #expect(report.missing.map(\.name) == ["orders.v1"])
    #expect(!report.isFit)
  }

  @Test func `a state topic that is kept for a week is fit, with a warning`() {
    var (partitions, settings) = good
    settings["app.state"]?["retention.ms"] = "604800000"
    let report = plan.report(partitions: partitions, brokers: 3, settings: settings)
    #expect(report.isFit && report.warnings.map(\.topic) == ["app.state"])
    #expect(report.warnings.first?.text.contains("an outage of 6 days") == true)
  }

  @Test(
    "a state topic that would lose state is wrong",
    arguments: [
      ("cleanup.policy", "compact"), ("retention.ms", "604799999"), ("retention.bytes", "1000"), ("message.timestamp.type", "CreateTime"),
      ("unclean.leader.election.enable", "true"), ("max.message.bytes", "1000"),
    ])
  func wrongState(name: String, value: String) {
    var (partitions, settings) = good
    settings["app.state"]?[name] = value
    let report = plan.report(partitions: partitions, brokers: 3, settings: settings)
    #expect(report.wrong.map(\.topic) == ["app.state"])
    #expect(report.wrong.first?.text.contains("\(name)=\(value)") == true)
    #expect(report.warnings.isEmpty)
  }

  @Test func `slots are for ever: another number of partitions is wrong`() {
    var (partitions, settings) = good
    partitions["app.slots"] = 12
    let report = plan.report(partitions: partitions, brokers: 3, settings: settings)
    #expect(report.wrong.map(\.description) == ["topic `app.slots` has 12 partitions, but the application has 4 slots"])
  }

  @Test func `a compacted input and too few replicas are warnings`() {
    var (partitions, settings) = good
    settings["orders.v1"]?["cleanup.policy"] = "compact,delete"
    settings["tenet.kpis.v1"]?["cleanup.policy"] = "delete,compact"
    partitions["payments.v1"] = 6
    let report = plan.report(partitions: partitions, brokers: 1, settings: settings)
    #expect(report.isFit)
    #expect(report.warnings.map(\.topic) == ["orders.v1", "payments.v1", "orders.v1"])
  }

  @Test(arguments: [(1, 1, 1), (2, 2, 1), (3, 3, 2), (9, 3, 2)])
  func `replication is three, or what the brokers allow`(brokers: Int, replicas: Int, inSync: Int) {
    #expect(TopicPlan.replication(brokers: brokers) == (replicas, inSync))
  }
}
