internal import EventModel
internal import RuleEngine

/// Reading: poll, evaluate, and close a batch when it is time (protocol.md 5, 8).
extension Shard {
  func read() {
    let needsEvidence = brokerClock.needsEvidence(
      at: context.clock.uptime, now: context.clock.now, within: context.settings.idleMargin)
    if needsEvidence || !slots.values.allSatisfy(\.isTaken) {
      close(takingAll: true)
      return
    }
    applyProofs()
    if processor.isCatchingUp {
      poll()
      if batch.isDue(at: context.clock.uptime) { close() }
      return
    }
    if !behindTables.isEmpty { readBehindTables() }
    keepTogether()
    // What the limit of a batch cut off is the next batch's.
    if processor.isBehind {
      processor.apply([], proofs: [], headers: nil)
      close()
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
    var (polls, bytes) = (0, 0)
    var last: (source: Source, number: Int)?
    // Read again when a record seems to come from the future: the poll waits, and so may the whole process.
    var now = EventTime.distantPast
    do throws(KafkaFault) {
      try consumer.poll(limit: limit, wait: wait) { polled in
        polls += 1
        switch polled {
        case .record(let record):
          if last?.source != record.source { last = positions.number(of: record.source).map { (record.source, $0) } }
          guard let number = last?.number, last?.source == record.source, positions.accept(number, offset: record.offset) else { return }
          let timestamp = record.timestamp ?? .distantFuture
          if timestamp > now { now = context.clock.now }
          bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
          records.append(
            SourceRecord(
              source: number, offset: record.offset, timestamp: min(timestamp, now), key: record.key, value: record.value,
              handle: record.handle))
        case .end(let source, let offset): positions.reachedEnd(source, at: offset)
        case .outOfRange(let source): outOfRange(source)
        case .fault(let source, let fault): faulted(source, fault)
        }
      }
    } catch {
      faulted(nil, error)
    }
    if !records.isEmpty { evaluate(records, bytes: bytes, isBehind: polls >= limit) }
    consumer.release()
  }

  private func evaluate(_ records: [SourceRecord], bytes: Int, isBehind: Bool) {
    let before = context.clock.uptime
    processor.apply(records, proofs: [], headers: consumer)
    let after = context.clock.uptime
    counters.evaluating += after - before
    counters.records += UInt64(records.count)
    counters.recordBytes += UInt64(bytes)
    batch.add(records: records.count, effects: processor.pendingBytes, isBehind: isBehind, at: before)
  }

  /// Proofs count if nothing of their source came since the end was asked for.
  private func applyProofs() {
    guard !proofs.isEmpty else { return }
    defer { proofs = [] }
    let margin = context.settings.idleMargin
    let standing = proofs.filter { positions.isProven($0.source, end: $0.end) }.compactMap { proof in
      positions.number(of: proof.source).map {
        EndProof(source: $0, at: proof.at.advanced(byMicroseconds: -margin.microseconds), end: proof.end, margin: margin)
      }
    }
    guard !standing.isEmpty else { return }
    processor.apply([], proofs: standing, headers: nil)
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

  /// Closes the batch: what it must commit is fixed, and is sent until it stands.
  func close(takingAll: Bool = false) {
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
    let now = context.clock.now
    for slot in slots.keys { slots[slot]?.cycle.passed(to: now) }
    let commit = PendingCommit(
      effects, slots: &slots, settings: context.settings, positions: positions, stores: context.storesOffsets)
    counters.batches += 1
    send(commit)
  }
}
