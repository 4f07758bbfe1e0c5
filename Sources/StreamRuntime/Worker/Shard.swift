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
  private var partitions: [String: Int32] = [:]
  /// Sources attached, but still without a place to begin.
  private var awaiting: [Source: Int] = [:]

  var batch: BatchWindow
  private var hasProofs = false
  var transaction: Transaction
  var next = Transaction.Action.rest
  var pending: PendingCommit?
  /// Who this worker is to the group coordinator, as fetched for the transaction under way.
  var metadata: (any GroupMetadata)?
  var brokerClock = BrokerClock()
  var counters = WorkerCounters()
  /// When the transaction under way began, by both clocks.
  var sentAt: (wall: EventTime, uptime: Duration)
  /// Who waits until the transaction under way is finished and the slots are given up.
  private var draining: Rendezvous?
  private var stopDeadline: Duration?
  private(set) var isFinished = false

  init(_ context: WorkerContext, consumer: any DataConsumer, producer: any TransactionalProducer) {
    self.context = context
    self.consumer = consumer
    self.producer = producer
    processor = context.makeProcessor()
    batch = BatchWindow(limits: context.settings.batches)
    transaction = Transaction(storesOffsets: context.storesOffsets)
    sentAt = (context.clock.now, context.clock.uptime)
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
  private var isReading: Bool {
    pending == nil && transaction.phase == .idle && transaction.holdReason == nil && stopDeadline == nil && draining == nil && isComplete
  }

  /// Whether all slots are here and every source has a place to be read from.
  private var isComplete: Bool { slots.count == context.settings.slots && !partitions.isEmpty && awaiting.isEmpty }

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
      guard context.leases.stands(lease) else { return }
      slots[lease.slot] = OwnedSlot(lease: lease, restored: restored)
      attachIfComplete()
    case .partitions(let counts):
      guard counts != partitions else { return }
      partitions.merge(counts) { max($0, $1) }
      attachIfComplete()
    case .starts(let offsets): start(offsets)
    case .proofs(let proofs): apply(proofs)
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

  // MARK: - Sources

  /// With the last slot, the engine takes over all rows and the sources are read.
  private func attachIfComplete() {
    guard slots.count == context.settings.slots, !partitions.isEmpty else { return }
    if positions.positions.isEmpty, awaiting.isEmpty {
      for (slot, owned) in slots.sorted(by: { $0.key < $1.key }) { processor.load(slot: slot, owned.rows.all) }
    }
    let sources = context.settings.sources(partitions).filter { positions.number(of: $0) == nil && awaiting[$0] == nil }
    var known: [(source: Source, offset: Int64)] = []
    var unknown: [Source] = []
    for source in sources {
      let number = processor.attach(source)
      guard let offset = processor.position(of: number) else {
        awaiting[source] = number
        unknown.append(source)
        continue
      }
      positions.attach(source, number: number, at: offset)
      known.append((source, offset))
    }
    assign(known)
    // A partition that was added to a topic is read from its beginning; a topic that is new, from where the settings say.
    let old = Set(positions.positions.map(\.source.topic))
    let added = unknown.filter { old.contains($0.topic) }
    let new = unknown.filter { !old.contains($0.topic) }
    if !added.isEmpty { context.restorer.post(.resolve(added, .earliest)) }
    if !new.isEmpty { context.restorer.post(.resolve(new, context.settings.start)) }
  }

  private func start(_ offsets: [Source: Int64]) {
    var begun: [(source: Source, offset: Int64)] = []
    for (source, offset) in offsets.sorted(by: { $0.key < $1.key }) {
      guard let number = awaiting.removeValue(forKey: source) else { continue }
      processor.start(number, at: offset)
      positions.attach(source, number: number, at: offset)
      begun.append((source, offset))
      context.log(.info, "source begins", [("source", "\(source.topic)/\(source.partition)"), ("offset", String(offset))])
    }
    assign(begun)
  }

  private func assign(_ begun: [(source: Source, offset: Int64)]) {
    guard !begun.isEmpty else { return }
    do throws(KafkaFault) {
      try consumer.assign(begun)
    } catch {
      context.requestEnd(.failed("reading the inputs: \(error)"))
    }
  }

  /// A slot is gone, and rows that went through memory with it: all are read anew from what is committed, as far as their leases stand.
  func giveUp() {
    guard !slots.isEmpty else { return }
    do throws(KafkaFault) { try consumer.unassign(positions.positions.map(\.source)) } catch {
      context.requestEnd(.failed("leaving the inputs: \(error)"))
    }
    context.restorer.post(.again(slots.keys.sorted()))
    slots = [:]
    pending = nil
    processor = context.makeProcessor()
    positions = SourcePositions()
    awaiting = [:]
    batch.reset()
    hasProofs = false
  }

  // MARK: - Reading

  private func read() {
    if !slots.values.allSatisfy(\.isTaken) || brokerClock.needsEvidence(at: context.clock.uptime) {
      close(takingAll: true)
      return
    }
    poll()
    let uptime = context.clock.uptime
    if batch.isDue(at: uptime) || (hasProofs && batch.records == 0) { close() }
  }

  private func poll() {
    let limit = min(1_024, batch.room)
    var wait = Duration.milliseconds(25)
    if let remaining = batch.remaining(at: context.clock.uptime) { wait = min(wait, remaining) }
    var records: [SourceRecord] = []
    records.reserveCapacity(limit)
    var bytes = 0
    var last: (source: Source, number: Int)?
    let now = context.clock.now
    do throws(KafkaFault) {
      try consumer.poll(limit: limit, wait: wait) { polled in
        switch polled {
        case .record(let record):
          if last?.source != record.source { last = positions.number(of: record.source).map { (record.source, $0) } }
          guard let number = last?.number, last?.source == record.source, positions.accept(number, offset: record.offset) else { return }
          bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
          records.append(
            SourceRecord(
              source: number, offset: record.offset, timestamp: min(record.timestamp ?? now, now), key: record.key, value: record.value))
        case .end(let source, let offset): positions.reachedEnd(source, at: offset)
        case .outOfRange(let source): outOfRange(source)
        case .fault(let source, let fault): faulted(source, fault)
        }
      }
    } catch {
      faulted(nil, error)
    }
    if !records.isEmpty { evaluate(records, bytes: bytes) }
    consumer.release()
  }

  private func evaluate(_ records: [SourceRecord], bytes: Int) {
    let before = context.clock.uptime
    processor.apply(records, proofs: [])
    let after = context.clock.uptime
    counters.evaluating += after - before
    counters.records += UInt64(records.count)
    counters.recordBytes += UInt64(bytes)
    batch.add(records: records.count, bytes: bytes, at: before)
  }

  /// Proofs count if nothing of their source came since the end was asked for.
  private func apply(_ proofs: [EndProver.Proof]) {
    guard isReading else { return }
    let standing = proofs.filter { positions.isProven($0.source, end: $0.end) }.compactMap { proof in
      positions.number(of: proof.source).map {
        EndProof(source: $0, at: proof.at, end: proof.end, margin: context.settings.idleMargin)
      }
    }
    guard !standing.isEmpty else { return }
    processor.apply([], proofs: standing)
    hasProofs = true
  }

  private func outOfRange(_ source: Source) {
    let position = positions[source]?.next ?? 0
    let low = (try? consumer.bounds(of: source, timeout: .seconds(2)))?.lowerBound
    let gone = low.map { "\($0 - position) records are gone" } ?? "records are gone"
    let text = "\(source.topic)/\(source.partition) does not go on at offset \(position): \(gone)"
    let slot = Int(source.partition) % context.settings.slots
    for action in context.board.handle(.outOfRange(text), slot: slot) {
      if case .report(let text) = action { context.log(.error, "slot stopped: \(text)", [("slot", String(slot))]) }
    }
    context.shard.post(.lost([slot]))
  }

  private func faulted(_ source: Source?, _ fault: KafkaFault) {
    let place = source.map { "\($0.topic)/\($0.partition)" } ?? "inputs"
    if fault.disposition == .fatal {
      context.requestEnd(.failed("reading \(place): \(fault)"))
    } else {
      context.log(.warning, "reading \(place)", [("error", fault.description)])
    }
  }

  // MARK: - Batches

  /// Closes the batch: what it must commit is fixed, and is sent until it stands.
  private func close(takingAll: Bool = false) {
    var effects = processor.drain()
    batch.reset()
    hasProofs = false
    if takingAll {
      let touched = Set(effects.slots.map(\.slot))
      effects.slots += slots.keys.filter { !touched.contains($0) }.map { SlotEffects(slot: $0) }
      effects.slots.sort { $0.slot < $1.slot }
    }
    guard !effects.isEmpty else {
      context.hooks.evaluated(processor)
      return
    }
    let commit = PendingCommit(
      effects, slots: &slots, settings: context.settings, positions: positions, stores: context.storesOffsets)
    counters.batches += 1
    send(commit)
  }

  private func publish() {
    counters.repeated = positions.positions.reduce(0) { $0 + $1.repeated }
    counters.skipped = positions.positions.reduce(0) { $0 + $1.skipped }
    let isRead = isComplete && !slots.isEmpty
    context.board.with { board in
      board.partitions = isRead ? partitions : [:]
      board.idle = positions.idle
      board.positions = positions.positions
      board.brokerClock = brokerClock
      board.counters = counters
      board.phase = transaction.phase
      board.shardSeenAt = context.clock.uptime
      if partitions.isEmpty == false { board.holdReason = transaction.holdReason }
    }
  }
}
