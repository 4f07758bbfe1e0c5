internal import RuleEngine
package import StreamRuntime

/// Who publishes what, and by which names (protocol.md 16).
package struct RelaySettings: Sendable {
  package var names: TopicNames
  /// The region whose records are copied.
  package var region: String
  /// Stable and unique among the relays of the region.
  package var instance: String

  package init(application: String, region: String, instance: String, prefix: String = "tenet") {
    names = TopicNames(application: application, prefix: prefix)
    self.region = region
    self.instance = instance
  }

  /// What is copied, to the topics of the same names.
  package var topics: [String] { [OutputRecord.Topic.violations, .corrections, .kpis].map(names.output) }

  /// The group at home that places partitions. It subscribes to the application's slots: a topic that is always there and always empty.
  var group: String { names.relay }

  /// `ce_source` of the records that this region published.
  var origin: String { "/tenet/\(names.application)/\(region)" }

  func transactionalID(of source: Source) -> String { "\(names.relay).\(region).\(source.topic).\(source.partition)" }
}
