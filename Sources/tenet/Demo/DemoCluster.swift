internal import EventModel
internal import KafkaIO
internal import RuleEngine
internal import RuleLanguage
internal import StreamRuntime

/// The Kafka of a demo: one within the process, or the user's own.
final class DemoCluster: Sendable {
  private let mock: MockCluster?
  let cluster: KafkaCluster
  let names: TopicNames
  let slots: Int

  /// Makes the topics. A Kafka of the user's must hold none of the shop's records: what was there before the rules is not known to them.
  init(_ options: DemoOptions, _ program: CheckedProgram, now: EventTime, log: @escaping KafkaLog) throws {
    do {
      if let brokers = options.kafka {
        let application = "tenet-demo-\(now.microseconds / 1_000_000)"
        mock = nil
        slots = 4
        names = TopicNames(application: application, prefix: application)
        cluster = try KafkaCluster(properties: ["bootstrap.servers": brokers], application: application, log: log)
      } else {
        // Each partition of the mock costs memory, and it has no state to keep in more slots.
        let mock = try MockCluster(log: log)
        self.mock = mock
        slots = 2
        names = TopicNames(application: "demo")
        cluster = try mock.cluster(application: "demo")
      }
      try makeTopics(program)
    } catch let fault as KafkaFault {
      throw EnvironmentFault(fault, "the demo's topics cannot be made")
    } catch let fault as KafkaPropertyFault {
      throw CallMistake(fault.description)
    }
  }

  private func makeTopics(_ program: CheckedProgram) throws {
    let plan = TopicPlan(
      .init(
        names: names, slots: slots, inputs: WorkerSettings.inputs(of: program), outputPartitions: 1,
        storesOffsets: cluster.capabilities.storedOffsets))
    if let mock {
      for topic in plan.topics { try mock.createTopic(topic.name, partitions: topic.partitions) }
      return
    }
    let admin = try cluster.admin()
    defer { admin.close() }
    let (existing, brokers) = try admin.describeCluster(timeout: .seconds(10))
    for topic in plan.topics where topic.role == .input {
      guard let count = existing[topic.name] else { continue }
      let ends = try admin.ends(of: (0..<count).map { .init(topic: topic.name, partition: $0) }, timeout: .seconds(10))
      if ends.values.contains(where: { $0 > 0 }) {
        throw EnvironmentFault(
          "topic `\(topic.name)` holds records already", help: "the demo wants empty topics; `--load` adds to topics as they are")
      }
    }
    let missing = plan.topics.filter { existing[$0.name] == nil }
    if !missing.isEmpty { try admin.createTopics(missing.map { plan.creation(of: $0, brokers: brokers) }, timeout: .seconds(30)) }
  }

  func close() { mock?.close() }
}
