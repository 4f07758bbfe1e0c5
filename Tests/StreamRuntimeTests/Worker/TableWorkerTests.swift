import Diagnostics
import EventModel
import RuleEngine
import RuleLanguage
import Synchronization
import TestKit
import Testing

@testable import StreamRuntime

/// Lookup tables at a worker: their topics are read from the beginning at every start, before anything else.
@Suite struct TableWorkerTests {
  private static let rules = """
    stream orders { topic "orders"  schema "order.json"  key sku  time at  id event_id within 1h  disorder 1s  delay 2s }
    table prices { topic "prices"  schema "price.json"  key sku }
    rule price { on orders as o when prices.get(o.sku).amount > o.total }
    """

  private static let program: CheckedProgram = {
    let result = RuleProgram.check(files: [SourceText(file: "r.tenet", bytes: Array(rules.utf8))]) { file in
      let more =
        file == "order.json" ? #""at": {"type": "string", "format": "date-time"}, "event_id": {"type": "string"}, "total""# : #""amount""#
      let required = file == "order.json" ? #""at", "event_id", "total""# : #""amount""#
      return Array(
        #"{"type": "object", "required": ["sku", \#(required)], "properties": {"sku": {"type": "string"}, \#(more): {"type": "integer"}}}"#
          .utf8)
    }
    guard var program = result.program else { preconditionFailure("\(result.diagnostics)") }
    program.rules += program.unevaluated.map(\.rule)
    program.unevaluated = []
    return program
  }()

  /// A worker with the engine, and a new one when that has ended.
  private final class World {
    let clock = VirtualClock()
    let kafka: SimulatedKafka
    private(set) var process: SimulatedProcess
    private var worker: SteppedWorker?
    let log = Notebook()
    let counters = CountersSeen()
    private(set) var lives = 0

    init() {
      kafka = SimulatedKafka(clock: clock, capabilities: .kafka, transactionTimeout: .seconds(10))
      process = kafka.process()
      for (topic, partitions) in [("orders", Int32(2)), ("prices", 2), ("app.slots", 2), ("app.state", 2)] {
        kafka.createTopic(topic, partitions: partitions)
      }
      for topic in OutputRecord.Topic.allCases { kafka.createTopic("tenet." + topic.rawValue, partitions: 1) }
    }

    func run(until isDone: (WorkerStatus) -> Bool) throws {
      for _ in 0..<6_000 {
        if worker == nil { try start() }
        try? worker?.step()
        clock.advance(by: .milliseconds(5))
        if process.isDead { worker = nil } else if let status = worker?.status, isDone(status) { return }
      }
      throw Laboratory.Stuck(description: "not done: \(log.lines.suffix(5))")
    }

    private func start() throws {
      lives += 1
      process = kafka.process()
      var settings = WorkerSettings(
        application: "app", region: "here", instance: "host", slots: 2, start: .latest, inputs: WorkerSettings.inputs(of: program))
      // Less than the rows: reading them again takes more than one batch.
      settings.batches.records = 7
      let hooks = WorkerHooks(evaluated: { [counters] in counters.take($0) }, log: { [log] in log.note([$0.description]) })
      worker = try SteppedWorker(settings: settings, cluster: process, clock: clock, hooks: hooks) {
        Engine(program: program, options: .init(region: "here", slots: 2, application: "app"))
      }
    }

    func price(_ sku: String, _ amount: Int, _ partition: Int32) {
      kafka.append("prices", partition, key: sku, value: #"{"sku":"\#(sku)","amount":\#(amount)}"#)
    }

    func order(_ sku: String, _ total: Int, _ partition: Int32) {
      let at = clock.now.rfc3339
      kafka.append("orders", partition, value: #"{"sku":"\#(sku)","at":"\#(at)","event_id":"\#(at)","total":\#(total)}"#)
    }

    var violations: Int {
      kafka.committedRecords("tenet.violations.v1").count { String(decoding: $0.value ?? [], as: UTF8.self).contains(#""revision":1,"#) }
    }
  }

  private final class CountersSeen: Sendable {
    private let last = Mutex(EngineCounters())
    var current: EngineCounters { last.withLock { $0 } }
    func take(_ processor: any RecordProcessor) {
      guard let engine = processor as? Engine else { return }
      let counters = engine.counters
      last.withLock { $0 = counters }
    }
  }

  @Test func `a table is read from its beginning whatever the setting says, and again at each start before the events are`() throws {
    let world = World()
    for number in 0..<20 { world.price("s\(number % 5)", number, Int32(number % 5 % 2)) }
    world.kafka.append("prices", 0, value: "{")
    try world.run { $0.isReady && !$0.sources.isEmpty && world.counters.current.tables["prices"]?.rows == 5 }
    world.order("s1", 3, 0)
    world.order("s2", 3, 1)
    try world.run { _ in world.violations == 2 }
    world.process.kill()
    world.price("s1", 100, 1)
    world.price("s9", 100, 1)
    world.order("s3", 3, 1)
    // It ends amid the reading.
    try world.run { world.lives == 2 && $0.holdReason == "lookup tables are read again" && !$0.isReady }
    world.process.kill()
    try world.run { $0.isReady && world.lives == 3 && world.violations == 3 && world.counters.current.tables["prices"]?.rows == 6 }
    // Of the last life: two rows are new, the others were read again.
    #expect(world.counters.current.tables["prices"]?.read == 2)
    #expect(world.log.lines.contains { $0.contains("lookup tables are read again") })
    #expect(world.kafka.committedRecords("tenet.dead-letters.v1").count == 1)
    #expect(world.violations == 3)
  }
}
