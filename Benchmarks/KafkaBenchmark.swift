import EventModel
import Foundation
import KafkaIO
import RuleEngine
import RuleLanguage
import StreamRuntime
import TestKit

/// The whole worker, Kafka to Kafka, beside librdkafka that only reads: ten stateless rules and a window over the same records of a real Kafka, in
/// turns. CPU counts, not elapsed time: the brokers work on the same machine.
enum KafkaBenchmark {
  private static let rounds = 3

  static func run() {
    do {
      try measure()
    } catch {
      say("kafka: \(error)")
    }
  }

  private static func measure() throws {
    guard TestCluster.canBeMeasured else { return say("kafka: skipped: \(TestCluster.whyNot)") }
    let events = Int(ProcessInfo.processInfo.environment["EVENTS"] ?? "") ?? 1_000_000
    let kafka = try TestCluster.measured()
    defer { kafka.end() }
    // The events are dated months ago: no retention deletes them.
    let topic = try kafka.topic("orders", partitions: WorkerRun.slots, settings: ["retention.ms": "-1"])
    say("kafka: writing \(events) events")
    try write(events, to: topic, on: kafka)
    let program = Workload.program(stateless: 10, windows: 1, topic: topic)
    var bare: [Cost] = []
    var tenet: [Cost] = []
    for round in 1...rounds {
      bare.append(
        Cost.of(events) { _ = BareConsumer.read(events, of: topic, partitions: WorkerRun.slots, bootstrap: kafka.bootstrap) })
      say("  \(round) librdkafka alone, reading: \(bare[round - 1])")
      let run = try WorkerRun(program: program, inputs: [topic], on: kafka)
      tenet.append(Cost.of(events) { run.read(events) })
      say("  \(round) tenet, 10 stateless rules and a window: \(tenet[round - 1]); \(run.summary)")
    }
    guard let bare = bare.min(), let tenet = tenet.min() else { return }
    say("  ratio of CPU: \((tenet.nanoseconds / bare.nanoseconds * 100).rounded() / 100)")
  }

  private static func write(_ count: Int, to topic: String, on kafka: TestCluster) throws {
    let producer = try kafka.client().producer(settings: ["queue.buffering.max.messages": "500000", "linger.ms": "50"])
    defer { producer.close() }
    let chunk = 20_000
    let events = OrderEvents(count: count)
    for begin in stride(from: 0, to: count, by: chunk) {
      for number in begin..<min(begin + chunk, count) {
        try producer.produce(
          ProducedRecord(
            topic: topic, partition: nil, key: Array("o-\(number)".utf8), value: Array(events[number]), timestamp: OrderEvents.time(number))
        )
      }
      try producer.poll()
    }
    try producer.flush(timeout: .seconds(120))
  }
}

/// What a run took an event.
private struct Cost: Comparable, CustomStringConvertible {
  /// Of CPU, all threads of this process.
  var nanoseconds: Double
  /// Elapsed.
  var elapsed: Double

  static func of(_ events: Int, _ body: () -> Void) -> Cost {
    let (cpu, begin) = (CPUTime.ofProcess, ContinuousClock.now)
    body()
    let elapsed = ContinuousClock.now - begin
    return Cost(nanoseconds: (CPUTime.ofProcess - cpu) / Double(events), elapsed: elapsed / .nanoseconds(events))
  }

  static func < (a: Cost, b: Cost) -> Bool { a.nanoseconds < b.nanoseconds }

  var description: String {
    "\(Int(nanoseconds)) ns of CPU an event, \(Int(1e9 / nanoseconds)) events/s a core; elapsed \(Int(elapsed)) ns, \(Int(1e9 / elapsed)) events/s"
  }
}

/// A worker in this process, as `tenet run` starts it, under an application of its own.
private final class WorkerRun {
  static let slots: Int32 = 12
  private let worker: Worker

  init(program: CheckedProgram, inputs: [String], on kafka: TestCluster) throws {
    let settings = WorkerSettings(
      application: kafka.unique("bench"), region: "us-east-1", instance: "bench-0", slots: Int(Self.slots), start: .earliest,
      prefix: kafka.unique("tenet"), inputs: inputs)
    let cluster = try kafka.client(application: settings.application)
    let admin = try cluster.admin()
    defer { admin.close() }
    let plan = TopicPlan(.init(names: settings.topics, slots: settings.slots, inputs: inputs))
    let needed = plan.topics.filter { $0.role != .input }
    try admin.createTopics(needed.map { plan.creation(of: $0, brokers: 1) }, timeout: .seconds(20))
    let hooks = WorkerHooks(log: { event in
      if event.level == .warning || event.level == .error || ProcessInfo.processInfo.environment["VERBOSE"] != nil { say("    \(event)") }
    })
    worker = Worker(settings: settings, cluster: cluster, clock: SystemClock(), hooks: hooks) {
      Engine(program: program, options: .init(region: settings.region, slots: settings.slots, application: settings.application))
    }
  }

  /// Runs until `count` records are evaluated and committed.
  func read(_ count: Int) {
    let (worker, finished) = (worker, Rendezvous())
    let pacer = Thread {
      while worker.status.counters.records < UInt64(count), !finished.isFinished { _ = finished.wait(atMost: .milliseconds(20)) }
      worker.stop()
    }
    pacer.start()
    if case .failed(let why) = worker.run() { say("the worker failed: \(why)") }
    finished.finish()
  }

  var summary: String {
    let counters = worker.status.counters
    return
      "\(counters.transactions) transactions, \(counters.outputs.values.reduce(0, +)) outputs, \(counters.stateBytes / 1024) KiB of state written"
  }
}
