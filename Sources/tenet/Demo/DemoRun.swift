internal import AlertFeed
internal import Commerce
internal import EventModel
internal import Foundation
internal import HTTPServing
internal import KafkaIO
internal import RuleEngine
internal import RuleLanguage
internal import StreamRuntime
internal import Synchronization
internal import Telemetry

/// A demo under way: the shop, the worker and the feed on their threads, and what they tell each other.
final class DemoRun: Sendable {
  /// What the threads tell each other.
  private final class Notes: Sendable {
    private let progress = Mutex(Progress())
    func with<Result>(_ body: (inout Progress) -> Result) -> Result { progress.withLock { body(&$0) } }
  }

  private struct Progress: Sendable {
    var board = DemoBoard()
    /// Committed outputs that the main thread has not printed yet.
    var unprinted: [OutputRecord] = []
    var produced = 0
    var failure: String?
    var shopIsClosed = false
  }

  let options: DemoOptions
  let book: Rulebook
  let clock = SystemClock()
  let view = EngineView()
  private let kafka: DemoCluster
  private let worker: Worker
  private let feed: Feed
  private let history: URL
  private let notes = Notes()
  private let isEnding = Atomic(false)
  private let workerIsDone = DispatchSemaphore(value: 0)
  private let began: Duration

  /// Where the feed's page is.
  var address: String { feed.address.url }
  var elapsed: Duration { clock.uptime - began }
  /// Spans of obligations are widened by the clocks' skew: a fault may be reported that much after its time.
  let tolerance: Duration

  init(_ options: DemoOptions, _ book: Rulebook) throws {
    (self.options, self.book) = (options, book)
    began = clock.uptime
    tolerance = (book.program.streams.map(\.skew).max() ?? .zero) + .seconds(1)
    let kafka = try DemoCluster(options, book.program, now: clock.now, log: { _, _, _ in })
    self.kafka = kafka
    let settings = WorkerSettings(
      application: kafka.names.application, region: options.region, instance: "demo", slots: kafka.slots, start: .earliest,
      prefix: kafka.names.prefix, inputs: WorkerSettings.inputs(of: book.program), leaves: true)
    let hooks = WorkerHooks(
      committed: { [notes, wantsOutputs = options.isPlain] outputs in
        notes.with {
          $0.board.take(outputs)
          if wantsOutputs { $0.unprinted += outputs }
        }
      },
      evaluated: { [view] in view.take($0) })
    worker = Worker(settings: settings, cluster: kafka.cluster, clock: clock, hooks: hooks) {
      [program = book.program, region = options.region, slots = kafka.slots, application = kafka.names.application] in
      Engine(program: program, options: .init(region: region, slots: slots, application: application))
    }
    history = FileManager.default.temporaryDirectory.appendingPathComponent("tenet-demo-\(UUID().uuidString)")
    feed = try Self.makeFeed(options, kafka, history: history, clock: clock)
  }

  private static func makeFeed(_ options: DemoOptions, _ kafka: DemoCluster, history: URL, clock: SystemClock) throws -> Feed {
    try FileManager.default.createDirectory(at: history, withIntermediateDirectories: true)
    var settings = FeedSettings(listen: options.feed, history: history.appendingPathComponent("feed.sqlite").path)
    settings.orFreePort = options.orFreePort
    let sources = Feed.topics(prefix: kafka.names.prefix).map { Source(topic: $0, partition: 0) }
    do {
      return try Feed(
        settings: settings, sources: sources, consumer: try kafka.cluster.dataConsumer(), clock: clock, metrics: MetricsRegistry(),
        log: .silent)
    } catch let fault as KafkaFault {
      throw EnvironmentFault(fault, "the feed cannot read")
    }
  }

  // MARK: Life

