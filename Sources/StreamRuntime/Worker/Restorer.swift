internal import EventModel
internal import RuleEngine

/// Finds out where each assigned slot stands and reads its rows (protocol.md 6, 7). Between restores it answers where sources begin, and
/// deletes what no restore needs any more.
final class Restorer {
  static let patience: Duration = .seconds(2)

  let context: WorkerContext
  let admin: any ClusterAdmin
  let consumer: any DataConsumer
  /// Asks where partitions begin and end, and reads nothing: an answer comes behind a fetch that waits for records, up to half a second each.
  let enquirer: any DataConsumer

  private var leases: [Int: Lease] = [:]
  /// Slots to be located, not before a time of the monotonic clock.
  private var locating: [Int: Duration] = [:]
  private var scans: [Int: (scan: LastDeltaScan, end: Int64)] = [:]
  private var readers: [Int: RestoreReader] = [:]
  var garbage = GarbageCollection()
  var deadWriters = DeadWriterWatch()
  var unresolved: [(sources: [Source], start: StartPosition)] = []
  var needsPartitions = true
  private(set) var isFinished = false

  init(_ context: WorkerContext, admin: any ClusterAdmin, consumer: any DataConsumer, enquirer: any DataConsumer) {
    self.context = context
    self.admin = admin
    self.consumer = consumer
    self.enquirer = enquirer
  }

  func step() {
    for message in context.restorer.take() { handle(message) }
    guard !isFinished else { return }
    if needsPartitions, !leases.isEmpty { findPartitions() }
    locate()
    fenceDeadWriters()
    resolve()
    if readers.isEmpty, scans.isEmpty {
      collectGarbage()
      if context.isThreaded { context.restorer.wait(atMost: .milliseconds(50)) }
    } else {
      read()
    }
  }

  private func handle(_ message: RestorerMessage) {
    switch message {
    case .assigned(let granted):
      for lease in granted {
        leases[lease.slot] = lease
        if context.storesOffsets { deadWriters.took(slot: lease.slot) }
        perform(context.board.handle(.assigned, slot: lease.slot), slot: lease.slot)
      }
    case .gone(let slots): for slot in slots { forget(slot, andLease: true) }
    case .again(let given):
      // Under a new lease the slot is being read anyway.
      for lease in given where leases[lease.slot] == lease {
        if case .stopped = context.board.state(of: lease.slot) { continue }
        forget(lease.slot, andLease: false)
        perform(context.board.with { $0.slots[lease.slot].restart() }, slot: lease.slot)
      }
    case .resolve(let sources, let start): unresolved.append((sources, start))
    case .committed(let slot, let from): garbage.committed(slot: slot, from: from)
    case .stop: finish()
    }
  }

  private func finish() {
    isFinished = true
    consumer.close()
    enquirer.close()
    admin.close()
  }

  private func perform(_ actions: [SlotOwnership.Action], slot: Int) {
    for action in actions {
      switch action {
      case .locate(let again): locating[slot] = context.clock.uptime + (again ? .milliseconds(200) : .zero)
      case .scan(let end): startScan(slot, to: end)
      case .restore(let mark): startRestore(slot, mark)
      case .run(let mark): run(slot, mark)
      case .drain: preconditionFailure("only a revocation drains, and the membership's thread handles it")
      case .forget: forget(slot, andLease: false)
      case .warn(let text): context.log(.warning, text, [("slot", String(slot))])
      case .report(let text): context.log(.error, "slot stopped: \(text)", [("slot", String(slot))])
      }
    }
  }

  private func forget(_ slot: Int, andLease: Bool) {
    locating[slot] = nil
    stopReading(slot)
    garbage.forget(slot: slot)
    if andLease {
      leases[slot] = nil
      deadWriters.forget(slot: slot)
    }
  }

  private func stopReading(_ slot: Int) {
    let isRead = scans.removeValue(forKey: slot) != nil
    if readers.removeValue(forKey: slot) != nil || isRead { try? consumer.unassign([context.stateSource(slot)]) }
  }

  private func run(_ slot: Int, _ mark: CommittedMark?) {
    guard let lease = leases[slot] else { return }
    let reader = readers[slot]
    stopReading(slot)
    var restored = RestoredSlot(mark: mark, cycle: SliceCycle(policy: context.settings.slices))
    if let reader {
      restored.rows = reader.rows
      restored.cycle = reader.cycle
    }
    context.board.with { $0.marks[slot] = mark }
    context.log(
      .info, "slot restored", [("slot", String(slot)), ("delta", String(mark?.number ?? 0)), ("rows", String(restored.rows.count))])
    context.shard.post(.run(lease, restored))
  }

