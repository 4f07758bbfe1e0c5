internal import EventModel
internal import RuleEngine
internal import RuleLanguage

/// The small world of a test: an engine, the partitions that it reads, a wall clock that only lines move.
struct TestWorld {
  private struct Partition {
    var source: Source
    var input: CheckedTest.Input
    /// In the engine.
    var number = 0
    var end: Int64 = 0
  }

  /// A record, as it is written.
  private struct Record {
    var input: CheckedTest.Input
    var partition: Int32
    var key: String?
    var value: JSONValue?
    /// Of an event.
    var kind: EventPattern.Kind?

    init(_ event: CheckedTest.Event) {
      (input, partition, key, value, kind) = (.stream(event.stream), event.partition, nil, event.value, event.kind)
    }

    init(_ row: CheckedTest.Row) {
      (input, partition, key, value) = (.table(row.table), row.partition, row.key, row.value)
    }

    /// nil: the line writes nothing.
    init?(_ content: CheckedTest.Content) {
      switch content {
      case .event(let event): self.init(event)
      case .row(let row): self.init(row)
      default: return nil
      }
    }
  }

  private let program: CheckedProgram
  private let options: Engine.Options
  private var engine: Engine?
  private var partitions: [Partition]
  private var wall = EventTime.distantPast
  /// Streams and tables that cannot be read, and what was written to them meanwhile.
  private var lagging: [CheckedTest.Input: [(record: Record, timestamp: EventTime)]] = [:]
  /// What was written to tables before the rules started.
  private var rows: [(record: Record, offset: Int64, timestamp: EventTime)] = []
  private(set) var results = TestResults()
  /// Of the events that were read.
  private(set) var kinds: Set<EventPattern.Kind> = []

  init(_ test: CheckedTest, in program: CheckedProgram) {
    var program = program
    // Those that the test asks nothing of need not run, unless others see them.
    var needed = program.rules.indices.filter { !test.namedRules.isDisjoint(with: program.rules[$0].verdictNames) }
    var next = 0
    while next < needed.count {
      for seen in program.rulesSeen(by: program.rules[needed[next]]) where !needed.contains(seen) { needed.append(seen) }
      next += 1
    }
    program.rules = needed.sorted().map { program.rules[$0] }
    for (index, value) in test.params {
      program.params[index].defaultValue = value
      program.params[index].regional = [:]
    }
    self.program = program
    var options = Engine.Options(region: test.region, slots: 1, privacyKey: Array("test".utf8), maxSamples: 1_000)
    options.showsQuiet = true
    self.options = options
    var most: [CheckedTest.Input: Int32] = [:]
    for record in test.lines.compactMap({ Record($0.content) }) { most[record.input] = max(most[record.input] ?? 0, record.partition) }
    let inputs: [(CheckedTest.Input, topic: String)] =
      program.streams.indices.map { (.stream($0), program.streams[$0].topic) }
      + program.tables.indices.map { (.table($0), program.tables[$0].topic) }
    partitions = inputs.flatMap { input, topic in
      (0...(most[input] ?? 0)).map { Partition(source: Source(topic: topic, partition: $0), input: input) }
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
      // Tables are read from their beginning.
      engine.start(partitions[index].number, at: engine.isTable(partitions[index].number) ? 0 : partitions[index].end)
    }
    self.engine = engine
    for (record, offset, timestamp) in rows { apply(record, at: offset, timestamp) }
  }

  mutating func lag(_ input: CheckedTest.Input) { lagging[input] = lagging[input] ?? [] }

  mutating func catchUp(_ input: CheckedTest.Input) {
    for (record, timestamp) in lagging.removeValue(forKey: input) ?? [] { read(record, timestamp) }
    prove()
  }

  mutating func read(_ event: CheckedTest.Event) { read(Record(event)) }

  mutating func read(_ row: CheckedTest.Row) { read(Record(row)) }

  private mutating func read(_ record: Record) {
    if lagging[record.input] != nil {
      lagging[record.input]?.append((record, wall))
    } else {
      read(record, wall)
      prove()
    }
  }

  private mutating func read(_ record: Record, _ timestamp: EventTime) {
    let offset = partitions[index(of: record)].end
    partitions[index(of: record)].end += 1
    if engine != nil {
      apply(record, at: offset, timestamp)
    } else if case .table = record.input {
      rows.append((record, offset, timestamp))
    }
  }

  private func index(of record: Record) -> Int {
    guard let index = partitions.firstIndex(where: { $0.input == record.input && $0.source.partition == record.partition }) else {
      preconditionFailure("every partition that a line names is there")
    }
    return index
  }

  private mutating func apply(_ record: Record, at offset: Int64, _ timestamp: EventTime) {
    guard let engine else { return }
    if let kind = record.kind { kinds.insert(kind) }
    let (key, value) = (Array((record.key ?? "").utf8), record.value.map { Array($0.compact.utf8) })
    key.withUnsafeBytes { key in
      (value ?? []).withUnsafeBytes { bytes in
        engine.apply([
          SourceRecord(
            source: partitions[index(of: record)].number, offset: offset, timestamp: timestamp, key: record.key == nil ? nil : key,
            value: value == nil ? nil : bytes)
        ])
      }
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
    engine.apply([], proofs: partitions.filter { lagging[$0.input] == nil }.map { EndProof(source: $0.number, at: wall, end: $0.end) })
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
    let undetermined = counters.rules[rule]?.undetermined ?? [:]
    remarks += undetermined.sorted { $0.key < $1.key }.map { "\(events($1)) left \(rule) undetermined: \($0)" }
    // A lifecycle reads its events under its own name.
    let reader = program.rules.first { $0.verdictNames.contains(rule) }?.name ?? rule
    guard let own = counters.rules[reader] else { return remarks }
    if own.missed > 0 { remarks.append("\(events(own.missed)) came too late for \(rule)") }
    if own.withoutKey > 0 { remarks.append("\(events(own.withoutKey)) had no key for \(rule)") }
    if own.duplicates > 0 { remarks.append("\(events(own.duplicates)) had the id of another") }
    return remarks
  }
}
