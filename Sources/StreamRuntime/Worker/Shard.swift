internal import EventModel
internal import RuleEngine

/// Owns slots and runs the engine over their sources: poll, apply, close a batch, commit it (protocol.md 5). One thread uses it.
///
/// Rows that belong to the key of another slot are handed over in memory, so all slots of the application are here: a shard reads when it
/// has every one of them, and when one goes away what is evaluated and not committed goes with it, of all slots.
final class Shard {
  let context: WorkerContext
  let consumer: any DataConsumer
  var producer: any TransactionalProducer

  var slots: [Int: OwnedSlot] = [:]
  var processor: any RecordProcessor
  var positions = SourcePositions()
  /// Partitions of the input topics; empty: not known yet.
  var partitions: [String: Int32] = [:]
  /// Sources attached, but still without a place to begin.
  var awaiting: [Source: Int] = [:]
  /// Sources that are not read until the tables are as they were before the restart.
  var behindTables: [Source] = []

  /// Sources that wait for others to catch up.
  var holdBack = HoldBack()

  var batch: BatchWindow
  /// Proofs that were not looked at yet: while a transaction is under way they wait.
  var proofs: [EndProver.Proof] = []
  var hasProofs = false
  var transaction: Transaction
  var next = Transaction.Action.rest
  var pending: PendingCommit?
  /// Who this worker is to the group coordinator, as fetched for the transaction under way.
  var metadata: (any GroupMetadata)?
  var brokerClock = BrokerClock()
  var counters = WorkerCounters()
  /// When the transaction under way began, by the monotonic clock.
  var sentAt: Duration
  /// Who waits until the transaction under way is finished and the slots are given up.
  var draining: Rendezvous?
  var stopDeadline: Duration?
  private(set) var isFinished = false
  private var isWarned = false

  init(_ context: WorkerContext, consumer: any DataConsumer, producer: any TransactionalProducer) {
    self.context = context
    self.consumer = consumer
    self.producer = producer
    processor = context.makeProcessor()
    batch = BatchWindow(limits: context.settings.batches)
    transaction = Transaction(storesOffsets: context.storesOffsets, writer: context.settings.transactionalID)
    sentAt = context.clock.uptime
    act(transaction.handle(.start, at: context.clock.uptime))
  }

  /// One round: what others say, then the transaction under way, or reading.
  func step() {
    for message in context.shard.take() { handle(message) }
    guard !isFinished else { return }
    advance()
    settle()
    guard !isFinished else { return }
    if isReading { read() } else { rest() }
    publish()
  }

  /// Whether records may be taken: everything is here, and nothing waits to be committed.
  var isReading: Bool {
    pending == nil && transaction.phase == .idle && transaction.holdReason == nil && stopDeadline == nil && draining == nil && isComplete
  }

  /// Whether all slots are here and every source has a place to be read from.
  var isComplete: Bool { slots.count == context.settings.slots && !partitions.isEmpty && awaiting.isEmpty }

  private func rest() {
    guard context.isThreaded else { return }
    var time = Duration.milliseconds(50)
    switch next {
    case .call: return
    case .wait(let until): time = min(time, max(.zero, until - context.clock.uptime))
    default: break
    }
    context.shard.wait(atMost: time)
  }

  // MARK: - Messages

  private func handle(_ message: ShardMessage) {
    switch message {
    case .run(let lease, let restored):
      // What is held under the lease is newer than anything that can be read.
      guard context.leases.stands(lease), slots[lease.slot]?.lease != lease else { return }
      slots[lease.slot] = OwnedSlot(lease: lease, restored: restored)
      attachIfComplete()
    case .partitions(let counts):
      guard counts != partitions else { return }
      partitions.merge(counts) { max($0, $1) }
      attachIfComplete()
    case .starts(let offsets): start(offsets)
    case .proofs(let proofs): self.proofs = proofs
    case .drain(let rendezvous): draining = rendezvous
    case .lost(let lost):
      guard !self.slots.keys.filter(lost.contains).isEmpty else { return }
      act(transaction.handle(.lost(Set(lost)), at: context.clock.uptime))
      if pending == nil { giveUp() }
    case .stop: stop()
    }
  }

  private func stop() {
    guard stopDeadline == nil else { return }
    stopDeadline = context.clock.uptime + .seconds(4)
    // What is evaluated is committed too, if nothing stands in the way; else the next start evaluates it again.
    if pending == nil, transaction.phase == .idle, transaction.holdReason == nil, batch.records > 0 { close() }
  }

  /// What waits until nothing is being sent is done, or waits no longer.
  private func settle() {
    if pending == nil, let rendezvous = draining {
      draining = nil
      giveUp()
      rendezvous.finish()
    }
    guard let stopDeadline else { return }
    // What cannot be committed now is settled by the next start.
    let isStuck = transaction.holdReason != nil || transaction.phase == .dead || next == .rest
    if pending == nil || isStuck || context.clock.uptime >= stopDeadline { finish() }
  }

  private func finish() {
    isFinished = true
    consumer.close()
    producer.close()
  }

  private func publish() {
    counters.repeated = positions.positions.reduce(0) { $0 + $1.repeated }
    counters.skipped = positions.positions.reduce(0) { $0 + $1.skipped }
    let isRead = isComplete && !slots.isEmpty
    let memory = stateMemory()
    context.board.with { board in
      board.stateMemory = (memory, context.settings.stateMemory)
      board.partitions = isRead ? partitions : [:]
      board.idle = positions.idle
      board.positions = positions.positions
      board.brokerClock = brokerClock
      board.counters = counters
      board.phase = transaction.phase
      board.shardSeenAt = context.clock.uptime
      if partitions.isEmpty == false { board.holdReason = transaction.holdReason ?? whyTables }
    }
  }

  private var whyTables: String? { behindTables.isEmpty ? nil : "lookup tables are read again" }

  /// About what the state takes: each row is held by the engine, in its form, and by the slot, as it is written. Warns at 80 % of the limit.
  private func stateMemory() -> Int {
    let used = slots.values.reduce(0) { $0 + 2 * $1.rows.bytes }
    let isMuch = used > context.settings.stateMemory / 10 * 8
    if isMuch, !isWarned {
      context.log(.warning, "state takes over 80 % of `memory.state`", [("bytes", String(used))])
    }
    isWarned = isMuch
    return used
  }
}
