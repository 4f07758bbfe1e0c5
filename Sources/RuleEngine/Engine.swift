package import EventModel
package import RuleLanguage

/// The core of a shard: `apply(records, proofs) → outputs + changed rows`. It reads no clock, does no I/O and starts no thread; the same
/// inputs give the same bytes.
///
///     let engine = Engine(program: program, options: .init(region: "us-east-1", slots: 12))
///     try engine.load(slot: 3, rows)                // as restored; or nothing: a first start
///     let number = engine.attach(source)            // to be read from engine.position(of: number) on
///     engine.apply(records, proofs: proofs)         // as often as the batch has pieces
///     let effects = engine.drain()                  // what one transaction commits
package final class Engine {
  package struct Options: Sendable {
    /// The owner region of the events (language.md 2.10).
    package var region: String
    /// K: slot k reads the partitions p with p mod K = k.
    package var slots: Int
    package var maxSkew: Duration
    /// The name of the application, for `ce_source`.
    package var application: String
    /// Events over this many bytes are dead letters.
    package var maxEvent: Int
    /// The secret of the hashes that stand for personal parts of keys (language.md 9.3), the same in all regions.
    package var privacyKey: [UInt8]
    /// Bytes of outputs beyond which no further timers fire before the next `drain`.
    package var maxEffects: Int
    /// How many undetermined verdicts of a rule are shown.
    package var maxSamples: Int
    /// Rules that speak to other rules only are heard by all: for who tests them.
    package var showsQuiet = false
    package init(
      region: String, slots: Int, maxSkew: Duration = .seconds(300), application: String = "tenet", maxEvent: Int = 1 << 20,
      privacyKey: [UInt8] = [], maxEffects: Int = 32 << 20, maxSamples: Int = 16
    ) {
      self.region = region
      self.slots = slots
      self.maxSkew = maxSkew
      self.application = application
      self.maxEvent = maxEvent
      self.privacyKey = privacyKey
      self.maxEffects = maxEffects
      self.maxSamples = maxSamples
    }
  }

  /// The rules and KPIs of a program whose keys are personal in part: for them `Options.privacyKey` is needed.
  package static func rulesWithPersonalKeys(_ program: CheckedProgram) -> [String] {
    let streams = program.withVerdictStreams.streams
    return program.rules.filter { KeyMask($0, streams: streams, secret: []).masksAnything }.map(\.name)
  }

  /// What records name as their `engine`.
  package static let version = "0.1.0"

  private let program: CheckedProgram
  private let reader: Reader
  let tables: TableStore
  private var sources: SourceTable
  private let matchers: [any Matcher]
  /// By matcher: its rule's clock. It never falls.
  private var clocks: [EventTime]
  private let verdictReader: VerdictReader?
  private let chain: RuleChain
  /// By slot; nil: it is not loaded.
  private var directories: [TableDirectory?]
  private let pending: PendingEffects
  /// The rules' clocks go on from those of the sources, as they were loaded.
  private var isResumed = false
  /// By rule: rows of the slots loaded that no rule of the program has any more: it has gone, or remembers something else now. They are
  /// erased, and what they held open is not resolved.
  package private(set) var dropped: [String: Int] = [:]
  /// By source number.
  private var partitions: [Int32] = []
  /// What rules said in this step that others are to see.
  private var verdicts: [VerdictEvent] = []

  package init(program: CheckedProgram, options: Options) {
    self.program = program
    let whole = program.withVerdictStreams
    let tables = TableStore(program)
    let reader = Reader(program: whole, options: options, tables: tables)
    let params = program.params.indices.map { reader.param($0) }
    (self.reader, self.tables) = (reader, tables)
    sources = SourceTable(program: program, options: options)
    let matchers = program.rules.indices.compactMap { index in
      makeMatcher(RulePlan(index: index, program: whole, params: params, options: options, tables: tables), program: whole) {
        reader.residual(rule: index, pattern: $0)
      }
    }
    self.matchers = matchers
    verdictReader = VerdictReader(whole, options: options)
    chain = RuleChain(program, rules: matchers.map(\.plan.index))
    clocks = Array(repeating: .distantPast, count: matchers.count)
    directories = Array(repeating: nil, count: options.slots)
    pending = PendingEffects(
      slots: options.slots, streams: program.streams, maxBytes: options.maxEffects, maxSamples: options.maxSamples)
  }

  /// Takes over a slot with its rows, in any order. No rows: its first start.
  /// - Throws: rows of a form that this version does not read; nothing of the slot is taken over.
  package func load(slot: Int, _ rows: [RowChange]) throws(RowFormatError) {
    take(slot: slot, rows, try SlotRows(rows, for: matchers))
  }

  /// A slot's first start.
  package func load(slot: Int) { take(slot: slot, [], SlotRows(for: matchers)) }

  private func take(slot: Int, _ rows: [RowChange], _ tables: SlotRows) {
    sources.load(slot: slot, rows)
    for rule in tables.replaced { sources.forgetHistory(ofRule: rule) }
    for (rule, known) in tables.grown { sources.shortenHistory(ofRule: rule, slot: slot, to: known) }
    for matcher in matchers { matcher.load(slot: slot, tables) }
    directories[slot] = tables.directory
    dropped.merge(tables.directory.dropped) { $0 + $1 }
    isResumed = false
  }

  /// The slot goes away: its rows and effects are forgotten, its sources detached.
  package func unload(slot: Int) {
    sources.unload(slot: slot)
    for matcher in matchers { matcher.unload(slot: slot) }
    directories[slot] = nil
    _ = pending.take(slot: slot)
  }

  /// Begins (or goes on) to read a source; its slot is loaded. Returns the number by which records name it.
  package func attach(_ source: Source) -> Int {
    let number = sources.attach(source)
    while partitions.count <= number { partitions.append(0) }
    partitions[number] = source.partition
    return number
  }

  /// Whether the source is a partition of a table's topic: it is read from its beginning, always.
  package func isTable(_ source: Int) -> Bool {
    if case .table = sources.sources[source].input { true } else { false }
  }

  /// Rows of tables that were used before a restart are still to be read again: until then tables alone are read, and nothing is decided.
  package var isCatchingUp: Bool { sources.isCatchingUp }

  /// The offset from which a source is to be read; nil: nothing is known, the setting `start` decides, or the source is a table's.
  package func position(of source: Int) -> Int64? { sources.position(of: source) }

  /// A source's place to read from, where `start` decided it.
  package func start(_ source: Int, at offset: Int64) { sources.start(source, at: offset) }

  /// The source's clock: its watermark, or more after an end proof. The distant past: nothing is known yet.
  package func clock(of source: Int) -> EventTime { sources.sources[source].clock }

  /// Evaluates records, in the order of reading, and proofs. The clocks of the rules move once, after both.
  /// - Parameter headers: who has the records' headers.
  package func apply(_ records: [SourceRecord], proofs: [EndProof] = [], headers: (any RecordHeaders)? = nil) {
    if !isResumed {
      isResumed = true
      for index in chain.order {
        clocks[index] = max(
          clocks[index], chain.clock(index, own: sources.clock(ofRule: matchers[index].plan.index), clocks, matchers, isResumed: true))
      }
    }
    let batch = reader.read(records: records, headers: headers, sources: &sources)
    for proof in proofs { sources.apply(proof) }
    for (slot, letter) in batch.deadLetters { pending.publish(letter, slot: slot) }
    if sources.isCatchingUp {
      precondition(batch.events.isEmpty, "events are read when the tables are as they were")
      return
    }
    for table in program.tables.indices { tables.advance(table, to: sources.clock(of: .table(table))) }
    let changed = tables.takeChanges()
    for index in chain.order {
      let rule = matchers[index].plan.index
      let before = clocks[index]
      // What the limit cut off is said at the same clock.
      if !matchers[index].isBehind { clocks[index] = max(before, chain.clock(index, own: sources.clock(ofRule: rule), clocks, matchers)) }
      let step = Step(
        batch: batch, partitions: partitions, before: before, clock: clocks[index], since: since(index), effects: pending,
        tablesChangedFrom: sources.tables(ofRule: rule).compactMap { changed[$0] }.min().flatMap {
          $0 < clocks[index].microseconds ? $0 : nil
        })
      apply(step, to: index)
    }
    verdicts.removeAll(keepingCapacity: true)
    pending.count(batch)
    for (event, rules) in pending.takeMissed() {
      pending.publish(batch.lateLetter(of: event, rules: rules), slot: batch.events[event].slot)
    }
  }

  /// A rule on rules sees its events first, at the clock that it had, and then the violations, at the clock up to which all are known.
  private func apply(_ step: Step, to index: Int) {
    let matcher = matchers[index]
    let names = Set(chain.seen[index].flatMap { matchers[$0].plan.rule.verdictNames })
    let own = names.isEmpty ? [] : verdicts.filter { names.contains($0.name) }
    if own.isEmpty {
      matcher.apply(step, to: pending)
    } else {
      var events = step
      (events.clock, events.tablesChangedFrom) = (step.before, nil)
      matcher.apply(events, to: pending)
      verdictReader?.read(own) { batch in
        var violations = step
        (violations.batch, violations.partitions, violations.isOfVerdicts) = (batch, [0], true)
        matcher.apply(violations, to: pending)
      }
    }
    verdicts += pending.takeVerdicts()
  }

  /// K of a rule: it knows of others what they know.
  private func since(_ index: Int) -> EventTime? {
    var since = sources.since(rule: matchers[index].plan.index)
    for other in chain.seen[index] {
      guard let known = since, let theirs = self.since(other) else { return nil }
      since = max(known, theirs)
    }
    return since
  }

  /// Takes what has come together since the last call; empty when nothing needs a commit.
  package func drain() -> Effects {
    // No rule has seen the rows that are new.
    if sources.isCatchingUp { return Effects() }
    pending.forgetBytes()
    // Clocks decided something if rules wrote or said something: then the clocks that were used are written, too.
    var rows = directories.map { _ in RowBatch() }
    for slot in directories.indices where directories[slot] != nil {
      for matcher in matchers { matcher.drain(slot: slot, into: &rows[slot]) }
    }
    let hasDecided = rows.contains { !$0.isEmpty } || pending.outputs.contains { !$0.isEmpty }

    var slots: [SlotEffects] = []
    for slot in directories.indices where directories[slot] != nil {
      for row in sources.drain(slot: slot, clocks: hasDecided) { rows[slot].append(row) }
      let outputs = pending.take(slot: slot)
      let isChanging = directories[slot].map { $0.isErasing || $0.hasOtherSpans } ?? false
      guard !rows[slot].isEmpty || !outputs.isEmpty || isChanging else { continue }
      directories[slot]?.drain(into: &rows[slot])
      rows[slot].sort()
      slots.append(SlotEffects(slot: slot, outputs: outputs, rows: rows[slot]))
    }
    return Effects(slots: slots)
  }

  /// About how many bytes of outputs wait for the next `drain`.
  package var pendingBytes: Int { pending.bytes }

  /// Timers that are due did not fire, since there were effects enough: after a `drain`, `apply` goes on with them, at the same clock.
  package var isBehind: Bool { matchers.contains { $0.isBehind } }

  /// The earliest instant at which a clock that goes on would decide something: a batch with a proof past it is worth closing.
  private var nextDeadline: EventTime? {
    let earliest = matchers.indices.reduce(TimerWheel.never) { earliest, index in
      let own = matchers[index].earliest
      return own == TimerWheel.never ? earliest : min(earliest, own + chain.lags[index])
    }
    return earliest == TimerWheel.never ? nil : EventTime(microseconds: earliest)
  }

  /// In virtual time: the next instant of the wall clock, after `wall` and before `end`, at which something falls due if the sources are
  /// proven read to their end. Who goes from one to the next says provisional values as they would have come.
  package func nextInstant(after wall: EventTime, before end: EventTime) -> EventTime? {
    let delay = ((program.streams.map(\.delay) + program.tables.map(\.delay)).max() ?? .zero).microseconds
    guard let instant = nextDeadline?.advanced(byMicroseconds: delay + 1), instant > wall, instant < end else { return nil }
    return instant
  }

  /// Gives all outputs that there are to publish, batch after batch: what the limit of one cut off comes with the next. For who keeps no rows.
  package func drainOutputs(_ take: (OutputRecord) -> Void) {
    drain().slots.forEach { $0.outputs.forEach(take) }
    while isBehind {
      apply([])
      drain().slots.forEach { $0.outputs.forEach(take) }
    }
  }

  /// The last verdicts that could not be given, in order of rule, then as they came.
  package var undetermined: [Undetermined] { pending.undetermined.sorted { $0.key < $1.key }.flatMap(\.value) }

  /// The clocks of the rules and KPIs that are evaluated, as of the last `apply`, in order of name: by the names under which they say
  /// something. The distant past: nothing is known yet.
  package var ruleClocks: [(rule: String, clock: EventTime)] {
    zip(matchers, clocks).flatMap { matcher, clock in matcher.plan.rule.verdictNames.map { ($0, clock) } }
  }

  /// The rules that are evaluated, and what decides whether they keep their state, in order of name.
  var states: [(plan: RulePlan, identity: StateIdentity)] { matchers.map { ($0.plan, $0.identity) } }

  /// What each rule remembers: how many keys, and about how many bytes of memory they take.
  package var footprints: [(rule: String, keys: Int, bytes: Int)] {
    matchers.map { ($0.plan.rule.name, $0.footprint.keys, $0.footprint.bytes) }
  }

  /// What was counted since the engine was made.
  package var counters: EngineCounters {
    var counters = pending.counters
    counters.add(reader.counts, program)
    for (table, rows, limit, bytes) in tables.footprints {
      counters.tables[table, default: .init()].rows = rows
      counters.tables[table, default: .init()].limit = limit
      counters.tables[table, default: .init()].bytes = bytes
    }
    for (stream, counts) in zip(program.streams, pending.events) {
      for (kind, count) in zip(stream.schema.kinds, counts) where count > 0 {
        counters.events[.init(stream: stream.name, kind: kind.name)] = count
      }
    }
    return counters
  }
}
