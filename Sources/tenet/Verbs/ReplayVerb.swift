internal import EventModel
internal import RuleEngine
internal import RuleLanguage
internal import StreamRuntime

extension Verb {
  /// Rules over recorded events.
  static let replay = Verb(
    name: "replay", summary: "Evaluates rules over recorded events, and prints what would be published.",
    options: [
      Option("events", "FILE", "recorded events, one JSON object a line; - is standard input")
    ] + ReplayCall.options + [
      Option("standing", nil, "print only what stands in the end: violations not withdrawn, then final KPIs"),
      Option("against", "PATH", "print what these rules say otherwise, of what stands in the end"),
      Option(
        "sweep", "PARAM=A..B[/STEP]",
        "print how many violations stand for each value of a param; without STEP in \(ParamSweep.standardSteps) steps"),
      Option("pin", "ID", "print a test that brings the violation of this id again, of the events that matter"),
      .format("text", "json"),
    ],
    example: "tenet replay --rules Rules --events events.jsonl --until 2026-01-05T12:00:00Z --standing"
  ) { invocation in
    var replay = try ReplayVerb(invocation)
    return try replay.run()
  }
}

private struct ReplayVerb {
  private let invocation: Invocation
  private let call: ReplayCall
  private var feed: EventFeed
  private let clock = SystemClock()
  private let begin: Duration

  private var console: Console { invocation.console }

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    call = try ReplayCall(invocation)
    guard let events = invocation["events"] else { throw CallMistake("`replay` lacks `--events FILE`", help: "tenet replay --help") }
    feed = EventFeed(events, note: invocation.console.note)
    begin = clock.uptime
  }

  mutating func run() throws -> ExitCode {
    let ways = ["standing", "against", "sweep", "pin"].filter { invocation.isSet($0) || invocation[$0] != nil }
    if ways.count > 1 { throw CallMistake("`--\(ways[0])` does not go with `--\(ways[1])`") }
    let book = try call.load(call.rules)
    if let other = invocation["against"] { return try compare(book.program, with: other) }
    if let text = invocation["sweep"] { return try sweep(ParamSweep(text, in: book.program), book.program) }
    if let id = invocation["pin"] { return try pin(id, book.program) }
    return try print(book.program)
  }

  private mutating func print(_ program: CheckedProgram) throws -> ExitCode {
    let (console, names) = (console, call.topics)
    let onlyStanding = invocation.isSet("standing")
    var standing = StandingResult()
    let replayer = call.replayer(program) { output in
      if onlyStanding { standing.take(output) } else { console.print(OutputLine.of(output, topic: names.output(output.topic)) + "\n") }
    }
    try call.run(&feed, [replayer])
    for output in standing.records { console.print(OutputLine.of(output, topic: names.output(output.topic)) + "\n") }
    return report(replayer)
  }

  private mutating func compare(_ program: CheckedProgram, with other: String) throws -> ExitCode {
    let against = try call.load(other)
    var results = [StandingResult(), StandingResult()]
    let replayers = [call.replayer(program) { results[0].take($0) }, call.replayer(against.program) { results[1].take($0) }]
    try call.run(&feed, replayers)
    let report = DifferenceReport(
      difference: StandingDifference(results[0], against: results[1]), rules: call.rules, against: other)
    console.print(invocation.wantsJSON ? report.json : report.text)
    return self.report(replayers[0])
  }

  private mutating func sweep(_ sweep: ParamSweep, _ program: CheckedProgram) throws -> ExitCode {
    var results = sweep.values.map { _ in StandingResult() }
    let replayers = sweep.values.enumerated().map { index, value in
      call.replayer(sweep.program(program, with: value)) { results[index].take($0) }
    }
    try call.run(&feed, replayers)
    let report = SweepReport(name: sweep.name, rows: zip(sweep.values, results).map { ($0, $1.violationCounts) })
    console.print(invocation.wantsJSON ? report.json : report.text)
    return self.report(replayers[0])
  }

  private mutating func pin(_ id: String, _ program: CheckedProgram) throws -> ExitCode {
    guard feed.isFile else { throw CallMistake("`--pin` reads the events twice: `--events` is a file") }
    var last: JSONValue?
    let replayer = call.replayer(program) { output in
      guard let record = output.value.flatMap({ try? JSONValue.parse($0) }), record["id"]?.text == id, record["rule"] != nil else { return }
      last = record
    }
    try call.run(&feed, [replayer])
    guard let record = last else { throw InputFault("no violation of these events has the id `\(id)`") }
    let pin = try PinnedTest(record, program: program, region: call.region, rules: call.rules, schemas: call.schemas) { take in
      // Its own program evaluates no rule: it only reads.
      var reading = program
      reading.rules = []
      let reader = call.replayer(reading) { _ in }
      reader.observer = take
      var again = EventFeed(feed.path) { _ in }
      try again.feed([reader])
    }
    console.print(try pin.text())
    return report(replayer)
  }

  /// Speed and counts, of one of the replays: all have read the same.
  private func report(_ replayer: Replayer) -> ExitCode {
    let counters = replayer.engine.counters
    let seconds = max((clock.uptime - begin) / .seconds(1), 1e-9)
    let undetermined = counters.rules.values.reduce(0) { $0 + $1.undetermined.values.reduce(0, +) }
    let numbers: [(name: String, value: Int)] = [
      ("records", replayer.records), ("records_unread", replayer.unread), ("bad_lines", feed.badLines),
      ("events", counters.events.values.reduce(0, +)),
      ("events_per_second", Int(Double(replayer.records) / seconds)), ("dead_letters", counters.deadLetters.values.reduce(0, +)),
      ("late", counters.late), ("duplicates", counters.duplicates), ("undetermined", undetermined),
    ]
    let samples = UndeterminedReport(replayer.engine.undetermined)
    if invocation.wantsJSON {
      var json = JSONWriter()
      json.object { object in
        for (name, value) in numbers { object.member(name, value) }
        samples.write(to: &object)
      }
      console.note(json.text + "\n")
    } else {
      console.note(samples.text)
      console.note(
        numbers.filter { $0.value > 0 || $0.name == "records" }.map { "\($0.value) \($0.name.replacing("_", with: " "))" }.joined(
          separator: ", ") + "\n")
    }
    return feed.badLines == 0 ? .good : .input
  }
}
