/// The worker's place in the consumer group (protocol.md 2, 6). Its thread polls it; producers of other threads use its metadata.
package protocol GroupMembership: AnyObject, Sendable {
  /// Joins the group by subscribing to `topic`; changes are handed to `change` from within `poll`, and the rebalance goes on when it returns.
  func join(topic: String, change: @escaping @Sendable (MembershipChange) -> Void) throws(KafkaFault)
  /// Serves callbacks. A fault with disposition `fatal` ends the process.
  func poll(wait: Duration) throws(KafkaFault)
  /// Unsubscribes and waits until the revocation was served.
  func leave() throws(KafkaFault)
  func close()
}

package enum MembershipChange: Sendable, Equatable {
  case assigned([Int32])
  case revoked([Int32])
  case lost([Int32])
}
