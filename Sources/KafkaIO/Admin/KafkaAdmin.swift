import CRdKafka
package import RuleEngine
package import StreamRuntime

/// Questions and changes; a consumer handle that reads uncommitted and belongs to no group. Any thread may use it.
package final class KafkaAdmin: ClusterAdmin {
  package let capabilities: ClusterCapabilities
  let handle: KafkaHandle

  init(of cluster: KafkaCluster) throws(KafkaFault) {
    capabilities = cluster.capabilities
    handle = try KafkaHandle(.admin, of: cluster, callbacks: HandleCallbacks(of: cluster))
  }

  /// Ends of the partitions, read uncommitted. A partition whose leader refused is left out.
  package func ends(of sources: [Source], timeout: Duration) throws(KafkaFault) -> [Source: Int64] {
    try askForOffsets(handle, at: Int64(RD_KAFKA_OFFSET_END), of: sources, timeout: timeout)
  }

  /// - Parameter time: microseconds since 1970; Kafka compares whole milliseconds.
  package func offsets(at time: Int64, of sources: [Source], timeout: Duration) throws(KafkaFault) -> [Source: Int64] {
    // -1 and -2 are names of the end and the beginning, no times.
    var found = try askForOffsets(handle, at: max(0, time / 1000), of: sources, timeout: timeout)
    let behindAll = found.filter { $0.value < 0 }.map(\.key)
    found.merge(try ends(of: behindAll, timeout: timeout)) { $1 }
    return found
  }

  package func deleteRecords(before positions: [(source: Source, offset: Int64)], timeout: Duration) throws(KafkaFault) {
    guard capabilities.deleteRecords, !positions.isEmpty else { return }
    var request = [withPartitionList(positions) { rd_kafka_DeleteRecords_new($0) }]
    defer { rd_kafka_DeleteRecords_destroy(request[0]) }
    try AdminRequest(handle, timeout: timeout).answer(RD_KAFKA_ADMIN_OP_DELETERECORDS) { options, queue in
      rd_kafka_DeleteRecords(handle.pointer, &request, 1, options, queue)
    } read: { event in
      guard let result = rd_kafka_event_DeleteRecords_result(event), let list = rd_kafka_DeleteRecords_result_offsets(result) else {
        return .success(())
      }
      for entry in partitionElements(of: list) where entry.err != RD_KAFKA_RESP_ERR_NO_ERROR {
        return .failure(
          KafkaErrors.fault(entry.err, during: .admin, "\(entry.source.topic): \(String(cString: rd_kafka_err2str(entry.err)))"))
      }
      return .success(())
    }
  }

  /// The handle's threads end when nobody uses the object any more: another thread may be waiting for an answer.
  package func close() {}
}
