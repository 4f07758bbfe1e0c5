internal import EventModel
internal import RuleLanguage

/// What is known of every source: how far it was read, its watermark and clock, since when each rule knows it, and the ids it held
/// (protocol.md 3, 8).
///
/// Rules of the program are named by their index, sources by the number that `attach` gave.
struct SourceTable {
  /// By number.
  private(set) var sources: [SourceState] = []
  private(set) var names: [Source] = []
  private var numbers: [Source: Int] = [:]
  private let slots: Int
  private let maxSkew: Int64
  let streams: [CheckedStream]
  private let tables: [CheckedTable]
  /// Under which their history stands in rows.
  let ruleNames: [String]
  private let rules: [RuleInputs]
  /// Indexes of the rules that read a stream, ascending, by stream.
  let rulesOfStream: [[Int]]
  /// Rows of table 0 that no longer say anything, to be removed; by slot.
  private var obsolete: [Int: [RowKey]] = [:]

  init(program: CheckedProgram, options: Engine.Options) {
    precondition(options.slots > 0, "an application has at least one slot")
    slots = options.slots
    maxSkew = options.maxSkew.microseconds
    streams = program.streams
    tables = program.tables
    ruleNames = program.rules.map(\.stableName)
    let inputs = program.rules.map { RuleInputs($0, program: program) }
    rules = inputs
    rulesOfStream = program.streams.indices.map { stream in inputs.indices.filter { inputs[$0].streams.contains(stream) } }
  }

  /// The slot that reads a source.
  func slot(of source: Source) -> Int { Int(source.partition) % slots }

  /// Takes the source's rows of a slot: those of table 0 with the letters `S`, `H`, `D` and `G`. Others are left to whom they belong.
  mutating func load(slot: Int, _ rows: [RowChange]) {
    for row in rows where row.row.table == 0 {
      guard let value = row.value, let key = SourceRowKey(row.row.key) else { continue }
      guard let number = known(key.source) else {
        obsolete[slot, default: []].append(row.row)
        continue
      }
      if !sources[number].take(key, part: row.row.part, value: value, rules: rules(of: sources[number].input), names: ruleNames) {
        obsolete[slot, default: []].append(row.row)
      }
    }
    for number in sources.indices where sources[number].slot == slot { sources[number].ids?.finishRestore() }
  }

  /// The slot goes away with all that is known of its sources, but for their clocks: they hold the rules that depend on them.
  mutating func unload(slot: Int) {
    obsolete[slot] = nil
    for number in sources.indices where sources[number].slot == slot {
      var fresh = makeState(sources[number].source, number: number, sources[number].input)
      fresh.restore(next: nil, watermark: .distantPast, clock: sources[number].clock)
      sources[number] = fresh
    }
  }

  /// Begins to read a source, or goes on. Its number stays the same as long as the table lives.
  mutating func attach(_ source: Source) -> Int {
    guard let number = known(source) else { preconditionFailure("a source is a partition of a topic that a stream or a table reads") }
    sources[number].isAttached = true
    return number
  }

  /// The number of a source, given to it if it has none; nil: nothing reads its topic.
  private mutating func known(_ source: Source) -> Int? {
    if let number = numbers[source] { return number }
    let input: SourceInput
    if let stream = streams.firstIndex(where: { $0.topic == source.topic }) {
      input = .stream(stream)
    } else if let table = tables.firstIndex(where: { $0.topic == source.topic }) {
      input = .table(table)
    } else {
      return nil
    }
    numbers[source] = sources.count
    names.append(source)
    sources.append(makeState(source, number: sources.count, input))
    return sources.count - 1
  }

  /// Indexes of the rules that know the source from some instant on: nothing of a table is unknown.
  private func rules(of input: SourceInput) -> [Int] {
    if case .stream(let stream) = input { rulesOfStream[stream] } else { [] }
  }

  private func makeState(_ source: Source, number: Int, _ input: SourceInput) -> SourceState {
    guard case .stream(let stream) = input else {
      return SourceState(source, number: number, input, slot: slot(of: source), rules: 0, ids: nil)
    }
    let declared = streams[stream]
    let lateness = rulesOfStream[stream].map { rules[$0].lateness }.max() ?? 0
    let ids = declared.idSpan.map { span in
      SeenIDs(
        span: span.microseconds, keep: span.microseconds + lateness,
        spread: span.microseconds + lateness + maxSkew + declared.disorder.microseconds)
    }
    return SourceState(source, number: number, input, slot: slot(of: source), rules: rulesOfStream[stream].count, ids: ids)
  }

