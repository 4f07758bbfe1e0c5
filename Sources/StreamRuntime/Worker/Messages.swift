internal import RuleEngine

/// To the shard.
enum ShardMessage: Sendable {
  /// A slot is restored: it is the shard's from here on.
  case run(Lease, RestoredSlot)
  /// How many partitions the input topics have.
  case partitions([String: Int32])
  /// Where to begin with sources of which nothing is known.
  case starts([Source: Int64])
  case proofs([EndProver.Proof])
  /// Finish the transaction that is being sent, then give up the slots whose leases are about to end.
  case drain(Rendezvous)
  /// These slots are gone.
  case lost([Int])
  case stop
}

/// To the restorer.
enum RestorerMessage: Sendable {
  case assigned([Lease])
  /// Forget what is under way for these slots.
  case gone([Int])
  /// The shard gave up what it held under these leases: where they stand, the slots are read again.
  case again([Lease])
  /// Find out where sources begin.
  case resolve([Source], StartPosition)
  /// A commit of the slot carried this `from`.
  case committed(slot: Int, from: Int64)
  case stop
}
