package import RuleEngine

/// Questions to the cluster and changes of topics.
package protocol ClusterAdmin: AnyObject, Sendable {
  /// What the cluster can do: a mock cluster can do less (protocol.md 14).
  var capabilities: ClusterCapabilities { get }
  /// Partition counts by topic; a topic that does not exist is left out.
  func partitionCounts(of topics: [String], timeout: Duration) throws(KafkaFault) -> [String: Int32]
  /// All topics and the number of brokers.
  func describeCluster(timeout: Duration) throws(KafkaFault) -> (topics: [String: Int32], brokers: Int)
  func createTopics(_ topics: [TopicToCreate], timeout: Duration) throws(KafkaFault)
  /// Settings of a topic by name, as the broker has them.
  func settings(of topics: [String], timeout: Duration) throws(KafkaFault) -> [String: [String: String]]
  /// Committed offsets of a group with metadata, stable: waits for (or fails on) transactions still open.
  func committed(group: String, _ sources: [Source], timeout: Duration) throws(KafkaFault) -> [CommittedPosition]
  /// Ends of the partitions, read uncommitted: high watermarks, one request a leader.
  func ends(of sources: [Source], timeout: Duration) throws(KafkaFault) -> [Source: Int64]
  /// First offset at or after a time (microseconds since 1970), for `start: TIME`; the end where there is none.
  func offsets(at time: Int64, of sources: [Source], timeout: Duration) throws(KafkaFault) -> [Source: Int64]
  /// Names of the static members (`group.instance.id`) that a group has now.
  func members(of group: String, timeout: Duration) throws(KafkaFault) -> [String]
  func deleteRecords(before positions: [(source: Source, offset: Int64)], timeout: Duration) throws(KafkaFault)
  func close()
}

package struct ClusterCapabilities: Sendable, Equatable {
  package var storedOffsets: Bool
  package var hidesAborted: Bool
  package var deleteRecords: Bool
  package var members: Bool
  package init(storedOffsets: Bool, hidesAborted: Bool, deleteRecords: Bool, members: Bool) {
    self.storedOffsets = storedOffsets
    self.hidesAborted = hidesAborted
    self.deleteRecords = deleteRecords
    self.members = members
  }
  package static let kafka = ClusterCapabilities(storedOffsets: true, hidesAborted: true, deleteRecords: true, members: true)
  package static let mock = ClusterCapabilities(storedOffsets: false, hidesAborted: false, deleteRecords: false, members: false)
}

package struct TopicToCreate: Sendable, Equatable {
  package var name: String
  package var partitions: Int32
  /// nil: the broker's default.
  package var replication: Int?
  package var settings: [String: String]
  package init(name: String, partitions: Int32, replication: Int?, settings: [String: String]) {
    self.name = name
    self.partitions = partitions
    self.replication = replication
    self.settings = settings
  }
}
