internal import RuleEngine
internal import StreamRuntime

/// How far each partition of each region was published, as the peer keeps it: in its compacted topic `A.relay`, a record a partition with key
/// `<home>/<topic>/<partition>` and the next offset as text, written in the transaction that holds the records before it.
enum RelayPositions {
  static func record(of source: Source, region: String, topic: String, next: Int64) -> ProducedRecord {
    ProducedRecord(topic: topic, partition: 0, key: Array(key(of: source, region: region).utf8), value: Array(String(next).utf8))
  }

  private static func key(of source: Source, region: String) -> String { "\(region)/\(source.topic)/\(source.partition)" }

  /// Reads the topic up to the end that it has now, committed records only, and waits for what is open before that: a position that is not
  /// there yet would be an older one, and records would go twice. Whoever asks has settled its own transactions before.
  /// - Throws: `.retry` when an open transaction in front of the end did not finish in time; the next call starts again.
  static func read(
    _ topic: String, on peer: any Cluster, admin: any ClusterAdmin, region: String, while goesOn: () -> Bool
  ) throws(KafkaFault) -> [Source: Int64] {
    let source = Source(topic: topic, partition: 0)
    guard let end = try admin.ends(of: [source], timeout: PeerRelay.questionTimeout)[source] else {
      throw KafkaFault(.retry, code: "_TIMED_OUT", "the end of `\(topic)` is not known")
    }
    let consumer = try peer.dataConsumer()
    defer { consumer.close() }
    var reached = try consumer.bounds(of: source, timeout: PeerRelay.questionTimeout).lowerBound
    try consumer.assign([(source, reached)])
    var positions: [Source: Int64] = [:]
    var polls = 0
    while reached < end {
      polls += 1
      guard goesOn(), polls <= patience else {
        throw KafkaFault(.retry, code: "_TIMED_OUT", "`\(topic)` was not read to its end: a transaction before it is open")
      }
      var fault: KafkaFault?
      try consumer.poll(limit: 1000, wait: .milliseconds(100)) { polled in
        switch polled {
        case .record(let record):
          reached = max(reached, record.offset + 1)
          if let (of, next) = position(key: record.key, value: record.value, region: region) { positions[of] = next }
          polls = 0
        case .end(_, let offset): reached = max(reached, offset)
        case .outOfRange: fault = KafkaFault(.retry, code: "_AUTO_OFFSET_RESET", "`\(topic)` was compacted while it was read")
        case .fault(_, let told): if told.disposition != .retry { fault = told }
        }
      }
      consumer.release()
      if let fault { throw fault }
    }
    return positions
  }

  /// Polls without a record, of 100 ms each.
  private static let patience = 100

  private static func position(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, region: String
  ) -> (source: Source, next: Int64)? {
    guard let key, let value, let next = Int64(String(decoding: value, as: UTF8.self)), next >= 0 else { return nil }
    let parts = String(decoding: key, as: UTF8.self).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == region, let partition = Int32(parts[2]) else { return nil }
    return (Source(topic: String(parts[1]), partition: partition), next)
  }
}
