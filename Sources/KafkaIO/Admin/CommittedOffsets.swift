import CRdKafka
package import RuleEngine
package import StreamRuntime

extension KafkaAdmin {
  /// Committed offsets with their metadata; sources without one are left out. While a transaction that would move one of them is open the
  /// coordinator calls it unstable: asked again until `timeout`.
  package func committed(group: String, _ sources: [Source], timeout: Duration) throws(KafkaFault) -> [CommittedPosition] {
    guard !sources.isEmpty else { return [] }
    let deadline = ContinuousClock.now + timeout
    while true {
      do {
        return try askOnce(group, sources, timeout)
      } catch {
        guard error.disposition == .retry, ContinuousClock.now < deadline else { throw error }
        // Nobody enqueues here: a bounded wait between two questions.
        rd_kafka_poll(handle.pointer, 20)
      }
    }
  }

  private func askOnce(_ group: String, _ sources: [Source], _ timeout: Duration) throws(KafkaFault) -> [CommittedPosition] {
    var request = [withPartitionList(of: sources) { rd_kafka_ListConsumerGroupOffsets_new(group, $0) }]
    defer { rd_kafka_ListConsumerGroupOffsets_destroy(request[0]) }
    return try AdminRequest(handle, timeout: timeout).answer(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, stable: true) { options, queue in
      rd_kafka_ListConsumerGroupOffsets(handle.pointer, &request, 1, options, queue)
    } read: { event in
      var count = 0
      guard let result = rd_kafka_event_ListConsumerGroupOffsets_result(event),
        let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count), count == 1, let answer = groups[0]
      else { return .success([]) }
      if let error = rd_kafka_group_result_error(answer) {
        return .failure(KafkaErrors.fault(rd_kafka_error_code(error), during: .admin, String(cString: rd_kafka_error_string(error))))
      }
      guard let list = rd_kafka_group_result_partitions(answer) else { return .success([]) }
      var positions: [CommittedPosition] = []
      for entry in partitionElements(of: list) {
        if entry.err != RD_KAFKA_RESP_ERR_NO_ERROR { return .failure(KafkaErrors.fault(entry.err, during: .admin)) }
        guard entry.offset >= 0 else { continue }
        let metadata = entry.metadata.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: entry.metadata_size), as: UTF8.self) }
        positions.append(CommittedPosition(source: entry.source, offset: entry.offset, metadata: metadata ?? ""))
      }
      return .success(positions.sorted { $0.source < $1.source })
    }
  }
}