  func start() throws {
    do { try feed.start() } catch { throw EnvironmentFault("\(error)", help: "choose another address with `--feed`") }
    let producer: KafkaProducer
    do { producer = try kafka.cluster.producer() } catch { throw EnvironmentFault(error, "the shop cannot publish") }
    nonisolated(unsafe) let handedOver = producer
    spawn("shop") { [self] in keepShop(handedOver) }
  }

  private func spawn(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.stackSize = 1 << 20
    thread.start()
  }

  private func startWorker() {
    spawn("worker") { [self] in
      if case .failed(let reason) = worker.run() { fail("the worker cannot go on: \(reason)") }
      workerIsDone.signal()
    }
  }

  /// The past is in the topics before the worker looks at them: an empty topic would be proven read to its end, and all of it be late.
  private func keepShop(_ producer: KafkaProducer) {
    let now = clock.now
    let opening = now.advanced(byMicroseconds: -DemoOptions.past.microseconds)
    let floor = ShopFloor(
      ShopOptions(
        seed: options.seed, region: options.region, opening: opening,
        traffic: .sale(from: now, quiet: DemoOptions.quietRate, busy: Double(options.rate))),
      producer: producer, clock: clock
    ) { [notes] faults in notes.with { $0.board.plant(faults) } }
    do throws(KafkaFault) {
      try floor.publish()
      try producer.flush(timeout: .seconds(20))
      startWorker()
      while !isEnding.load(ordering: .relaxed) {
        try floor.publish()
        notes.with { $0.produced = floor.counts.records }
        usleep(20_000)
      }
      try floor.close()
    } catch {
      fail("the shop cannot publish: \(error.description)")
    }
    notes.with {
      $0.produced = floor.counts.records
      $0.shopIsClosed = true
    }
  }

  private func fail(_ reason: String) { notes.with { $0.failure = $0.failure ?? reason } }

  /// What made it impossible to go on; nil: nothing.
  var failure: String? { notes.with { $0.failure } }

  /// Asks for the end; returns at once.
  func end() { isEnding.store(true, ordering: .relaxed) }
  var wantsEnd: Bool { isEnding.load(ordering: .relaxed) || failure != nil }

  /// Closes the shop, lets all that it published be read and committed, and ends everything.
  func finish() {
    end()
    let deadline = clock.uptime + .seconds(15)
    var quiet = 0
    while clock.uptime < deadline, failure == nil, quiet < 4 {
      usleep(50_000)
      let isRead = notes.with { $0.shopIsClosed && Int(worker.status.counters.records) >= $0.produced }
      quiet = isRead ? quiet + 1 : 0
    }
    worker.stop()
    _ = workerIsDone.wait(timeout: .now() + 6)
    feed.stop()
    kafka.close()
    try? FileManager.default.removeItem(at: history)
  }

  // MARK: What it has come to

  func takeUnprinted() -> [OutputRecord] {
    notes.with { progress in
      defer { progress.unprinted = [] }
      return progress.unprinted
    }
  }

  var outputNames: TopicNames { kafka.names }

  /// The state of the screen, but for the rates, which the caller keeps.
  func screen() -> ScreenState {
    let engine = view.current
    let counters = worker.status.counters
    var state = ScreenState()
    state.region = options.region
    (state.rules, state.kpiCount) = (book.ruleCount, book.kpiCount)
    state.address = address
    state.elapsed = elapsed
    state.events = Int(counters.records)
    state.deadLetters = engine.counters.deadLetters.values.reduce(0, +)
    (state.late, state.duplicates) = (engine.counters.late, engine.counters.duplicates)
    notes.with { progress in
      state.lag = max(0, progress.produced - state.events)
      state.faults = progress.board.score.faults(clock: { engine.clocks[$0] ?? .distantPast }, tolerance: tolerance)
      progress.board.fill(&state)
    }
    return state
  }

  /// Faults that were missed, and violations that no fault explains, in words.
  var complaints: [String] {
    let clocks = view.current.clocks
    return notes.with { $0.board.score.complaints(clock: { clocks[$0] ?? .distantPast }, tolerance: tolerance) }
  }
}
