/// The worker's place in the consumer group (protocol.md 2, 6). Its thread polls it; producers of other threads use its metadata.
package protocol GroupMembership: AnyObject, Sendable {
  /// Joins the group by subscribing to `topic`; changes are handed to `change` from within `poll`, and the rebalance goes on when it returns.
  func join(topic: String, change: @escaping @Sendable (MembershipChange) -> Void) throws(KafkaFault)
  /// Serves callbacks. A fault with disposition `fatal` ends the process.
  func poll(wait: Duration) throws(KafkaFault)
  /// Who this worker is to the group coordinator at this moment. Fetched for each transaction, **before** its leases are checked:
  /// a worker that lost its slots and joined again gets metadata that the coordinator accepts for any slot.
  func metadata() throws(KafkaFault) -> any GroupMetadata
  /// Unsubscribes and waits until the revocation was served.
  func leave() throws(KafkaFault)
  func close()
}

/// Member, generation and instance, as `TransactionalProducer.sendOffsets` passes them on; only who made it looks inside.
package protocol GroupMetadata: AnyObject {}

package enum MembershipChange: Sendable, Equatable {
  case assigned([Int32])
  case revoked([Int32])
  case lost([Int32])
}
