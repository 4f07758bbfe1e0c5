internal import EventModel
internal import RuleEngine
internal import Synchronization

/// How a shard performs what its transaction asks for.
extension Shard {
  /// How long a call to Kafka may take before it is made again.
  private static let patience: Duration = .seconds(5)

  func send(_ commit: PendingCommit) {
    pending = commit
    sentAt = context.clock.uptime
    act(transaction.handle(.offered(records: commit.records.count, outputs: commit.outputs.count), at: context.clock.uptime))
  }

  /// Goes on with the transaction as far as it goes without waiting. Others are listened to between two calls, but not between two records.
  func advance() {
    if case .wait(let until) = next, context.clock.uptime >= until {
      act(transaction.handle(.timePassed, at: context.clock.uptime))
    }
    while case .call(let call) = next {
      act(transaction.handle(perform(call), at: context.clock.uptime))
      if case .produce = call { continue }
      if case .call(.produce) = next { continue }
      return
    }
  }

  func act(_ actions: [Transaction.Action]) {
    for action in actions {
      switch action {
      case .call, .wait, .rest: next = action
      case .committed: committed()
      case .drop: giveUp()
      case .replace(let record, let cause):
        context.log(.error, "an output was refused by the broker", [("cause", cause)])
        pending?.replace(record, cause: cause)
      case .hold(let reason): context.log(.error, "holding", [("reason", reason)])
      case .release: context.log(.info, "going on", [])
      case .end(let cause): context.requestEnd(.failed(cause))
      }
    }
  }

  private func perform(_ call: Transaction.Call) -> Transaction.Event {
    do throws(KafkaFault) {
      switch call {
      case .initialize: try producer.initialize(timeout: Self.patience)
      case .begin: try producer.begin()
      case .produce(let index):
        if let record = pending?.records[index] { try producer.produce(record) }
      case .serveReports: try producer.poll()
      case .fetchMetadata: metadata = try context.membership.withLock { $0 }?.metadata()
      case .checkLeases:
        let ended = pending?.slots.filter { !context.leases.stands($0.value.lease) }.map(\.key) ?? []
        return .leases(ended: Set(ended))
      case .sendOffsets:
        guard let pending, let metadata else { preconditionFailure("metadata is fetched before offsets are sent") }
        try producer.sendOffsets(pending.positions, under: metadata, timeout: Self.patience)
      case .commit: try producer.commit(timeout: Self.patience)
      case .abort:
        counters.aborted += 1
        try producer.abort(timeout: Self.patience)
      case .replaceProducer:
        counters.replacedProducers += 1
        producer.close()
        if transaction.timeouts > 1 {
          context.log(.warning, "a transaction takes too long: its timeouts grow", [("times", String(transaction.timeouts))])
        }
        producer = try context.cluster.transactionalProducer(id: context.settings.transactionalID, timeouts: transaction.timeouts)
      case .readMarks: return .found(try readMarks())
      }
      return .succeeded
    } catch {
      context.log(.warning, "transaction: \(call)", [("error", error.description), ("code", error.code)])
      return .failed(error)
    }
  }

  private func readMarks() throws(KafkaFault) -> [Int: Transaction.MarkFound] {
    guard let pending else { return [:] }
    let sent = pending.slots.filter { context.leases.stands($0.value.lease) }
    if sent.isEmpty { return [:] }
    let admin = try context.cluster.admin()
    defer { admin.close() }
    var marks: [Int: String] = [:]
    for position in try admin.committed(
      group: context.settings.application, context.slotSources(sent.keys.sorted()), timeout: Self.patience)
    where position.offset >= 0 { marks[Int(position.source.partition)] = position.metadata }
    return sent.mapValues { slot in
      let found = marks.first { $0.key == slot.lease.slot }?.value
      if found == slot.mark.description { return .sent }
      return found == slot.before?.description ? .before : .other
    }
  }

  private func committed() {
    guard let commit = pending else { preconditionFailure("what is committed was sent") }
    pending = nil
    let (wall, uptime) = (context.clock.now, context.clock.uptime)
    for (slot, sent) in commit.slots {
      slots[slot]?.mark = sent.mark
      slots[slot]?.isTaken = true
      slots[slot]?.cycle.committed(firstSlice: sent.firstSlice.flatMap { producer.storedOffset(of: $0) })
      if sent.mark.from > sent.before?.from ?? 0 { context.restorer.post(.committed(slot: slot, from: sent.mark.from)) }
    }
    if commit.records.count > commit.outputs.count, let appended = producer.appendTime(of: commit.outputs.count) {
      brokerClock.saw(append: appended, acknowledged: wall, elapsed: uptime - sentAt, at: uptime)
    }
    count(commit, at: uptime)
    context.board.with { board in for (slot, sent) in commit.slots { board.marks[slot] = sent.mark } }
    if !commit.outputs.isEmpty { context.hooks.committed(commit.outputs) }
    context.hooks.evaluated(processor)
  }

  private func count(_ commit: PendingCommit, at uptime: Duration) {
    counters.transactions += 1
    counters.lastCommit = uptime - sentAt
    counters.committing += counters.lastCommit
    for output in commit.outputs { counters.outputs[output.topic, default: 0] += 1 }
    counters.stateBytes += commit.records[commit.outputs.count...].reduce(0) { $0 + UInt64($1.value?.count ?? 0) }
  }
}
