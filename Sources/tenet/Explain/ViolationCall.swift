internal import Diagnostics
internal import EventModel
internal import RuleEngine
internal import RuleLanguage
internal import Settings
internal import StreamRuntime
internal import Telemetry

/// `tenet explain ID`: finds the violation in a replay, of recorded events or of the topics, and gives an account of it.
struct ViolationCall {
  let id: String
  let invocation: Invocation

  /// Events beyond so many are not looked at for what did not count.
  private static let mostEvents = 200_000

  func run() throws -> ExitCode {
    let call = try ReplayCall(invocation)
    let result = try Rulebook.check([call.rules], schemas: call.schemas)
    guard let program = result.program else { throw InputFault("the rules have mistakes: `tenet check` shows them") }
    let (records, events) =
      if let file = invocation["events"] { try recorded(call, program, file) } else { try live(program) }
    guard let last = records.last, let rule = last["rule"]?.text.flatMap({ program.rule(saying: $0) }) else {
      throw InputFault("no violation of these events has the id `\(id)`")
    }
    let kinds = Set(rule.patterns.flatMap(\.kinds))
    let account = ViolationAccount(
      records, rule: rule, program: program, region: last["region"]?.text ?? call.region, sources: result.sources,
      events: events.filter { kinds.contains($0.kind) })
    let report = AccountReport(account: account, sources: result.sources)
    invocation.console.print(invocation.wantsJSON ? report.json : report.text)
    return .good
  }

  /// All revisions of the violation, and the events of its key and evidence.
  private typealias Found = (records: [JSONValue], events: [RecordedEvent])

  private func recorded(_ call: ReplayCall, _ program: CheckedProgram, _ file: String) throws -> Found {
    guard file != "-" else { throw CallMistake("`explain` reads the events twice: `--events` is a file") }
    var feed = EventFeed(file, note: invocation.console.note)
    return try find(program, call) { replayer in
      try call.run(&feed, [replayer])
      feed = EventFeed(file) { _ in }
    }
  }

  /// From the topics, which are read to where they end now; the time passes to now.
  private func live(_ program: CheckedProgram) throws -> Found {
    let settings = try Configuration.load(invocation)
    let cluster = try Clusters.own(settings, log: Logs.logger(settings, verb: "explain"))
    let feed = try TopicFeed(program, from: settings.start, prefetch: settings.prefetchMemory, on: DryRunCluster(cluster))
    defer { feed.close() }
    var call = try ReplayCall(invocation)
    (call.settings, call.region) = (settings, invocation["region"] ?? settings.region)
    return try find(program, call) { replayer in
      try feed.feed(replayer)
      replayer.pass(to: SystemClock().now)
      replayer.finish()
    }
  }

  /// Reads the events twice: for what is said, and for the events of whom it is said.
  private func find(_ program: CheckedProgram, _ call: ReplayCall, _ run: (Replayer) throws -> Void) throws -> Found {
    var records: [JSONValue] = []
    let first = call.replayer(program) { output in
      guard let record = output.value.flatMap({ try? JSONValue.parse($0) }), record["id"]?.text == id, record["rule"] != nil else { return }
      records.append(record)
    }
    try run(first)
    guard let last = records.last, let rule = last["rule"]?.text.flatMap({ program.rule(saying: $0) }) else { return ([], []) }
    var reading = program
    reading.rules = []
    let (kinds, params) = (Set(rule.patterns.flatMap(\.kinds)), program.paramValues(in: call.region))
    let evidence = Set(records.flatMap { $0["evidence"]?.elements ?? [] }.compactMap(RecordedEvent.Place.init))
    var (events, anchors) = ([RecordedEvent](), [RecordedEvent]())
    let second = call.replayer(reading) { _ in }
    second.observer = { read in
      guard let event = RecordedEvent(read, in: program), kinds.contains(event.kind) else { return }
      if evidence.contains(event.place) { anchors.append(event) } else if events.count < Self.mostEvents { events.append(event) }
    }
    try run(second)
    let keys = anchors.flatMap { event in
      rule.patterns(of: event.kind).compactMap { rule.key(of: event, pattern: $0, params: params, in: program) }
    }
    events.removeAll { event in
      !rule.patterns(of: event.kind).contains { pattern in
        rule.key(of: event, pattern: pattern, params: params, in: program).map { keys.contains($0) } ?? false
      }
    }
    return (records, anchors + events)
  }
}
