internal import EventModel
internal import RuleEngine

/// The topics that an application needs, with partitions and settings (interfaces.md, protocol.md 2).
package struct TopicPlan: Sendable {
  package struct Needs: Sendable {
    package var names: TopicNames
    /// K.
    package var slots: Int
    /// Topics that the rules read events from.
    package var inputs: [String]
    /// Topics of lookup tables, and how long rows that were replaced are kept.
    package var tables: [String: Duration]
    package var outputPartitions: Int32
    package var outputRetention: Duration
    /// Whether the region publishes to peers.
    package var hasPeers: Bool
    /// Whether the cluster keeps the offsets of transactions; without that there is no state to keep.
    package var storesOffsets: Bool

    package init(
      names: TopicNames, slots: Int = 12, inputs: [String], tables: [String: Duration] = [:], outputPartitions: Int32 = 4,
      outputRetention: Duration = .seconds(30 * 86_400), hasPeers: Bool = false, storesOffsets: Bool = true
    ) {
      self.names = names
      self.slots = slots
      self.inputs = inputs
      self.tables = tables
      self.outputPartitions = outputPartitions
      self.outputRetention = outputRetention
      self.hasPeers = hasPeers
      self.storesOffsets = storesOffsets
    }
  }

  /// The inputs, the tables, then the outputs, then the internal ones.
  package let topics: [PlannedTopic]
  /// K.
  package let slots: Int

  package init(_ needs: Needs) {
    slots = needs.slots
    var topics = Set(needs.inputs).sorted().map {
      PlannedTopic(name: $0, role: .input, partitions: Int32(needs.slots), settings: Self.safety)
    }
    for (name, keep) in needs.tables.sorted(by: { $0.key < $1.key }) {
      var settings = Self.safety
      settings["cleanup.policy"] = "compact"
      settings["min.compaction.lag.ms"] = String(keep.microseconds / 1_000)
      topics.append(PlannedTopic(name: name, role: .table, partitions: 1, settings: settings))
    }
    for output in OutputRecord.Topic.allCases {
      var settings = Self.safety
      settings["cleanup.policy"] = output == .kpis ? "compact,delete" : "delete"
      settings["retention.ms"] = String(needs.outputRetention.microseconds / 1_000)
      settings["message.timestamp.type"] = "LogAppendTime"
      topics.append(
        PlannedTopic(name: needs.names.output(output), role: .output, partitions: needs.outputPartitions, settings: settings))
    }
    if needs.storesOffsets {
      topics.append(Self.own(needs.names.slots, .slots, Int32(needs.slots), ["cleanup.policy": "delete"]))
      let kept = [
        "cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1", "message.timestamp.type": "LogAppendTime",
      ]
      topics.append(Self.own(needs.names.state, .state, Int32(needs.slots), kept))
    }
    if needs.hasPeers {
      // A relay that starts reads its whole topic of positions: it is kept short.
      let positions = ["cleanup.policy": "compact", "segment.bytes": String(16 << 20), "min.cleanable.dirty.ratio": "0.1"]
      topics.append(Self.own(needs.names.relay, .region, 1, positions))
      topics.append(Self.own(needs.names.regions, .region, 1, ["cleanup.policy": "compact"]))
    }
    self.topics = topics
  }

  /// What every topic gets, so that nothing acknowledged is lost.
  private static let safety = ["unclean.leader.election.enable": "false", "max.message.bytes": "1048588"]

  private static func own(_ name: String, _ role: PlannedTopic.Role, _ partitions: Int32, _ settings: [String: String]) -> PlannedTopic {
    PlannedTopic(name: name, role: role, partitions: partitions, settings: settings.merging(safety) { own, _ in own })
  }

  /// Replicas, and how many of them must have a record before it is acknowledged, with so many brokers.
  package static func replication(brokers: Int) -> (replicas: Int, inSync: Int) {
    let replicas = min(3, max(1, brokers))
    return (replicas, min(2, max(1, replicas - 1)))
  }

  /// What makes a topic.
  package func creation(of topic: PlannedTopic, brokers: Int) -> TopicToCreate {
    let (replicas, inSync) = Self.replication(brokers: brokers)
    var settings = topic.settings
    settings["min.insync.replicas"] = String(inSync)
    return TopicToCreate(name: topic.name, partitions: topic.partitions, replication: replicas, settings: settings)
  }
}

package struct PlannedTopic: Hashable, Sendable {
  package enum Role: String, Sendable { case input, table, output, slots, state, region }

  package var name: String
  package var role: Role
  /// Of an input or table: what it gets when it is made; it may have any number.
  package var partitions: Int32
  package var settings: [String: String]
}
