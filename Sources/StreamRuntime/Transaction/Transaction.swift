internal import RuleEngine

/// The life of a transactional producer and of what it sends (the table of protocol.md 5): an event in, actions out. The last action is
/// the next call, or to wait or rest. Effects are never undone, only sent again; whatever a commit said, the committed marks decide.
struct Transaction: Sendable {
  struct Timing: Equatable, Sendable {
    /// An older transaction is not sent: the process was frozen, or the brokers are slow.
    var oldest: Duration = .seconds(5)
    /// How much longer than usual a transaction may take in the end: its timeout is no longer than brokers allow.
    var mostTimeouts = 64
    /// A commit or abort that cannot be brought to an end for so long ends the producer.
    var patience: Duration = .seconds(60)
    /// Before a new producer, and between attempts to initialise one: at least; the jitter comes on top, so that workers that were refused
    /// together do not come again together.
    var again: Duration = .seconds(1)
    var jitter: Duration = .milliseconds(500)
    /// Between attempts at the same call.
    var shortly: Duration = .milliseconds(20)
    /// After the coordinator refused the member.
    var refused: Duration = .milliseconds(200)
    var hold: Duration = .seconds(5)
    var longestBackoff: Duration = .seconds(5)
    init() {}
  }

  var phase = Phase.closed
  /// Why nothing is read or sent at present.
  var holdReason: String?

  let timing: Timing
  /// Whether the cluster keeps the offsets of transactions, and so can tell what was committed.
  let storesOffsets: Bool
  /// Of the jitter: another one for each writer.
  private var seed: UInt64
  var records = 0
  var outputs = 0
  var hasEffects = false
  var begunAt = Duration.zero
  /// The call under way, or the one that `timePassed` repeats.
  var current = Call.initialize
  /// Since when the call under way has failed.
  var failingSince: Duration?
  /// How often in a row the effects had to be sent again.
  var attempts = 0
  /// How often in a row the effects were not sent in time.
  var late = 0
  /// By how much timeouts are longer than usual. A frozen process is in time when it tries again; for slow brokers they double until the
  /// effects get through, whose size does not change any more.
  var timeouts: Int { min(timing.mostTimeouts, 1 << max(0, min(late, 16) - 1)) }
  /// What happens when the abort under way is done.
  var afterAbort = AfterAbort.again(.zero)
  /// Slots whose lease ended, and that are dropped as soon as it is known whether they were committed.
  var lostMeanwhile: Set<Int> = []
  /// The record at which a full queue interrupted the producing.
  var resumed: Int?

  enum AfterAbort: Sendable {
    case again(Duration)
    case hold(String)
    case doubt
    /// By a producer with longer timeouts.
    case replace
  }

  /// `writer`: whose transactions these are.
  init(storesOffsets: Bool, writer: String = "", timing: Timing = Timing()) {
    self.storesOffsets = storesOffsets
    self.timing = timing
    seed = UInt64(murmur2(Array(writer.utf8)))
  }

  /// `now`: by the monotonic clock.
  mutating func handle(_ event: Event, at now: Duration) -> [Action] {
    switch event {
    case .start:
      precondition(phase == .closed, "a producer is initialised once")
      return call(.initialize)
    case .offered(let records, let outputs):
      precondition(phase == .idle && !hasEffects, "a batch is never sent before the one in front of it is committed")
      (self.records, self.outputs, hasEffects, attempts) = (records, outputs, true, 0)
      return begin(at: now)
    case .timePassed: return timePassed(at: now)
    case .succeeded: return succeeded(at: now)
    case .failed(let fault): return failed(fault, at: now)
    case .leases(let ended): return leases(ended, at: now)
    case .found(let marks): return found(marks, at: now)
    case .lost(let slots): return lost(slots, at: now)
    }
  }

  // MARK: - Calls that went well

  mutating func succeeded(at now: Duration) -> [Action] {
    failingSince = nil
    switch (phase, current) {
    case (.closed, .initialize): return settled(.idle, at: now)
    case (.dead, .replaceProducer): return call(.initialize)
    case (.dead, .initialize): return settled(hasEffects ? .doubt : .idle, at: now)
    case (.idle, .begin):
      phase = .open
      return produce(0, at: now)
    case (.open, .produce(let index)): return produce(index + 1, at: now)
    case (.open, .serveReports):
      if isLate(at: now) { return abort(then: lateAgain(.again(.zero))) }
      if let resumed { return produce(resumed, at: now) }
      return call(storesOffsets ? .fetchMetadata : claim())
    case (.open, .fetchMetadata): return call(.checkLeases)
    case (.open, .sendOffsets): return call(claim())
    case (.claimed, .commit): return committed(at: now)
    case (.aborting, .abort): return aborted(at: now)
    default: preconditionFailure("\(current) is no call of phase \(phase)")
    }
  }

