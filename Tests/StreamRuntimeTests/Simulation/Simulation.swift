import EventModel
import RuleEngine
import Synchronization
import TestKit

@testable import StreamRuntime

/// One run: a shop, workers one after another, faults; then time enough for everything to be decided.
final class Simulation {
  private struct Life {
    var process: SimulatedProcess
    var worker: SteppedWorker
    var settings: WorkerSettings
  }

  let seed: UInt64
  private var random: TestRandom
  private let clock: VirtualClock
  let kafka: SimulatedKafka
  let auditor: Auditor
  let shop: SimulatedShop
  /// What happened, by name: of all that may go wrong.
  var counts: [String: Int] = [:]
  private(set) var handedOver = Notebook()
  let log = Notebook()

  private var plan: FaultPlan
  private let trap = Trap()
  private var lives: [Life] = []
  private var instance = "host"
  private var restartAt = Duration.zero
  /// The end of what lasts, with what ends it.
  private var endings: [(at: Duration, end: (Simulation) -> Void)] = []
  private var lastFault = Duration.zero
  /// By process: the latest.
  private var engines: [Int: AuditedEngine] = [:]
  private let isAlone = Mutex(true)
  /// Of the worker's clock.
  private var brokerAhead = Duration.zero
  /// Which rules are deployed.
  private var variant = 0
  /// Records of the inputs that are deleted.
  private(set) var retained: [NaiveRecord] = []

  init(seed: UInt64) {
    self.seed = seed
    var random = TestRandom(seed: seed)
    plan = FaultPlan(seed: seed, &random)
    shop = SimulatedShop(&random, added: plan.faults.first { $0.fault == .addPartition }.map { $0.at + .milliseconds(10) })
    clock = VirtualClock(now: SimulatedShop.start)
    kafka = SimulatedKafka(clock: clock, transactionTimeout: random.pick([.seconds(10), .seconds(60)]))
    auditor = Auditor(slots: SimulatedShop.slots, application: "app")
    self.random = random
    counts = shop.oddities
    for topic in SimulatedShop.topics { kafka.createTopic(topic, partitions: SimulatedShop.partitions) }
    for topic in ["app.slots", "app.state"] { kafka.createTopic(topic, partitions: Int32(SimulatedShop.slots)) }
    for topic in OutputRecord.Topic.allCases { kafka.createTopic("tenet." + topic.rawValue, partitions: 2) }
    for event in shop.events {
      kafka.schedule(event.topic, event.partition, value: event.value, at: event.at, timestamp: event.timestamp)
    }
    kafka.observe { [auditor] in auditor.take($0) }
    kafka.intercept { [trap] call, _ in trap.spring(call) }
  }

  struct Stuck: Error, CustomStringConvertible { var description: String }

  /// Runs to the end: everything is read, and every clock is past everything.
  func run() throws {
    while clock.uptime < SimulatedShop.length + .seconds(1) || !plan.isEmpty || !endings.isEmpty { step(.milliseconds(50)) }
    trap.disarm()
    lastFault = clock.uptime
    // 12: after the last fault every slot runs soon.
    while !(isReady && isCaughtUp) {
      step(.milliseconds(50))
      if clock.uptime - lastFault > .seconds(35) { throw Stuck(description: "not ready 35 s after the last fault: \(said)") }
    }
    let end = clock.now.advanced(byMicroseconds: 15_000_000)
    while lives.last.flatMap({ engines[$0.process.identity] })?.clock ?? .distantPast < end {
      step(.milliseconds(300))
      if clock.uptime - lastFault > .seconds(120) { throw Stuck(description: "the clocks stand still: \(said)") }
    }
    lives.last?.worker.stop()
    for _ in 0..<500 where lives.contains(where: { !$0.worker.isFinished }) {
      for life in lives { try? life.worker.step() }
      clock.advance(by: .milliseconds(10))
    }
    if let worker = lives.last?.worker, worker.end != .stopped || !worker.isFinished {
      throw Stuck(description: "it did not stop when it was told: \(said)")
    }
    // A dead writer that had produced outputs and no state yet hides outputs until the coordinator ends its transaction.
    clock.advance(by: kafka.transactionTimeout + .seconds(1))
    _ = try kafka.bystander().admin().partitionCounts(of: [], timeout: .zero)
  }

