internal import EventModel
internal import RuleEngine
internal import StreamRuntime

final class SimulatedAdmin: ClusterAdmin {
  private let process: SimulatedProcess

  init(_ process: SimulatedProcess) { self.process = process }

  var capabilities: ClusterCapabilities { process.capabilities }

  func partitionCounts(of topics: [String], timeout: Duration) throws(KafkaFault) -> [String: Int32] {
    try process.call(.partitionCounts) { state in state.counts.filter { topics.contains($0.key) } }
  }

  func describeCluster(timeout: Duration) throws(KafkaFault) -> (topics: [String: Int32], brokers: Int) {
    try process.call(.partitionCounts) { state in (state.counts, 3) }
  }

  func createTopics(_ topics: [TopicToCreate], timeout: Duration) throws(KafkaFault) {
    for topic in topics { process.kafka.createTopic(topic.name, partitions: topic.partitions) }
  }

  func settings(of topics: [String], timeout: Duration) throws(KafkaFault) -> [String: [String: String]] { [:] }

  func committed(group: String, _ sources: [Source], timeout: Duration) throws(KafkaFault) -> [CommittedPosition] {
    try process.call(.committed) { state throws(KafkaFault) in
      for producer in state.producers.values {
        if let open = producer.open?.offsets[group], open.contains(where: { sources.contains($0.source) }) {
          throw KafkaFault(.retry, code: "UNSTABLE_OFFSET_COMMIT", "a transaction is open")
        }
      }
      return sources.compactMap { state.groups[group]?.committed[$0] }
    }
  }

  func ends(of sources: [Source], timeout: Duration) throws(KafkaFault) -> [Source: Int64] {
    try process.call(.ends) { state in answer(sources, state) { $0.end } }
  }

  func offsets(at time: Int64, of sources: [Source], timeout: Duration) throws(KafkaFault) -> [Source: Int64] {
    try process.call(.offsets) { state in
      answer(sources, state) { $0.offset(at: EventTime(microseconds: time)) }
    }
  }

  func deleteRecords(before positions: [(source: Source, offset: Int64)], timeout: Duration) throws(KafkaFault) {
    try process.call(.deleteRecords) { state in
      let (delay, isDoubled) = state.deletion
      for (source, offset) in positions {
        if delay == .zero { process.kafka.delete(source, before: offset, &state) }
        for times in 1...2 where delay > .zero && (times == 1 || isDoubled) {
          state.lateDeletions.append((source, offset, process.kafka.clock.uptime + delay * times))
        }
      }
    }
  }

  func members(of group: String, timeout: Duration) throws(KafkaFault) -> [String] {
    try process.call(.members) { state in
      if let members = state.members { return members }
      guard let group = state.groups[group], group.memberID != 0, process.kafka.clock.uptime - group.seenAt < SimulatedKafka.session
      else { return [] }
      return group.instance.map { [$0] } ?? []
    }
  }

  func close() {}

  private func answer(_ sources: [Source], _ state: SimulatedKafka.State, _ value: (SimulatedLog) -> Int64) -> [Source: Int64] {
    var answers: [Source: Int64] = [:]
    for source in sources where !state.unavailable.contains(source) {
      if let log = state.logs[source] { answers[source] = value(log) }
    }
    return answers
  }
}
