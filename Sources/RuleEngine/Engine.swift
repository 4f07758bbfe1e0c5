package import EventModel
package import RuleLanguage

/// The core of a shard: `apply(records, proofs) → outputs + changed rows`. It reads no clock, does no I/O and starts no thread; the same
/// inputs give the same bytes.
///
///     let engine = Engine(program: program, options: .init(region: "us-east-1", slots: 12))
///     engine.load(slot: 3, rows)                    // as restored; or nothing: a first start
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
    package init(
      region: String, slots: Int, maxSkew: Duration = .seconds(300), application: String = "tenet", maxEvent: Int = 1 << 20
    ) {
      self.region = region
      self.slots = slots
      self.maxSkew = maxSkew
      self.application = application
      self.maxEvent = maxEvent
    }
  }

  /// What records name as their `engine`.
  package static let version = "0.1.0"

  private let program: CheckedProgram
  private let reader: Reader
  private var sources: SourceTable
  private let matchers: [any Matcher]
  /// By matcher: its rule's clock. It never falls.
  private var clocks: [EventTime]
  /// By slot; nil: it is not loaded.
  private var directories: [TableDirectory?]
  private let pending: PendingEffects
  /// Slots whose rows or outputs rest on clocks since the last drain.
  private var partitions: [Int32] = []

  package init(program: CheckedProgram, options: Options) {
    self.program = program
    let reader = Reader(program: program, options: options)
    let params = program.params.indices.map { reader.param($0) }
    self.reader = reader
    sources = SourceTable(program: program, options: options)
    matchers = program.rules.indices.compactMap { index in
      makeMatcher(RulePlan(index: index, program: program, params: params, options: options), program: program)
    }
    clocks = Array(repeating: .distantPast, count: matchers.count)
    directories = Array(repeating: nil, count: options.slots)
    pending = PendingEffects(slots: options.slots)
  }

  /// Takes over a slot with its rows, in any order. No rows: its first start.
  package func load(slot: Int, _ rows: [RowChange]) {
    sources.load(slot: slot, rows)
    let tables = SlotRows(rows, identities: Set(matchers.map(\.identity)))
    for matcher in matchers { matcher.load(slot: slot, tables) }
    directories[slot] = tables.directory
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

  /// The offset from which a source is to be read; nil: nothing is known, the setting `start` decides.
  package func position(of source: Int) -> Int64? { sources.position(of: source) }

  /// A source's place to read from, where `start` decided it.
  package func start(_ source: Int, at offset: Int64) { sources.start(source, at: offset) }

  /// Evaluates records, in the order of reading, and proofs. The clocks of the rules move once, after both.
  package func apply(_ records: [SourceRecord], proofs: [EndProof] = []) {
    let batch = reader.read(records: records, sources: &sources)
    for proof in proofs { sources.apply(proof) }
    for (slot, letter) in batch.deadLetters { pending.publish(letter, slot: slot) }
    for (index, matcher) in matchers.enumerated() {
      let rule = matcher.plan.index
      let before = clocks[index]
      clocks[index] = max(before, sources.clock(ofRule: rule))
      let step = Step(
        batch: batch, partitions: partitions, before: before, clock: clocks[index], since: sources.since(rule: rule))
      matcher.apply(step, to: pending)
    }
    for (event, rules) in pending.takeMissed() {
      pending.publish(batch.lateLetter(of: event, rules: rules), slot: batch.events[event].slot)
    }
  }

  /// Takes what has come together since the last call; empty when nothing needs a commit.
  package func drain() -> Effects {
    pending.forgetBytes()
    var slots: [SlotEffects] = []
    // Clocks decided something if rules wrote or said something: then the clocks that they used are written, too.
    let hasDecided = directories.indices.contains { slot in
      !pending.outputs[slot].isEmpty || matchers.contains { $0.hasChanges(slot: slot) }
    }
    for slot in directories.indices {
      guard var directory = directories[slot] else { continue }
      var rows = sources.drain(slot: slot, clocks: hasDecided)
      for matcher in matchers { matcher.drain(slot: slot, &directory, into: &rows) }
      directory.drain(into: &rows)
      directories[slot] = directory
      let outputs = pending.take(slot: slot)
      guard !rows.isEmpty || !outputs.isEmpty else { continue }
      rows.sort { $0.row < $1.row }
      slots.append(SlotEffects(slot: slot, outputs: outputs, rows: rows))
    }
    return Effects(slots: slots)
  }

  /// The earliest instant at which a clock that goes on would decide something: a batch with a proof past it is worth closing.
  package var nextDeadline: EventTime? {
    let earliest = matchers.reduce(TimerWheel.never) { min($0, $1.earliest) }
    return earliest == TimerWheel.never ? nil : EventTime(microseconds: earliest)
  }
}
