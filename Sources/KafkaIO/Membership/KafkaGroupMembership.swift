import CRdKafka
import RuleEngine
package import StreamRuntime
import Synchronization

/// A static member of a consumer group, cooperative and sticky. It holds partitions of a topic that nobody writes to, and reads nothing.
package final class KafkaGroupMembership: GroupMembership {
  private let handle: KafkaHandle
  private let rebalances: Rebalances
  private let closed = Atomic<Bool>(false)

  init(of cluster: KafkaCluster, group: String, instance: String, settings: [String: String]) throws(KafkaFault) {
    rebalances = Rebalances(of: cluster)
    handle = try KafkaHandle(
      .membership(group: group, instance: instance), of: cluster, settings: settings, callbacks: rebalances)
    rd_kafka_poll_set_consumer(handle.pointer)
  }

  deinit { close() }

  package func join(topic: String, change: @escaping @Sendable (MembershipChange) -> Void) throws(KafkaFault) {
    rebalances.listen(change)
    let code = withPartitionList(of: [Source(topic: topic, partition: RD_KAFKA_PARTITION_UA)]) { rd_kafka_subscribe(handle.pointer, $0) }
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaErrors.fault(code, during: .poll) }
  }

  package func poll(wait: Duration) throws(KafkaFault) {
    if let message = rd_kafka_consumer_poll(handle.pointer, wait.wholeMilliseconds) {
      defer { rd_kafka_message_destroy(message) }
      switch message.pointee.err {
      case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR__PARTITION_EOF: break
      case RD_KAFKA_RESP_ERR__FATAL: throw fatalFault(of: handle.pointer)
      case let code: throw KafkaErrors.fault(code, during: .poll, rd_kafka_message_errstr(message).map { String(cString: $0) })
      }
    }
    let faults = rebalances.takeFaults()
    if let worst = faults.first(where: { $0.disposition == .fatal }) ?? faults.first { throw worst }
  }

  package func metadata() throws(KafkaFault) -> any GroupMetadata {
    guard let pointer = rd_kafka_consumer_group_metadata(handle.pointer) else {
      throw KafkaFault(.retry, code: "_STATE", "the membership is closed")
    }
    return KafkaGroupMetadata(pointer)
  }

  /// Waits at most 10 s. Only this gives the partitions to others at once: a static member that just closes stays one until its session ends.
  package func leave() throws(KafkaFault) {
    let code = rd_kafka_unsubscribe(handle.pointer)
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaErrors.fault(code, during: .poll) }
    for _ in 0..<100 where !rebalances.holdsNothing { try poll(wait: .milliseconds(100)) }
    guard rebalances.holdsNothing else {
      throw KafkaFault(.retry, code: "_TIMED_OUT", "the group did not take back the partitions within 10 s")
    }
  }

  /// The partitions are given back without a word to the listener: whoever closes has stopped using them.
  package func close() {
    guard !closed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    rebalances.listen(nil)
    rd_kafka_consumer_close(handle.pointer)
    // Other threads may still ask for metadata, so the handle lives as long as this object does.
  }
}

/// `rd_kafka_consumer_group_metadata_t`.
final class KafkaGroupMetadata: GroupMetadata {
  let pointer: OpaquePointer
  init(_ pointer: OpaquePointer) { self.pointer = pointer }
  deinit { rd_kafka_consumer_group_metadata_destroy(pointer) }
}

/// Serves the rebalance callback, on the thread that polls.
private final class Rebalances: ConsumerCallbacks, @unchecked Sendable {
  private var listener: (@Sendable (MembershipChange) -> Void)?
  private var held: Set<Int32> = []

  var holdsNothing: Bool { held.isEmpty }

  func listen(_ change: (@Sendable (MembershipChange) -> Void)?) { listener = change }

  override func register(in configuration: OpaquePointer?, opaque: UnsafeMutableRawPointer) {
    super.register(in: configuration, opaque: opaque)
    rd_kafka_conf_set_rebalance_cb(configuration, rebalanced)
  }

  func serve(_ handle: OpaquePointer, _ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
    let partitions = partitionElements(of: list).map(\.partition)
    do throws(KafkaFault) {
      if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
        // An explicit offset: nothing is committed for this topic but by producers, and nothing is read of it.
        for index in partitionElements(of: list).indices { partitionElements(of: list)[index].offset = 0 }
        try KafkaErrors.check(rd_kafka_incremental_assign(handle, list), during: .poll)
        held.formUnion(partitions)
        listener?(.assigned(partitions.sorted()))
      } else {
        let lost = rd_kafka_assignment_lost(handle) != 0
        listener?(lost ? .lost(partitions.sorted()) : .revoked(partitions.sorted()))
        held.subtract(partitions)
        try KafkaErrors.check(rd_kafka_incremental_unassign(handle, list), during: .poll)
      }
    } catch {
      note(error)
    }
  }
}

private func rebalanced(
  _ handle: OpaquePointer?, _ code: rd_kafka_resp_err_t, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
  _ opaque: UnsafeMutableRawPointer?
) {
  guard let handle, let list, let opaque else { return }
  Unmanaged<Rebalances>.fromOpaque(opaque).takeUnretainedValue().serve(handle, code, list)
}