  // MARK: - Locating

  private func locate() {
    let now = context.clock.uptime
    let due = locating.filter { $0.value <= now }.keys.sorted()
    guard !due.isEmpty else { return }
    for slot in due { locating[slot] = nil }
    var found: [Int: CommittedPosition] = [:]
    do throws(KafkaFault) {
      for position in try admin.committed(group: context.settings.application, context.slotSources(due), timeout: Self.patience)
      where position.offset >= 0 { found[Int(position.source.partition)] = position }
    } catch {
      note(error, "reading committed offsets")
      for slot in due { perform(context.board.handle(.unanswered, slot: slot), slot: slot) }
      return
    }
    for slot in due { perform(context.board.handle(event(slot, found[slot]), slot: slot), slot: slot) }
  }

  private func event(_ slot: Int, _ position: CommittedPosition?) -> SlotOwnership.Event {
    do throws(KafkaFault) {
      let source = context.stateSource(slot)
      guard let position else {
        guard let end = try admin.ends(of: [source], timeout: Self.patience)[source] else { return .unanswered }
        let bounds = try enquirer.bounds(of: source, timeout: Self.patience)
        return .noOffset(low: bounds.lowerBound, stable: bounds.upperBound, end: end)
      }
      let mark: CommittedMark
      do throws(FormatError) {
        mark = try CommittedMark(decoding: position.metadata)
      } catch {
        return .failed(.metadata(error, text: position.metadata))
      }
      let low = try enquirer.bounds(of: source, timeout: Self.patience).lowerBound
      return low > mark.from ? .failed(.outOfRange(from: mark.from, low: low)) : .located(mark)
    } catch {
      note(error, "looking at the state topic")
      return .unanswered
    }
  }

  // MARK: - Reading

  private func startScan(_ slot: Int, to end: Int64) {
    do throws(KafkaFault) {
      let low = try enquirer.bounds(of: context.stateSource(slot), timeout: Self.patience).lowerBound
      try consumer.assign([(context.stateSource(slot), low)])
      scans[slot] = (LastDeltaScan(slot: slot), end)
    } catch {
      note(error, "reading the state topic")
      perform(context.board.with { $0.slots[slot].restart() }, slot: slot)
    }
  }

  private func startRestore(_ slot: Int, _ mark: CommittedMark) {
    stopReading(slot)
    do throws(KafkaFault) {
      try consumer.assign([(context.stateSource(slot), mark.from)])
      readers[slot] = RestoreReader(slot: slot, mark: mark, policy: context.settings.slices)
    } catch {
      note(error, "reading the state topic")
      perform(context.board.with { $0.slots[slot].restart() }, slot: slot)
    }
  }

  private func read() {
    var events: [(slot: Int, event: SlotOwnership.Event)] = []
    do throws(KafkaFault) {
      try consumer.poll(limit: 256, wait: .milliseconds(25)) { polled in
        switch polled {
        case .record(let record):
          let slot = Int(record.source.partition)
          do throws(RestoreError) {
            try take(record, slot: slot)
            if readers[slot]?.isDone == true { events.append((slot, .restored)) }
          } catch {
            events.append((slot, .failed(error)))
          }
        case .end(let source, let offset):
          let slot = Int(source.partition)
          if let (scan, end) = scans[slot], offset >= end { events.append((slot, .scanned(scan.mark))) }
        case .outOfRange(let source):
          let slot = Int(source.partition)
          if let reader = readers[slot] { events.append((slot, .failed(.outOfRange(from: reader.mark.from, low: -1)))) }
        case .fault(_, let fault): note(fault, "reading the state topic")
        }
      }
      consumer.release()
    } catch {
      note(error, "reading the state topic")
    }
    for (slot, event) in events { perform(context.board.handle(event, slot: slot), slot: slot) }
  }

  private func take(_ record: PolledRecord, slot: Int) throws(RestoreError) {
    try scans[slot]?.scan.add(record.value, at: record.offset)
    try readers[slot]?.add(record.value, at: record.offset, time: record.timestamp)
  }

  func note(_ fault: KafkaFault, _ what: String) {
    context.log(.warning, what, [("error", fault.description)])
  }
}