  /// The offset from which the source is to be read; nil: nothing is known.
  func position(of source: Int) -> Int64? { sources[source].next }

  /// The source is read from that offset on, where nothing was known.
  mutating func start(_ source: Int, at offset: Int64) { sources[source].start(at: offset) }

  /// Reads records of a source, in place.
  mutating func withSource(_ source: Int, _ body: (inout SourceState) -> Void) { body(&sources[source]) }

  /// Takes a proof that a source held nothing unread.
  mutating func apply(_ proof: EndProof) {
    guard sources[proof.source].isAttached else { return }
    let delay =
      switch sources[proof.source].input {
      case .stream(let stream): streams[stream].delay
      case .table(let table): tables[table].delay
      }
    sources[proof.source].prove(proof, delay: delay.microseconds)
  }

  /// The least clock of all sources of the rule's streams and tables; the distant past while one of them has none.
  func clock(ofRule rule: Int) -> EventTime { rules[rule].all.map(clock(of:)).min() ?? .distantFuture }

  /// The least clock of all sources of a stream or table; the distant past while it has none.
  func clock(of input: SourceInput) -> EventTime {
    sources.lazy.filter { $0.input == input }.map(\.clock).min() ?? .distantPast
  }

  /// The tables that a rule reads: indexes into `CheckedProgram.tables`.
  func tables(ofRule rule: Int) -> [Int] { rules[rule].tables }

  /// Rows of tables that were used before the restart are still to be read again.
  var isCatchingUp: Bool { sources.contains { $0.isAttached && $0.isCatchingUp } }

  /// L: an event further behind than this is too late for the rule (language.md 5.6). In microseconds.
  func lateness(ofRule rule: Int) -> Int64 { rules[rule].lateness }

  /// K: the instant from which the rule knows all of its sources (language.md 6.1); the distant past: from ever. nil while one of them
  /// is not known at all.
  func since(rule: Int) -> EventTime? {
    var latest = EventTime.distantPast
    for stream in rules[rule].streams {
      guard let place = rulesOfStream[stream].firstIndex(of: rule) else { preconditionFailure("a rule reads its streams") }
      var isRead = false
      for state in sources where state.input == .stream(stream) {
        guard let since = state.since[place] else { return nil }
        isRead = true
        latest = max(latest, since)
      }
      if !isRead { return nil }
    }
    return latest
  }

  /// The state of a rule was dropped: it knows its sources from their next records on (a new K).
  mutating func forgetHistory(ofRule rule: Int) {
    for number in sources.indices {
      if let place = rules(of: sources[number].input).firstIndex(of: rule) { sources[number].forget(rule: place) }
    }
  }

  /// A rule looks further back than what it kept was kept for: it knows the slot's sources only from so long before its clock on
  /// (language.md 24.1).
  mutating func shortenHistory(ofRule rule: Int, slot: Int, to known: Int64) {
    let own = sources.indices.filter { sources[$0].slot == slot && rules(of: sources[$0].input).contains(rule) }
    guard let clock = own.map({ sources[$0].clock }).min(), clock != .distantPast else { return }
    for number in own {
      guard let place = rules(of: sources[number].input).firstIndex(of: rule) else { continue }
      sources[number].know(noEarlierThan: clock.advanced(byMicroseconds: -known), rule: place)
    }
  }

  /// Whether records of the slot's sources were read since the last call of `drain`.
  func hasProgress(slot: Int) -> Bool { sources.contains { $0.slot == slot && $0.changes.hasProgress } }

  /// The rows of a slot that changed since the last call, in their order. `clocks`: also those in which a proof moved the clock and
  /// nothing else changed; a clock that moved and decided nothing need not be recorded.
  mutating func drain(slot: Int, clocks: Bool) -> [RowChange] {
    var rows = (obsolete.removeValue(forKey: slot) ?? []).map { RowChange(row: $0, value: nil) }
    for number in sources.indices where sources[number].slot == slot {
      rows += sources[number].drainRows(clocks: clocks, rules: rules(of: sources[number].input).map { ruleNames[$0] })
    }
    return rows.sorted { $0.row < $1.row }
  }
}
