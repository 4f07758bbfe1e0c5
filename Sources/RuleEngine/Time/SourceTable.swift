internal import EventModel
internal import RuleLanguage

/// What is known of every source: how far it was read, its watermark and clock, and since when each rule knows it (protocol.md 3, 8).
///
/// The rules of a program are named by their index, sources by the number that `attach` gave.
struct SourceTable {
  private(set) var sources: [SourceState] = []
  private var numbers: [Source: Int] = [:]
  private let slots: Int
  private let streams: [CheckedStream]
  private let rules: [RuleInputs]
  /// Rows of slots that are loaded, of sources that are not attached yet.
  private var waiting: [Source: SourceState] = [:]

  init(program: CheckedProgram, options: Engine.Options) {
    precondition(options.slots > 0, "an application has at least one slot")
    slots = options.slots
    streams = program.streams
    rules = program.rules.map { RuleInputs($0, streams: program.streams) }
  }

  /// Takes the source's rows of a slot: those of table 0 with the letters `S`, `H` and `D`. Others are left to whom they belong.
  mutating func load(slot: Int, _ rows: [RowChange]) {
  }

  /// The slot goes away, with all that is known of its sources. They hold the clocks that depend on them until they are attached again.
  mutating func unload(slot: Int) {
    for number in sources.indices where sources[number].slot == slot { sources[number].detach() }
    waiting = waiting.filter { Int($0.key.partition) % slots != slot }
  }

  /// Begins to read a source, or goes on. The number stays the same as long as the table lives.
  mutating func attach(_ source: Source) -> Int {
    let known = waiting.removeValue(forKey: source)
    if let number = numbers[source] {
      if let known { sources[number] = known }
      sources[number].isAttached = true
      return number
    }
    guard let stream = streams.firstIndex(where: { $0.topic == source.topic }) else {
      preconditionFailure("a source is a partition of a topic that a stream reads")
    }
    numbers[source] = sources.count
    sources.append(known ?? SourceState(source, stream: stream, slot: Int(source.partition) % slots))
    return sources.count - 1
  }

  /// The offset from which the source is to be read; nil: nothing is known.
  func position(of source: Int) -> Int64? { sources[source].next }

  /// The source is read from that offset on, where nothing was known.
  mutating func start(_ source: Int, at offset: Int64) { sources[source].next = offset }

  /// Takes a proof that a source held nothing unread.
  mutating func apply(_ proof: EndProof) {
  }

  /// The least clock of all sources of the rule's streams; the distant past while a stream has none.
  func clock(ofRule rule: Int) -> EventTime { .distantPast }

  /// L: an event further behind than this is too late for the rule (language.md 5.6). In microseconds.
  func lateness(ofRule rule: Int) -> Int64 { rules[rule].lateness }

  /// K: the instant from which the rule knows all of its sources (language.md 6.1); the distant past: from ever. nil while one of them
  /// is not known at all.
  func since(rule: Int) -> EventTime? { nil }

  /// The rows of a slot that changed since the last call. `clocks`: also those in which a proof moved the clock and nothing else
  /// changed; a clock that moved and decided nothing need not be recorded.
  mutating func drain(slot: Int, clocks: Bool) -> [RowChange] { [] }

  /// Whether records of the slot's sources were read since the last call of `drain`.
  func hasProgress(slot: Int) -> Bool { false }
}

/// The streams that a rule reads, and its lateness.
struct RuleInputs: Sendable {
  /// Indexes into `CheckedProgram.streams`, ascending.
  var streams: [Int]
  /// In microseconds.
  var lateness: Int64

  init(_ rule: CheckedRule, streams all: [CheckedStream]) {
    streams = Set(rule.patterns.flatMap { $0.kinds.map(\.stream) }).sorted()
    lateness = streams.map { all[$0].lateness.microseconds }.max() ?? 0
  }
}