  mutating func produce(_ index: Int, at now: Duration) -> [Action] {
    resumed = nil
    return call(index < records ? .produce(index) : .serveReports)
  }

  mutating func claim() -> Call {
    phase = .claimed
    return .commit
  }

  mutating func begin(at now: Duration) -> [Action] {
    phase = .idle
    begunAt = now
    return call(.begin)
  }

  /// A producer is ready; whatever it left open is settled.
  mutating func settled(_ next: Phase, at now: Duration) -> [Action] {
    phase = next
    let released = release()
    if next == .doubt { return released + call(.readMarks) }
    return released + (hasEffects ? begin(at: now) : [.rest])
  }

  mutating func committed(at now: Duration) -> [Action] {
    phase = .idle
    hasEffects = false
    let actions = release() + [.committed] + drop([])
    // What takes long again has the longer timeouts from the start. Else they are given back: who waits for a dead writer waits for them.
    guard now - begunAt <= timing.oldest else { return actions + [.rest] }
    let hadTime = timeouts > 1
    late = 0
    guard hadTime else { return actions + [.rest] }
    phase = .dead
    return actions + call(.replaceProducer)
  }

  mutating func aborted(at now: Duration) -> [Action] {
    guard storesOffsets else {
      phase = .closed
      return [.end("a transaction was aborted, and this cluster does not tell what was committed"), .rest]
    }
    if case .doubt = afterAbort {
      phase = .doubt
      return call(.readMarks)
    }
    if case .replace = afterAbort {
      phase = .dead
      return call(.replaceProducer)
    }
    phase = .idle
    current = .begin
    if !lostMeanwhile.isEmpty { return withdraw([]) }
    switch afterAbort {
    case .hold(let reason): return hold(reason, at: now)
    case .again(let pause) where pause > .zero && hasEffects: return [.wait(until: now + pause)]
    case .again, .doubt, .replace: return hasEffects ? begin(at: now) : [.rest]
    }
  }

  /// Slots go, and what remains is offered anew by the driver.
  mutating func withdraw(_ slots: Set<Int>) -> [Action] {
    hasEffects = false
    return release() + drop(slots) + [.rest]
  }

  mutating func drop(_ slots: Set<Int>) -> [Action] {
    let all = slots.union(lostMeanwhile)
    lostMeanwhile = []
    return all.isEmpty ? [] : [.drop(all)]
  }

  // MARK: - Ways

  mutating func call(_ call: Call) -> [Action] {
    current = call
    return [.call(call)]
  }

  mutating func abort(then next: AfterAbort) -> [Action] {
    phase = .aborting
    afterAbort = next
    failingSince = nil
    return call(.abort)
  }

  mutating func repeatOrDie(_ fault: KafkaFault, at now: Duration) -> [Action] {
    let since = failingSince ?? now
    failingSince = since
    return now - since >= timing.patience * timeouts ? die(fault, at: now) : [.wait(until: now + timing.shortly)]
  }

  mutating func die(_ fault: KafkaFault, at now: Duration) -> [Action] {
    failingSince = nil
    // The coordinator ends what is open for too long, and fences its producer.
    if phase == .open || phase == .claimed, isLate(at: now) { late += 1 }
    phase = .dead
    current = .replaceProducer
    guard storesOffsets else { return [.end(fault.description), .rest] }
    return [.wait(until: now + pause())]
  }

  func isLate(at now: Duration) -> Bool { now - begunAt > timing.oldest * timeouts }

  /// The effects were not sent in time: the first time as ever, then by a producer that has more of it.
  mutating func lateAgain(_ usual: AfterAbort) -> AfterAbort {
    late += 1
    return late > 1 && storesOffsets ? .replace : usual
  }

  /// About a second.
  mutating func pause() -> Duration {
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return timing.again + timing.jitter * Double(seed >> 40) / Double(1 << 24)
  }

  mutating func hold(_ reason: String, at now: Duration) -> [Action] {
    holdReason = reason
    return [.hold(reason), .wait(until: now + timing.hold)]
  }

  mutating func release() -> [Action] {
    guard holdReason != nil else { return [] }
    holdReason = nil
    return [.release]
  }

  mutating func backoff() -> Duration {
    attempts += 1
    return min(timing.longestBackoff, .milliseconds(50) * (1 << min(attempts, 7)))
  }
}
