internal import EventModel
internal import RuleEngine
internal import StreamRuntime

final class SimulatedProducer: TransactionalProducer {
  private let process: SimulatedProcess
  private let id: String
  private let timeouts: Int
  private var epoch = 0
  /// The first delivery that failed since the transaction began.
  private var failure: KafkaFault?
  private var stored: [Int: (offset: Int64, time: EventTime)] = [:]

  init(_ process: SimulatedProcess, id: String, timeouts: Int) {
    self.process = process
    self.id = id
    self.timeouts = timeouts
  }

  func initialize(timeout: Duration) throws(KafkaFault) {
    epoch = try process.call(.initialize) { state throws(KafkaFault) in
      var producer = state.producers[id] ?? .init()
      if let open = producer.open { process.kafka.finish(open, .aborted, &state) }
      producer.open = nil
      producer.epoch += 1
      state.producers[id] = producer
      return producer.epoch
    }
  }

  func begin() throws(KafkaFault) {
    failure = nil
    stored = [:]
    try process.call(.begin) { state throws(KafkaFault) in
      try check(state)
      state.transactions += 1
      state.producers[id]?.open = .init(
        identity: state.transactions, process: process.identity, startedAt: process.kafka.clock.uptime, timeouts: timeouts)
    }
  }

  func produce(_ record: ProducedRecord) throws(KafkaFault) {
    do throws(KafkaFault) {
      try process.call(.produce) { state throws(KafkaFault) in
        try check(state)
        guard let count = state.counts[record.topic] else {
          throw KafkaFault(.hold, code: "UNKNOWN_TOPIC_OR_PART", "topic `\(record.topic)` does not exist", token: record.token)
        }
        try refuse(record, &state)
        let partition = record.partition ?? Int32(record.key.map { placement(ofKey: $0, among: Int(count)) } ?? 0)
        let source = Source(topic: record.topic, partition: partition)
        let time = record.timestamp ?? process.kafka.clock.now.advanced(byMicroseconds: state.clockDifference)
        state.producers[id]?.open?.partitions.insert(source)
        let offset =
          state.logs[source]?.append(
            .init(key: record.key, value: record.value, headers: record.headers), at: time,
            transaction: state.producers[id]?.open?.identity) ?? -1
        if let token = record.token { stored[token] = (offset, time) }
      }
    } catch {
      guard error.code != "_QUEUE_FULL", error.disposition != .fatal else { throw error }
      // Kafka's client takes every record, and says later what became of it.
      var late = error
      late.token = record.token
      failure = failure ?? late
    }
  }

  /// The broker takes some outputs never.
  private func refuse(_ record: ProducedRecord, _ state: inout SimulatedKafka.State) throws(KafkaFault) {
    guard let value = record.value, record.topic.hasSuffix("violations.v1") || record.topic.hasSuffix("kpis.v1") else { return }
    if state.refusals > 0 {
      state.refusals -= 1
      state.refused.insert(value)
    }
    if state.refused.contains(value) {
      throw KafkaFault(.abort, code: "MSG_SIZE_TOO_LARGE", "the broker does not take it", token: record.token)
    }
  }

  func poll() throws(KafkaFault) {
    try process.call(.serveReports) { state throws(KafkaFault) in try check(state) }
    if let failure { throw failure }
  }

  func sendOffsets(_ positions: [CommittedPosition], under metadata: any GroupMetadata, timeout: Duration) throws(KafkaFault) {
    guard let metadata = metadata as? SimulatedMembership.Metadata else { preconditionFailure("metadata is the simulation's") }
    try process.call(.sendOffsets) { state throws(KafkaFault) in
      try check(state)
      guard let group = state.groups[metadata.group], group.memberID == metadata.memberID, group.generation == metadata.generation else {
        throw KafkaFault(.refusedMember, code: "ILLEGAL_GENERATION", "the member is of another generation")
      }
      for position in positions { precondition(position.metadata.utf8.allSatisfy { $0 < 0x80 }, "metadata is ASCII") }
      state.producers[id]?.open?.offsets[metadata.group] = positions
    }
  }

  func commit(timeout: Duration) throws(KafkaFault) {
    if let failure { throw failure }
    try process.call(.commit) { state throws(KafkaFault) in
      try check(state)
      if let open = state.producers[id]?.open { process.kafka.finish(open, .committed, &state) }
      state.producers[id]?.open = nil
    }
  }

  func abort(timeout: Duration) throws(KafkaFault) {
    try process.call(.abort) { state throws(KafkaFault) in
      try check(state)
      if let open = state.producers[id]?.open { process.kafka.finish(open, .aborted, &state) }
      state.producers[id]?.open = nil
    }
    failure = nil
  }

  func storedOffset(of token: Int) -> Int64? { stored[token]?.offset }
  func appendTime(of token: Int) -> EventTime? { stored[token]?.time }
  func close() {}

  private func check(_ state: SimulatedKafka.State) throws(KafkaFault) {
    guard state.producers[id]?.epoch == epoch else { throw KafkaFault(.fatal, code: "_FENCED", "another producer has this id") }
  }
}
