internal import EventModel
internal import RuleEngine
package import StreamRuntime
internal import Synchronization

/// Kafka in memory, as far as the runtime can tell: topics, offsets with markers, transactions, the last stable offset, a group, committed
/// offsets with metadata, fencing. Deterministic: time is the virtual clock's, and each call can be given another outcome.
///
///     let kafka = SimulatedKafka(clock: clock)
///     kafka.createTopic("orders", partitions: 2)
///     let worker = try SteppedWorker(settings: settings, cluster: kafka.process(), clock: clock) { … }
package final class SimulatedKafka: Sendable {
  /// A call of a worker's handles, each by its name in the ports.
  package enum Call: String, Hashable, Sendable, CaseIterable {
    case initialize, begin, produce, serveReports, sendOffsets, commit, abort
    case join, pollMembership, metadata
    case poll, bounds, assign
    case committed, ends, partitionCounts, offsets, deleteRecords, members
  }

  /// What becomes of a call.
  package enum Interception: Sendable {
    case pass
    /// It fails and does nothing.
    case fail(KafkaFault)
    /// It does what it should, but the answer is lost.
    case failAfterwards(KafkaFault)
    /// The process ends before it, or after it.
    case crash
    case crashAfterwards
    /// The record of this call of `produce` will be refused, as a later delivery report says.
    case refuse(KafkaFault)
    /// The process stands still for so long before it; a member that is silent past its session is one no more.
    case freeze(Duration)
  }

  package let clock: VirtualClock
  /// A member that was not heard of for so long is none any more.
  static let session: Duration = .seconds(10)
  /// The coordinator ends what is open for so long.
  package let transactionTimeout: Duration

  struct Transaction {
    var identity: Int
    var process: Int
    var startedAt: Duration
    var timeouts = 1
    var partitions: Set<Source> = []
    var offsets: [String: [CommittedPosition]] = [:]
  }

  struct ProducerState {
    var epoch = 0
    var open: Transaction?
  }

  struct GroupState {
    var generation = 0
    var memberID = 0
    var instance: String?
    /// Whose member it is.
    var process: Int?
    /// When the member last polled.
    var seenAt: Duration = .zero
    /// Slots that another member holds.
    var lent: Set<Int32> = []
    var committed: [Source: CommittedPosition] = [:]
  }

  struct State {
    var logs: [Source: SimulatedLog] = [:]
    var counts: [String: Int32] = [:]
    var producers: [String: ProducerState] = [:]
    var groups: [String: GroupState] = [:]
    var transactions = 0
    var processes = 0
    var calls = 0
    /// Questions for bounds of consumers that had partitions to read.
    var questionsBehindFetches = 0
    var dead: Set<Int> = []
    /// Markers that are written later: the transaction is committed, but its records cannot be read yet.
    var lateMarkers: [(source: Source, transaction: Int, outcome: SimulatedLog.Outcome, due: Duration)] = []
    /// How long a marker takes to a partition.
    var markerDelay: @Sendable (Source) -> Duration = { _ in .zero }
    /// Records that others are going to append, in order of time.
    var scheduled: [(at: Duration, source: Source, record: SimulatedLog.Record, timestamp: EventTime)] = []
    /// Partitions whose leader does not answer.
    var unavailable: Set<Source> = []
    /// Consumers are told of an end at each poll that reaches it.
    var repeatsEnds = false
    /// Members hear of changes from then on.
    var callbacksHeldUntil = Duration.zero
    /// Topics that are missing for the time being, with their partitions.
    var missing: [String: Int32] = [:]
    /// So many outputs that come next are refused, and these are for ever.
    var refusals = 0
    var refused: Set<[UInt8]> = []
    /// How long a deletion takes, and whether it is done once more as much later.
    var deletion: (delay: Duration, isDoubled: Bool) = (.zero, false)
    var lateDeletions: [(source: Source, offset: Int64, due: Duration)] = []
    /// What the group says of its members; nil: the truth.
    var members: [String]?
    /// How many rewinds there were, and how far each goes back: a consumer that has not made it yet makes it at its next poll.
    var rewinds: (count: Int, by: Int64) = (0, 0)
    var observe: @Sendable (Change) -> Void = { _ in }
    /// How far the brokers' clock is ahead of the workers'.
    var clockDifference: Int64 = 0
    var intercept: @Sendable (Call, Int) -> Interception = { _, _ in .pass }
  }
  let state = Mutex(State())
  let capabilities: ClusterCapabilities

  package init(clock: VirtualClock, capabilities: ClusterCapabilities = .kafka, transactionTimeout: Duration = .seconds(10)) {
    self.clock = clock
    self.capabilities = capabilities
    self.transactionTimeout = transactionTimeout
  }

  /// A new process with handles of its own.
  package func process() -> SimulatedProcess {
    let identity = state.withLock { state in
      state.processes += 1
      return state.processes
    }
    return SimulatedProcess(kafka: self, identity: identity)
  }

  /// A process of somebody else: nothing befalls its calls.
  package func bystander() -> SimulatedProcess { SimulatedProcess(kafka: self, identity: -1) }

  // MARK: - Calls

  /// Performs a call of a process, or what was asked to become of it.
  func call<Answer>(_ name: Call, by process: Int, _ body: (inout State) throws(KafkaFault) -> Answer) throws(KafkaFault) -> Answer {
    let result: Result<Answer, KafkaFault> = state.withLock { state in
      guard !state.dead.contains(process) else { return .failure(Self.crashed) }
      state.calls += 1
      let interception = process < 0 ? .pass : state.intercept(name, state.calls)
      switch interception {
      case .fail(let fault), .refuse(let fault): return .failure(fault)
      case .crash:
        state.dead.insert(process)
        return .failure(Self.crashed)
      case .freeze(let time):
        clock.advance(by: time)
        if time > Self.session { endSession(of: process, &state) }
      case .pass, .failAfterwards, .crashAfterwards: break
      }
      pass(&state)
      let answer: Answer
      do throws(KafkaFault) { answer = try body(&state) } catch { return .failure(error) }
      switch interception {
      case .failAfterwards(let fault): return .failure(fault)
      case .crashAfterwards:
        state.dead.insert(process)
        return .failure(Self.crashed)
      default: return .success(answer)
      }
    }
    return try result.get()
  }

  private func endSession(of process: Int, _ state: inout State) {
    for (name, group) in state.groups where group.process == process {
      state.groups[name]?.generation += 1
      state.groups[name]?.memberID = 0
    }
  }

  /// What a process that has ended gets for an answer: whoever runs it looks at `SimulatedProcess.isDead`.
  static let crashed = KafkaFault(.fatal, code: "CRASHED", "the process has ended")

  /// What happens by itself as time passes.
  private func pass(_ state: inout State) {
    appendScheduled(&state)
    writeMarkers(&state)
    for late in state.lateDeletions where late.due <= clock.uptime { delete(late.source, before: late.offset, &state) }
    state.lateDeletions.removeAll { $0.due <= clock.uptime }
    // The coordinator ends what was left open for too long.
    for (id, producer) in state.producers {
      guard let open = producer.open, clock.uptime - open.startedAt > transactionTimeout * open.timeouts else { continue }
      finish(open, .aborted, &state)
      state.producers[id] = ProducerState(epoch: producer.epoch + 1, open: nil)
    }
  }

  private func appendScheduled(_ state: inout State) {
    guard let first = state.scheduled.first, first.at <= clock.uptime else { return }
    let due = state.scheduled.prefix { $0.at <= clock.uptime }
    for (_, source, record, timestamp) in due { _ = state.logs[source]?.append(record, at: timestamp, transaction: nil) }
    state.scheduled.removeFirst(due.count)
  }

  private func writeMarkers(_ state: inout State) {
    guard !state.lateMarkers.isEmpty else { return }
    for late in state.lateMarkers where late.due <= clock.uptime {
      state.logs[late.source]?.mark(late.transaction, late.outcome, at: clock.now)
    }
    state.lateMarkers.removeAll { $0.due <= clock.uptime }
  }

  func delete(_ source: Source, before offset: Int64, _ state: inout State) {
    state.logs[source]?.delete(before: offset)
    state.observe(.deleted(source, before: offset))
  }

  func finish(_ transaction: Transaction, _ outcome: SimulatedLog.Outcome, _ state: inout State) {
    for source in transaction.partitions.sorted() {
      let delay = state.markerDelay(source)
      if delay > .zero {
        state.lateMarkers.append((source, transaction.identity, outcome, clock.uptime + delay))
      } else {
        state.logs[source]?.mark(transaction.identity, outcome, at: clock.now)
      }
    }
    guard outcome == .committed else { return }
    for (group, positions) in transaction.offsets {
      for position in positions { state.groups[group, default: GroupState()].committed[position.source] = position }
    }
    let records = transaction.partitions.sorted().map { ($0, state.logs[$0]?.records(of: transaction.identity) ?? []) }
    state.observe(
      .committed(
        process: transaction.process, records: Dictionary(uniqueKeysWithValues: records),
        offsets: transaction.offsets.values.flatMap { $0 }))
  }
}