  private var said: String { "\(lives.last?.worker.status.holdReason ?? "no reason"); \(log.lines.suffix(6))" }
  private var isReady: Bool { lives.count == 1 && lives[0].worker.status.isReady }

  private var isCaughtUp: Bool {
    let committed = kafka.committedOffsets(group: "app")
    return kafka.committedRecords(SimulatedShop.topics[0]).isEmpty
      || SimulatedShop.topics.allSatisfy { topic in
        kafka.committedRecords(topic).allSatisfy { $0.offset < committed[$0.source]?.offset ?? 0 }
      }
  }

  // MARK: - A round

  private func step(_ time: Duration) {
    while let first = plan.faults.first, first.at <= clock.uptime {
      plan.removeFirst()
      strike(first)
    }
    for ending in endings where ending.at <= clock.uptime { ending.end(self) }
    endings.removeAll { $0.at <= clock.uptime }
    if lives.isEmpty, restartAt <= clock.uptime { start(as: instance) }
    for life in lives { try? life.worker.step() }
    for name in trap.takeSprung() { counts[name, default: 0] += 1 }
    isAlone.withLock { $0 = lives.count < 2 }
    bury()
    clock.advance(by: time)
  }

  private func bury() {
    let before = lives.count
    lives.removeAll { life in
      if !life.process.isDead, life.worker.end == nil || !life.worker.isFinished { return false }
      life.process.kill()
      return true
    }
    if lives.count < before, lives.isEmpty {
      restartAt = max(restartAt, clock.uptime + .milliseconds(random.pick([0, 100, 1_000, 4_000])))
    }
  }

  private func start(as instance: String) {
    let process = kafka.process()
    var settings = WorkerSettings(
      application: "app", region: "here", instance: instance, slots: SimulatedShop.slots, start: .earliest, inputs: SimulatedShop.topics)
    settings.batches.records = 16
    settings.slices.leastDeltas = 1_000
    settings.slices.rangeBytes = 512
    settings.slices.leastAllowance = 600
    let (handedOver, log, auditor, kafka) = (handedOver, log, auditor, kafka)
    let hooks = WorkerHooks(
      committed: { outputs in handedOver.note(outputs.map { String(decoding: $0.value ?? [], as: UTF8.self) }) },
      log: { [clock] event in log.note(["\(clock.uptime / .milliseconds(1)) \(process.identity) \(event)"]) })
    // A simulation is of one thread.
    nonisolated(unsafe) let simulation = self
    let worker = try? SteppedWorker(settings: settings, cluster: process, clock: clock, hooks: hooks) {
      let engine = AuditedEngine(
        SimulatedShop.programs[simulation.variant], auditor, kafka, batchLimit: 16, isTwin: simulation.seed % 4 == 0
      ) { simulation.isAlone.withLock { $0 } }
      simulation.engines[process.identity] = engine
      return engine
    }
    if let worker { lives.append(Life(process: process, worker: worker, settings: settings)) }
  }

  // MARK: - Faults

  private func last(_ planned: FaultPlan.Planned, _ end: @escaping (Simulation) -> Void) {
    endings.append((clock.uptime + planned.lasts, end))
  }

