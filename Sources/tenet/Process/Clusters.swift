internal import KafkaIO
internal import RuleLanguage
internal import Settings
internal import StreamRuntime
internal import Telemetry

/// The clusters that the configuration names.
enum Clusters {
  /// The cluster of `kafka`.
  static func own(_ settings: Settings, log: Logger, statistics: KafkaStatisticsSink? = nil) throws -> KafkaCluster {
    try cluster(settings.kafka, section: "kafka", settings.application, log, statistics)
  }

  /// The clusters of `relay.peers`, by region.
  static func peers(_ settings: Settings, log: Logger) throws -> [(region: String, cluster: KafkaCluster)] {
    try settings.peers.sorted { $0.key < $1.key }.map { region, properties in
      (region, try cluster(properties, section: "relay.peers.\(region)", settings.application, log.with(["peer": .string(region)]), nil))
    }
  }

  private static func cluster(
    _ properties: [String: String], section: String, _ application: String, _ log: Logger, _ statistics: KafkaStatisticsSink?
  ) throws(CallMistake) -> KafkaCluster {
    do {
      return try KafkaCluster(properties: properties, application: application, statistics: statistics, log: Logs.kafka(log))
    } catch {
      let help = error.suggestion.map { "did you mean `\(section).\($0)`?" }
      throw CallMistake("`\(section)`: \(error.description)", help: help ?? "see Documentation/Operators/configuration.md")
    }
  }

  /// How many partitions topics have that a process cannot do without.
  static func partitionCounts(of topics: [String], on cluster: any Cluster) throws(EnvironmentFault) -> [String: Int32] {
    let counts: [String: Int32]
    do throws(KafkaFault) {
      let admin = try cluster.admin()
      defer { admin.close() }
      counts = try admin.partitionCounts(of: topics, timeout: .seconds(10))
    } catch {
      throw EnvironmentFault(error, "the cluster cannot be asked for its topics")
    }
    try require(topics.filter { counts[$0] == nil })
    return counts
  }

  /// Refuses to go on where topics are missing.
  static func require(_ missing: [String]) throws(EnvironmentFault) {
    guard !missing.isEmpty else { return }
    let names = missing.map { "`\($0)`" }.joined(separator: ", ")
    throw EnvironmentFault("\(missing.count == 1 ? "a topic is" : "topics are") missing: \(names)", help: "tenet topics --create")
  }

  /// The topics that the application needs.
  static func plan(_ settings: Settings, _ program: CheckedProgram, storesOffsets: Bool) -> TopicPlan {
    let tables = program.tablesRead.map { (program.tables[$0].topic, program.tables[$0].keep) }
    return TopicPlan(
      .init(
        names: TopicNames(application: settings.application, prefix: settings.outputPrefix), slots: settings.slots,
        inputs: program.streams.map(\.topic), tables: Dictionary(tables, uniquingKeysWith: max),
        outputPartitions: Int32(settings.outputPartitions),
        outputRetention: settings.outputRetention, hasPeers: !settings.peers.isEmpty, storesOffsets: storesOffsets))
  }
}

extension EnvironmentFault {
  init(_ fault: KafkaFault, _ doing: String) {
    self.init("\(doing): \(fault.description) (\(fault.code))")
  }
}
