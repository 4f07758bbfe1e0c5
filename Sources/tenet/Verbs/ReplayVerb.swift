internal import EventModel
internal import RuleEngine
internal import Settings
internal import StreamRuntime

extension Verb {
  /// Rules over recorded events.
  static let replay = Verb(
    name: "replay", summary: "Evaluates rules over recorded events, and prints what would be published.",
    options: [
      Option("rules", "PATH", "rule files", standard: "rules.path of tenet.yaml, else Rules"),
      Option("schemas", "DIR", "JSON Schemas", standard: "schemas of tenet.yaml, else Schemas"),
      Option("events", "FILE", "recorded events, one JSON object a line; - is standard input"),
      Option("until", "TIME", "let the time pass to then at the end, so that what is due by then falls due"),
      Option("region", "REGION", "the region whose events these are", standard: "us-east-1"),
      Option("standing", nil, "print only what stands in the end: violations not withdrawn, then final KPIs"),
      Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
      .format("text", "json"),
    ],
    example: "tenet replay --rules Rules --events events.jsonl --until 2026-01-05T12:00:00Z --standing"
  ) { invocation in
    var replay = try ReplayVerb(invocation)
    return try replay.run()
  }
}

private struct ReplayVerb {
  let invocation: Invocation
  let settings: Settings
  let events: String
  let until: EventTime?
  /// Lines that are no records; of the first ones it is said what is wrong.
  private var badLines = 0
  private static let mostTold = 20

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    settings = try Configuration.loadIfThere(invocation)
    guard let events = invocation["events"] else { throw CallMistake("`replay` lacks `--events FILE`", help: "tenet replay --help") }
    self.events = events
    until = try invocation.time("until")
  }

  mutating func run() throws -> ExitCode {
    let book = try Rulebook.load(
      [invocation["rules"] ?? settings.rulesPath], schemas: invocation["schemas"] ?? settings.schemas, invocation)
    if let notice = book.notice { invocation.console.note(notice + "\n") }
    let names = TopicNames(application: "replay", prefix: settings.outputPrefix)
    let console = invocation.console
    let onlyStanding = invocation.isSet("standing")
    var standing = StandingResult()
    let replayer = Replayer(
      book.program,
      options: .init(
        region: invocation["region"] ?? "us-east-1", slots: 1, maxSkew: settings.maxSkew, application: "replay",
        maxEvent: settings.maxEvent,
        privacyKey: Array((settings.privacyKey ?? "").utf8))
    ) { output in
      if onlyStanding { standing.take(output) } else { console.print(OutputLine.of(output, topic: names.output(output.topic)) + "\n") }
    }
    let clock = SystemClock()
    let begin = clock.uptime
    try feed(replayer)
    if let until { replayer.pass(to: until) }
    replayer.finish()
    if onlyStanding {
      for output in standing.records { console.print(OutputLine.of(output, topic: names.output(output.topic)) + "\n") }
    }
    report(replayer, clock.uptime - begin)
    return badLines == 0 ? .good : .input
  }

  /// A line that is no record is the input's fault. It is told and passed over, as a record that is no event is when it comes from Kafka.
  private mutating func feed(_ replayer: Replayer) throws {
    let partitions = try events == "-" ? nil : announced()
    guard let lines = LineReader(events) else { throw EnvironmentFault("`\(events)` cannot be read") }
    var isAttached = false
    func attach(_ counts: [String: Int32]) {
      replayer.attach(counts)
      isAttached = true
    }
    if let partitions { attach(partitions) }
    while let text = lines.next() {
      do throws(RecordedLine.Mistake) {
        switch try RecordedLine.read(text) {
        case nil: continue
        case .partitions(let counts):
          if lines.number > 1 { throw RecordedLine.Mistake(message: "`partitions` stands in the first line") }
          if !isAttached { attach(counts) }
        case .time(let time):
          if !isAttached { attach([:]) }
          replayer.pass(to: time)
        case .record(let record):
          if !isAttached { attach([:]) }
          try replayer.take(record)
        }
      } catch {
        badLines += 1
        let place = "\(events == "-" ? "standard input" : events):\(lines.number)"
        if badLines <= Self.mostTold { invocation.console.note("\(place): \(error.message)\n") }
        if badLines == Self.mostTold + 1 { invocation.console.note("\(place): there are more\n") }
      }
    }
    if !isAttached { attach([:]) }
  }

  /// The partitions of a file's topics: as its first line says, else those that its records name.
  private func announced() throws -> [String: Int32] {
    guard let lines = LineReader(events) else { throw EnvironmentFault("`\(events)` cannot be read") }
    var counts: [String: Int32] = [:]
    var isAnnounced = false
    while let text = lines.next() {
      switch try? RecordedLine.read(text) {
      case .partitions(let own):
        if lines.number == 1 { (counts, isAnnounced) = (own, true) }
      case .record(let record):
        if isAnnounced { return counts }
        counts[record.topic] = max(counts[record.topic] ?? 1, record.partition + 1)
      default: continue
      }
    }
    return counts
  }

  private func report(_ replayer: Replayer, _ time: Duration) {
    let counters = replayer.engine.counters
    let seconds = max(time / .seconds(1), 1e-9)
    let undetermined = counters.rules.values.reduce(0) { $0 + $1.undetermined.values.reduce(0, +) }
    let numbers: [(name: String, value: Int)] = [
      ("records", replayer.records), ("records_unread", replayer.unread), ("bad_lines", badLines),
      ("events", counters.events.values.reduce(0, +)),
      ("events_per_second", Int(Double(replayer.records) / seconds)), ("dead_letters", counters.deadLetters.values.reduce(0, +)),
      ("late", counters.late), ("duplicates", counters.duplicates), ("undetermined", undetermined),
    ]
    if invocation.wantsJSON {
      var json = JSONWriter()
      json.object { object in for (name, value) in numbers { object.member(name, value) } }
      invocation.console.note(json.text + "\n")
    } else {
      invocation.console.note(
        numbers.filter { $0.value > 0 || $0.name == "records" }.map { "\($0.value) \($0.name.replacing("_", with: " "))" }.joined(
          separator: ", ") + "\n")
    }
  }
}
