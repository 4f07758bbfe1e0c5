/// What a transaction asks its driver to do, and what the driver tells it (protocol.md 5).
extension Transaction {
  enum Phase: Hashable, Sendable { case closed, idle, open, claimed, aborting, dead, doubt }

  /// A call to Kafka, or a look at the leases. The driver answers each with `Event.succeeded`, `.failed` or the answer of its own.
  enum Call: Hashable, Sendable {
    case initialize
    case begin
    /// Queues the record of this index.
    case produce(Int)
    case serveReports
    case fetchMetadata
    /// Answered with `leases`.
    case checkLeases
    case sendOffsets
    case commit
    case abort
    /// Destroys the producer and makes a new one of the same id.
    case replaceProducer
    /// Reads the committed marks of the slots sent, stable; answered with `found`.
    case readMarks
  }

  enum Event: Sendable {
    case start
    /// There is something to send: so many records, the first `outputs` of them outputs, the rest internal.
    case offered(records: Int, outputs: Int)
    case succeeded
    case failed(KafkaFault)
    /// Slots of the transaction whose lease has ended.
    case leases(ended: Set<Int>)
    /// What the group's committed offsets say of the slots that were sent.
    case found([Int: MarkFound])
    /// Leases ended while the transaction is under way.
    case lost(Set<Int>)
    /// The time of `Action.wait` has come.
    case timePassed
  }

  enum MarkFound: Hashable, Sendable {
    /// The mark that this transaction carries.
    case sent
    /// The mark before it, as last committed or read.
    case before
    case other
  }

  enum Action: Hashable, Sendable {
    case call(Call)
    /// Nothing to do until then, by the monotonic clock.
    case wait(until: Duration)
    /// Nothing to do until there is something to send.
    case rest
    /// Everything that was offered is committed: it may be freed.
    case committed
    /// The slots are lost, with their effects. What remains is offered anew.
    case drop(Set<Int>)
    /// The broker refuses this record for ever: something else takes its place.
    case replace(record: Int, cause: String)
    /// Nothing is read or sent until this is settled.
    case hold(String)
    case release
    /// On a cluster that does not tell what was committed: the end, with its cause.
    case end(String)
  }
}
