package import EventModel
package import RuleEngine
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
    case committed, ends, partitionCounts, offsets, deleteRecords
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
  }

  package let clock: VirtualClock
  package static let transactionTimeout: Duration = .seconds(10)

  struct Transaction {
    var identity: Int
    var startedAt: Duration
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
    var process: Int?
    var topic = ""
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
    var dead: Set<Int> = []
    /// Markers that are written later: the transaction is committed, but its records cannot be read yet.
    var lateMarkers: [(source: Source, transaction: Int, outcome: SimulatedLog.Outcome)] = []
    var delaysMarkers = false
    /// How far the brokers' clock is ahead of the workers'.
    var clockDifference: Int64 = 0
    var intercept: @Sendable (Call, Int) -> Interception = { _, _ in .pass }
  }
  let state = Mutex(State())
  let capabilities: ClusterCapabilities

  package init(clock: VirtualClock, capabilities: ClusterCapabilities = .kafka) {
    self.clock = clock
    self.capabilities = capabilities
  }

  /// A new process with handles of its own.
  package func process() -> SimulatedProcess {
    let identity = state.withLock { state in
      state.processes += 1
      return state.processes
    }
    return SimulatedProcess(kafka: self, identity: identity)
  }

  // MARK: - What a test does to it

  package func createTopic(_ name: String, partitions: Int32) {
    state.withLock { state in
      for partition in (state.counts[name] ?? 0)..<partitions { state.logs[Source(topic: name, partition: partition)] = SimulatedLog() }
      state.counts[name] = partitions
    }
  }

  /// Appends a record that belongs to no transaction.
  @discardableResult
  package func append(_ topic: String, _ partition: Int32, key: String? = nil, value: String, timestamp: EventTime? = nil) -> Int64 {
    let record = SimulatedLog.Record(key: key.map { Array($0.utf8) }, value: Array(value.utf8), headers: [])
    let time = timestamp ?? clock.now
    return state.withLock { state in
      state.logs[Source(topic: topic, partition: partition)]?.append(record, at: time, transaction: nil) ?? -1
    }
  }

  /// What becomes of the calls that follow; they are counted from 1.
  package func intercept(_ intercept: @escaping @Sendable (Call, Int) -> Interception) {
    state.withLock { state in
      state.intercept = intercept
      state.calls = 0
    }
  }

  /// How many calls there were since `intercept` was set.
  package var calls: Int { state.withLock { $0.calls } }

  /// From now on the markers of transactions are written when `writeMarkers` is called.
  package func delayMarkers() { state.withLock { $0.delaysMarkers = true } }

  package func writeMarkers() {
    let now = clock.now
    state.withLock { state in
      state.delaysMarkers = false
      for late in state.lateMarkers { state.logs[late.source]?.mark(late.transaction, late.outcome, at: now) }
      state.lateMarkers = []
    }
  }

  /// The brokers' clock is ahead of the workers' by so much.
  package func appendClockDifference(_ difference: Duration) { state.withLock { $0.clockDifference = difference.microseconds } }

  /// Everything that a reader of committed records reads in a topic, by partition and offset.
  package func committedRecords(_ topic: String) -> [(
    source: Source, offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [OutputRecord.Header]
  )] {
    state.withLock { state in
      var found: [(Source, Int64, [UInt8]?, [UInt8]?, [OutputRecord.Header])] = []
      for partition in 0..<(state.counts[topic] ?? 0) {
        let source = Source(topic: topic, partition: partition)
        guard let log = state.logs[source] else { continue }
        var offset = log.low
        while let (at, _, record) = log.next(from: offset, committed: true) {
          found.append((source, at, record.key, record.value, record.headers))
          offset = at + 1
        }
      }
      return found
    }
  }

  package func committedOffsets(group: String) -> [Source: CommittedPosition] { state.withLock { $0.groups[group]?.committed ?? [:] } }

  /// The group's offsets are gone, as after seven days without a member.
  package func expireOffsets(group: String) { state.withLock { $0.groups[group]?.committed = [:] } }

  package func deleteRecords(_ topic: String, _ partition: Int32, before offset: Int64) {
    state.withLock { $0.logs[Source(topic: topic, partition: partition)]?.delete(before: offset) }
  }

  package func bounds(_ topic: String, _ partition: Int32) -> Range<Int64> {
    state.withLock { state in
      guard let log = state.logs[Source(topic: topic, partition: partition)] else { return 0..<0 }
      return log.low..<log.end
    }
  }

  /// The bytes of a record are damaged.
  package func damage(_ topic: String, _ partition: Int32, at offset: Int64, byte: Int) {
    state.withLock { $0.logs[Source(topic: topic, partition: partition)]?.damage(at: offset, byte: byte) }
  }

  /// The member of a group is thrown out, as after a session that was missed; it learns of it at its next poll.
  package func expel(group: String) {
    state.withLock { state in
      state.groups[group]?.generation += 1
      state.groups[group]?.memberID = 0
    }
  }

  // MARK: - Calls

  /// Performs a call of a process, or what was asked to become of it.
  func call<Answer>(_ name: Call, by process: Int, _ body: (inout State) throws(KafkaFault) -> Answer) throws(KafkaFault) -> Answer {
    let result: Result<Answer, KafkaFault> = state.withLock { state in
      guard !state.dead.contains(process) else { return .failure(Self.crashed) }
      state.calls += 1
      let interception = state.intercept(name, state.calls)
      switch interception {
      case .fail(let fault), .refuse(let fault): return .failure(fault)
      case .crash:
        state.dead.insert(process)
        return .failure(Self.crashed)
      case .pass, .failAfterwards, .crashAfterwards: break
      }
      expireTransactions(&state)
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

  /// What a process that has ended gets for an answer: whoever runs it looks at `SimulatedProcess.isDead`.
  static let crashed = KafkaFault(.fatal, code: "CRASHED", "the process has ended")

  /// The coordinator ends what was left open for too long.
  private func expireTransactions(_ state: inout State) {
    for (id, producer) in state.producers {
      guard let open = producer.open, clock.uptime - open.startedAt > Self.transactionTimeout else { continue }
      finish(open, .aborted, &state)
      state.producers[id] = ProducerState(epoch: producer.epoch + 1, open: nil)
    }
  }

  func finish(_ transaction: Transaction, _ outcome: SimulatedLog.Outcome, _ state: inout State) {
    for source in transaction.partitions.sorted() {
      if state.delaysMarkers {
        state.lateMarkers.append((source, transaction.identity, outcome))
      } else {
        state.logs[source]?.mark(transaction.identity, outcome, at: clock.now)
      }
    }
    guard outcome == .committed else { return }
    for (group, positions) in transaction.offsets {
      for position in positions { state.groups[group, default: GroupState()].committed[position.source] = position }
    }
  }
}
