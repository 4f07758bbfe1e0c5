internal import RuleEngine
internal import StreamRuntime

/// A partition on its way to one peer. Whatever fails closes it; it begins again with a producer of the same id, which settles what was left
/// open, and goes on from the position that the peer committed. So nothing has to be remembered over a fault, and no outcome is guessed.
struct Lane {
  enum Phase: Equatable {
    /// Until then nothing is tried.
    case closed(until: Duration)
    /// The producer is initialized: what an earlier one did is decided.
    case settled
    /// Assigned at home from the position on.
    case open
  }

  let source: Source
  var phase: Phase
  var producer: (any TransactionalProducer)?
  /// Behind what the peer has committed.
  var committed: Int64 = 0
  /// Behind what was read.
  var next: Int64 = 0
  /// Read, to be copied, not committed.
  var pending: [ProducedRecord] = []
  var committedAt: Duration = .zero
  var status: RelayStatus.Partition

  init(_ source: Source, now: Duration) {
    self.source = source
    phase = .closed(until: now)
    status = RelayStatus.Partition(source)
  }

  /// Whether a transaction is worth it: there is something to copy, or a long way of records passed over would be read again.
  func isDue(at now: Duration) -> Bool {
    guard phase == .open else { return false }
    return !pending.isEmpty || next - committed >= 10_000 || (next > committed && now - committedAt >= .seconds(30))
  }

  mutating func begin(at position: Int64, now: Duration) {
    phase = .open
    committed = position
    next = position
    committedAt = now
    status.phase = .publishing
    status.trouble = nil
  }

  /// As others see it.
  var report: RelayStatus.Partition {
    var report = status
    if phase == .open { report.position = pending.isEmpty ? next : committed }
    return report
  }

  mutating func commit(now: Duration) {
    status.copied += pending.count
    status.transactions += 1
    status.trouble = nil
    pending.removeAll(keepingCapacity: true)
    committed = next
    committedAt = now
  }

  mutating func close(after fault: KafkaFault, now: Duration) {
    producer?.close()
    producer = nil
    pending.removeAll()
    status.phase = .connecting
    phase = .closed(until: now + Self.pause(after: fault))
    status.faults += 1
    status.trouble = fault.description
  }

  /// What is missing is not there again in a second.
  static func pause(after fault: KafkaFault) -> Duration { fault.disposition == .hold ? .seconds(5) : .seconds(1) }
}
