internal import RuleEngine
internal import StreamRuntime

/// The transactions of a relay at one peer: a partition each, records and position together (protocol.md 16).
extension PeerRelay {
  /// All due transactions are filled before the first is committed: while one waits for its commit the records of the others are on their way.
  func publish() {
    let due = lanes.values.filter { $0.isDue(at: clock.uptime) }.map(\.source).sorted()
    var filled: [Source] = []
    for source in due {
      do throws(KafkaFault) {
        try fill(source)
        filled.append(source)
      } catch {
        close(source, after: error)
      }
    }
    var hasGivenUp = false
    for source in filled where !hasGivenUp {
      do throws(KafkaFault) {
        try commit(source)
      } catch {
        close(source, after: error)
        hasGivenUp = orders.isStopping  // What is left open the next relay settles.
      }
    }
  }

  private func fill(_ source: Source) throws(KafkaFault) {
    guard let lane = lanes[source], let producer = lane.producer else { preconditionFailure("an open lane has a producer") }
    try producer.begin()
    for record in lane.pending { try queue(record, on: producer) }
    let position = RelayPositions.record(of: source, region: settings.region, topic: settings.names.relay, next: lane.next)
    try queue(position, on: producer)
  }

  private func queue(_ record: ProducedRecord, on producer: any TransactionalProducer) throws(KafkaFault) {
    var attempts = 0
    while true {
      do throws(KafkaFault) {
        return try producer.produce(record)
      } catch {
        attempts += 1
        guard error.disposition == .queueFull, attempts < 200 else { throw error }
      }
      try producer.poll()
    }
  }

  /// After three timeouts the lane begins again, and finds out at the peer whether the commit stands.
  private func commit(_ source: Source) throws(KafkaFault) {
    guard let producer = lanes[source]?.producer else { preconditionFailure("an open lane has a producer") }
    var attempts = 0
    while true {
      do throws(KafkaFault) {
        try producer.commit(timeout: Self.callTimeout)
        break
      } catch {
        attempts += 1
        guard error.disposition == .retry, attempts < 3, !orders.isStopping else { throw error }
      }
    }
    lanes[source]?.commit(now: clock.uptime)
  }
}
