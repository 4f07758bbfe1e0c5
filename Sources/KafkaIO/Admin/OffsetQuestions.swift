import CRdKafka
import RuleEngine
import StreamRuntime

/// Offsets by time, one request a leader: at `RD_KAFKA_OFFSET_END` the high watermark (of a handle that reads committed: the last stable offset),
/// at `RD_KAFKA_OFFSET_BEGINNING` the first, else the first record at or after a time in milliseconds (-1: none).
/// A partition whose leader refused is left out.
func askForOffsets(_ handle: KafkaHandle, at time: Int64, of sources: [Source], timeout: Duration) throws(KafkaFault) -> [Source: Int64] {
  guard !sources.isEmpty else { return [:] }
  return try withPartitionList(of: sources, offset: time) { list throws(KafkaFault) in
    let code = rd_kafka_offsets_for_times(handle.pointer, list, timeout.wholeMilliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaErrors.fault(code, during: .admin) }
    var offsets: [Source: Int64] = [:]
    for entry in partitionElements(of: list) where entry.err == RD_KAFKA_RESP_ERR_NO_ERROR { offsets[entry.source] = entry.offset }
    return offsets
  }
}