  private func strike(_ planned: FaultPlan.Planned) {
    log.note(["\(clock.uptime / .milliseconds(1)) --- \(planned.fault.rawValue) \(planned.call?.rawValue ?? "")"])
    guard !planned.fault.isAtCall else { return arm(planned) }
    // Of two clocks that are wrong in the same way nobody can know.
    if [.clocksApart, .wallJump].contains(planned.fault), brokerAhead != .zero { return }
    counts[planned.fault.rawValue, default: 0] += 1
    let source = Source(topic: random.pick(SimulatedShop.topics), partition: Int32(random.whole(0...2)))
    switch planned.fault {
    case .kill: lives.last?.process.kill()
    case .stop: lives.last?.worker.stop()
    case .secondProcess: if lives.count == 1, restartAt <= clock.uptime { start(as: lives[0].settings.instance) }
    case .otherInstance:
      // In the middle of a transaction, which then stays open.
      instance = instance == "host" ? "other" : "host"
      trap.arm(.sendOffsets, at: 1, "open transaction of another instance", .crash)
    case .expel: kafka.expel(group: "app")
    case .raiseGeneration: kafka.raiseGeneration(group: "app")
    case .lend:
      kafka.lend([Int32(random.whole(0...2))], group: "app")
      last(planned) { $0.kafka.lend([], group: "app") }
    case .expireOffsets:
      for life in lives { life.process.kill() }
      restartAt = clock.uptime + .seconds(11)
      endings.append((clock.uptime + .seconds(10), { $0.kafka.expireOffsets(group: "app") }))
    case .lateMarkers:
      let delays = Mutex(random)
      kafka.delayMarkers { _ in .milliseconds(delays.withLock { $0.pick([0, 50, 400, 2_000]) }) }
      last(planned) { $0.kafka.delayMarkers { _ in .zero } }
    case .foreignCommit: foreign(source, planned, commits: true)
    case .foreignAbort: foreign(source, planned, commits: false)
    case .rewind: kafka.rewind(by: Int64(random.whole(1...20)))
    case .unavailable:
      kafka.setUnavailable([source])
      last(planned) { $0.kafka.setUnavailable([]) }
    case .addPartition: kafka.createTopic(SimulatedShop.topics[0], partitions: SimulatedShop.partitions + 1)
    case .lateCallbacks, .topicAway, .topicMissing, .endsAgain, .retention, .refusedOutput, .lateDeletion, .doubledDeletion, .damagedState,
      .hiddenState, .otherRules:
      strikeTopics(planned, source)
    case .clocksApart:
      let difference = Duration.seconds(random.pick([-30, -3, -1, 1, 3, 30]))
      setClocks(broker: difference)
      last(planned) { $0.setClocks(broker: .zero - difference) }
    case .wallJump:
      // Ahead of all others, and back. Less than the idle margin changes nothing, more proves nothing.
      let jump = Duration.milliseconds(random.pick([900, 1_900, 30_000]))
      setClocks(worker: jump)
      last(planned) { $0.setClocks(worker: .zero - jump) }
    case .crashBefore, .crashAfter, .answer, .lateAnswer, .freeze: break
    }
  }

  private func strikeTopics(_ planned: FaultPlan.Planned, _ source: Source) {
    switch planned.fault {
    case .lateCallbacks: kafka.holdCallbacks(for: planned.lasts)
    case .topicAway:
      // Long enough to be behind by as much as everything that waits for it is held back.
      kafka.setUnavailable(Set((0...SimulatedShop.partitions).map { Source(topic: source.topic, partition: $0) }))
      endings.append((clock.uptime + planned.lasts * 8, { $0.kafka.setUnavailable([]) }))
    case .topicMissing:
      let topic = random.pick(["tenet.violations.v1", "tenet.kpis.v1"])
      kafka.setMissing(topic, true)
      last(planned) { $0.kafka.setMissing(topic, false) }
    case .endsAgain:
      kafka.repeatEnds(true)
      last(planned) { $0.kafka.repeatEnds(false) }
    case .retention: retain()
    case .refusedOutput: kafka.refuseOutputs(planned.count)
    case .lateDeletion, .doubledDeletion:
      kafka.delayDeletions(by: planned.lasts, isDoubled: planned.fault == .doubledDeletion)
      last(planned) { $0.kafka.delayDeletions(by: .zero) }
    case .damagedState, .hiddenState: spoil(planned)
    case .otherRules:
      // A deploy: the worker ends, and another one begins with what it left.
      variant = (variant + random.whole(1...2)) % SimulatedShop.programs.count
      if random.chance(0.5) { lives.last?.process.kill() } else { lives.last?.worker.stop() }
    default: preconditionFailure("\(planned.fault) is no fault of topics")
    }
  }

  /// The inputs lose what was read and committed.
  private func retain() {
    for (source, position) in kafka.committedOffsets(group: "app").sorted(by: { $0.key < $1.key })
    where SimulatedShop.topics.contains(source.topic) {
      retained += Self.records(of: source.topic, in: kafka).filter { $0.partition == source.partition && $0.offset < position.offset }
      kafka.deleteRecords(source.topic, source.partition, before: position.offset)
    }
  }

