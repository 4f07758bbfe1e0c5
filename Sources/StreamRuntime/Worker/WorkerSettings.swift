internal import RuleEngine

/// What a worker is to do, as `tenet.yaml` says it.
package struct WorkerSettings: Sendable {
  /// Names of the consumer group, the internal topics and the transactional ids.
  package var application: String
  package var region: String
  /// Stable and unique in the application; printable ASCII without spaces, at most 180 characters.
  package var instance: String
  /// K: fixed for the life of an application.
  package var slots: Int
  package var start: StartPosition
  /// How far the clocks of worker and broker may be apart, and how much later than asked an end is taken to be known.
  package var idleMargin: Duration
  /// Of the names of output topics.
  package var prefix: String
  /// The topics that the rules read.
  package var inputs: [String]
  /// How many bytes of records may be fetched ahead, over all partitions.
  package var prefetch = 256 << 20
  /// How many bytes of memory the state of the rules may take; beyond it the worker goes on, and says that it is not ready.
  package var stateMemory = 4 << 30
  /// Whether the worker leaves the group when it stops, so that others take its slots at once; else a restart within the session moves nothing.
  package var leaves: Bool
  /// When the state of a slot is written anew.
  var slices = SliceCycle.Policy()
  /// When a batch closes.
  var batches = BatchWindow.Limits()

  package init(
    application: String, region: String, instance: String, slots: Int = 12, start: StartPosition = .latest,
    idleMargin: Duration = .seconds(2), prefix: String = "tenet", inputs: [String], leaves: Bool = false
  ) {
    self.application = application
    self.region = region
    self.instance = instance
    self.slots = slots
    self.start = start
    self.idleMargin = idleMargin
    self.prefix = prefix
    self.inputs = inputs
    self.leaves = leaves
  }

  package var topics: TopicNames { TopicNames(application: application, prefix: prefix) }
  /// The name of the only shard: what marks and envelopes call the writer.
  package var writer: String { instance + ".0" }
  package var transactionalID: String { application + "." + writer }

  /// The sources that exist when the topics have so many partitions, in order.
  func sources(_ counts: [String: Int32]) -> [Source] {
    inputs.sorted().flatMap { topic in (0..<(counts[topic] ?? 0)).map { Source(topic: topic, partition: $0) } }
  }
}
