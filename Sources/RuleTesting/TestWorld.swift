internal import EventModel
internal import RuleEngine
internal import RuleLanguage

/// The small world of a test: an engine, the partitions that it reads, a wall clock that only lines move.
struct TestWorld {
  private struct Partition {
    var source: Source
    var stream: Int
    /// In the engine.
    var number = 0
    var end: Int64 = 0
  }

  private let program: CheckedProgram
  private let options: Engine.Options
  private var engine: Engine?
  private var partitions: [Partition]
  private var wall = EventTime.distantPast
  /// Streams that cannot be read, and what was written to them meanwhile.
  private var lagging: [Int: [(event: CheckedTest.Event, timestamp: EventTime)]] = [:]
  private(set) var results = TestResults()
  /// Of the events that were read.
  private(set) var kinds: Set<EventPattern.Kind> = []

  init(_ test: CheckedTest, in program: CheckedProgram) {
    var program = program
    // No rule sees another: those that the test asks nothing of need not run.
    let named = test.namedRules
    program.rules.removeAll { !named.contains($0.name) }
    for (index, value) in test.params {
      program.params[index].defaultValue = value
      program.params[index].regional = [:]
    }
    self.program = program
    options = Engine.Options(region: test.region, slots: 1, privacyKey: Array("test".utf8))
    var most: [Int: Int32] = [:]
    for case .event(let event) in test.lines.map(\.content) { most[event.stream] = max(most[event.stream] ?? 0, event.partition) }
    partitions = program.streams.indices.flatMap { stream in
      (0...(most[stream] ?? 0)).map { Partition(source: Source(topic: program.streams[stream].topic, partition: $0), stream: stream) }
    }
    let startsLater = test.lines.contains { if case .rulesStart = $0.content { true } else { false } }
    if !startsLater { start() }
  }

  /// The rules are deployed: they read what comes from now on.
  mutating func start() {
    let engine = Engine(program: program, options: options)
    engine.load(slot: 0)
    for index in partitions.indices {
      partitions[index].number = engine.attach(partitions[index].source)
      engine.start(partitions[index].number, at: partitions[index].end)
    }
    self.engine = engine
  }

  mutating func lag(_ stream: Int) { lagging[stream] = lagging[stream] ?? [] }

  mutating func catchUp(_ stream: Int) {
    for (event, timestamp) in lagging.removeValue(forKey: stream) ?? [] { read(event, timestamp: timestamp) }
    prove()
  }

  mutating func read(_ event: CheckedTest.Event) {
    if lagging[event.stream] != nil {
      lagging[event.stream]?.append((event, wall))
    } else {
      read(event, timestamp: wall)
      prove()
    }
  }

  private mutating func read(_ event: CheckedTest.Event, timestamp: EventTime) {
    guard let index = partitions.firstIndex(where: { $0.stream == event.stream && $0.source.partition == event.partition }) else {
      preconditionFailure("every partition that a line names is there")
    }
    let offset = partitions[index].end
    partitions[index].end += 1
    guard let engine else { return }
    kinds.insert(event.kind)
    let bytes = Array(event.value.compact.utf8)
    bytes.withUnsafeBytes { value in
      engine.apply([SourceRecord(source: partitions[index].number, offset: offset, timestamp: timestamp, key: nil, value: value)])
    }
    drain()
  }

  /// The wall clock goes on; at every instant on the way all partitions are proven read to their end, but those of streams that lag.
  mutating func pass(to time: EventTime) {
    guard time > wall else { return }
    while let engine, let instant = engine.nextInstant(after: wall, before: time) {
      wall = instant
      prove()
    }
    wall = time
    prove()
  }

  private mutating func prove() {
    guard let engine else { return }
    engine.apply([], proofs: partitions.filter { lagging[$0.stream] == nil }.map { EndProof(source: $0.number, at: wall, end: $0.end) })
    drain()
  }

  private mutating func drain() {
    engine?.drainOutputs { results.take($0) }
  }

  /// Why the rule may not have seen an event as the author thinks, for people.
  func remarks(on rule: String) -> [String] {
    guard let counters = engine?.counters else { return ["the rules have not started"] }
    func events(_ count: Int) -> String { count == 1 ? "an event" : "\(count) events" }
    var remarks = counters.deadLetters.sorted { $0.key < $1.key }.map { "\(events($1)) became a dead letter: \($0)" }
    remarks += counters.invalidFields.map { "`\($0.key.path)` of \($0.key.stream) is not as its schema says" }.sorted()
    guard let own = counters.rules[rule] else { return remarks }
    remarks += own.undetermined.sorted { $0.key < $1.key }.map { "\(events($1)) left \(rule) undetermined: \($0)" }
    if own.missed > 0 { remarks.append("\(events(own.missed)) came too late for \(rule)") }
    if own.withoutKey > 0 { remarks.append("\(events(own.withoutKey)) had no key for \(rule)") }
    if own.duplicates > 0 { remarks.append("\(events(own.duplicates)) had the id of another") }
    return remarks
  }
}