  /// A restore comes upon a record of the state that is damaged or missing: it says so, and goes on when it is whole.
  private func spoil(_ planned: FaultPlan.Planned) {
    let slot = random.whole(0...(SimulatedShop.slots - 1))
    let needed = needed(ofSlot: slot)
    guard !needed.isEmpty else { return counts[planned.fault.rawValue, default: 1] -= 1 }
    let offset = random.pick(needed)
    let undo = kafka.spoil("app.state", Int32(slot), hides: planned.fault == .hiddenState) { _ in offset }
    guard let undo else { return counts[planned.fault.rawValue, default: 1] -= 1 }
    for life in lives { life.process.kill() }
    endings.append(
      (
        clock.uptime + max(planned.lasts, .seconds(2)),
        { simulation in
          undo()
          for life in simulation.lives { life.process.kill() }
        }
      ))
  }

  /// Where a record of the state lies without which a restore must not go on: a delta, or a slice of the cycle that is over. The last
  /// slices of one that runs can be written once more, and nobody misses them.
  private func needed(ofSlot slot: Int) -> [Int64] {
    let records = kafka.unabortedRecords(Source(topic: "app.state", partition: Int32(slot)), from: auditor.mark(of: slot)?.from ?? 0)
    let cycles = records.map { record -> (offset: Int64, cycle: UInt64?)? in
      let envelope = try? (record.value ?? []).withUnsafeBytes { try Envelope($0, ofSlot: slot, at: record.offset) }
      guard let envelope else { return nil }
      if envelope.kind == .delta { return (record.offset, nil) }
      return (try? SlicePayload(decoding: envelope.payload)).map { (record.offset, $0.cycle) }
    }
    let over = cycles.first.flatMap { $0?.cycle }
    return cycles.compactMap { entry in entry.flatMap { $0.cycle == nil || $0.cycle == over ? $0.offset : nil } }
  }

  /// Moves the clock of the brokers, or that of the worker, against the true time.
  private func setClocks(broker: Duration = .zero, worker: Duration = .zero) {
    brokerAhead += broker - worker
    clock.jump(by: worker)
    kafka.appendClockDifference(brokerAhead)
  }

  private func arm(_ planned: FaultPlan.Planned) {
    guard let call = planned.call else { return }
    let name = "\(planned.fault.rawValue) \(call.rawValue)"
    let answers = planned.fault == .lateAnswer ? [.retry] : FaultPlan.answers(of: call)
    let fault = FaultPlan.fault(random.pick(answers.isEmpty ? [.retry] : answers))
    let interception: SimulatedKafka.Interception =
      switch planned.fault {
      case .crashBefore: .crash
      case .crashAfter: .crashAfterwards
      case .answer: .fail(fault)
      case .lateAnswer: .failAfterwards(fault)
      default: .freeze(.seconds(random.pick([4, 6, 11, 25])))
      }
    trap.arm(call, at: planned.count, name, interception)
    if FaultPlan.callsAtStart.contains(call) { lives.last?.process.kill() }
    if call == .abort { trap.arm(.serveReports, at: 1, "aborted transaction", .fail(FaultPlan.fault(.abort))) }
  }

  /// Another producer's transaction in an input, open for a while.
  private func foreign(_ source: Source, _ planned: FaultPlan.Planned, commits: Bool) {
    do {
      let producer = try kafka.bystander().transactionalProducer(id: "shop-\(clock.uptime)")
      try producer.initialize(timeout: .zero)
      try producer.begin()
      let now = SimulatedShop.start.advanced(byMicroseconds: clock.uptime.microseconds)
      let kind = source.topic == SimulatedShop.topics[0] ? "placed" : "captured"
      for number in 0..<2 {
        let value = SimulatedShop.event(kind: kind, number: 10_000 + counts.count * 10 + number, at: now, &random)
        try producer.produce(
          ProducedRecord(topic: source.topic, partition: source.partition, key: nil, value: value, timestamp: now))
      }
      last(planned) { _ in
        if commits { try? producer.commit(timeout: .zero) } else { try? producer.abort(timeout: .zero) }
      }
    } catch { auditor.breach("the foreign producer failed: \(error)") }
  }
}
