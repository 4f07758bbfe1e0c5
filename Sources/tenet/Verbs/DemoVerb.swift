internal import Commerce
internal import EventModel
@preconcurrency import Glibc
internal import KafkaIO
internal import RuleEngine
internal import Settings
internal import StreamRuntime
internal import Synchronization

extension Verb {
  /// The whole path in one process.
  static let demo = Verb(
    name: "demo", summary: "A shop, a Kafka, the rules and a live screen in one process.", options: DemoOptions.all,
    example: "tenet demo --for 30s --plain"
  ) { invocation in
    let options = try DemoOptions(invocation, now: SystemClock().now)
    if invocation.isSet("load") { return try LoadRun(options, invocation.console).run() }
    let settings = try Configuration.loadIfThere(invocation)
    let book = try Rulebook.load(
      [invocation["rules"] ?? settings.rulesPath], schemas: invocation["schemas"] ?? settings.schemas, invocation)
    if let notice = book.notice { invocation.console.note(notice + "\n") }
    let end = EndRequest()
    let run = try DemoRun(options, book)
    end.whenMade { run.end() }
    try run.start()
    let terminal = options.isPlain ? nil : Terminal()
    DemoDisplay(run: run, terminal: terminal, console: invocation.console).show()
    // The terminal first: a second ctrl-C ends the process at once.
    terminal?.close()
    run.finish()
    return DemoDisplay.conclude(run, invocation.console)
  }
}

/// Shows a demo until it is to end: on the screen, or as lines.
private struct DemoDisplay {
  let run: DemoRun
  let terminal: Terminal?
  let console: Console

  func show() {
    var meter = RateMeter()
    while !run.wantsEnd {
      if let limit = run.options.duration, run.elapsed >= limit { break }
      if let terminal {
        var state = run.screen()
        meter.take(state.events, at: state.elapsed)
        (state.eventsPerSecond, state.rates) = (meter.rate, meter.history)
        let size = Terminal.size()
        terminal.draw(size, ScreenLayout(width: size.width, height: size.height).lines(state), isColored: run.options.isColored)
        if terminal.keys(waiting: 100).contains(where: { $0 == UInt8(ascii: "q") || $0 == UInt8(ascii: "Q") || $0 == 3 }) { break }
      } else {
        Self.printNew(run, console)
        usleep(100_000)
      }
    }
  }

  /// Lines for what was committed since the last call: records, or violations in words.
  private static func printNew(_ run: DemoRun, _ console: Console) {
    for output in run.takeUnprinted() {
      if run.options.wantsJSON {
        console.print(OutputLine.of(output, topic: run.outputNames.output(output.topic)) + "\n")
      } else if output.topic == .violations, let json = output.value.flatMap({ try? JSONValue.parse($0) }),
        let violation = PublishedViolation(json)
      {
        console.print(line(violation).rendered(isColored: run.options.isColored) + "\n")
      }
    }
  }

  private static func line(_ violation: PublishedViolation) -> StyledLine {
    var line = StyledLine(ScreenLayout.timeOfDay(violation.at), .faint)
    line.add("  ")
    let isOpen = violation.state == "open"
    line.add(isOpen ? violation.severity : violation.state, isOpen ? ScreenLayout.style(of: violation.severity) : .faint)
    line.fill(to: 20)
    line.add(violation.rule, .strong)
    line.add("  \(violation.message)")
    if let exposure = violation.exposure { line.add("  \(exposure.amount) \(exposure.currency)", .strong) }
    return line
  }

  static func conclude(_ run: DemoRun, _ console: Console) -> ExitCode {
    if run.options.isPlain { printNew(run, console) }
    let summary = DemoSummary(state: run.screen(), counters: run.view.current.counters)
    console.print(run.options.wantsJSON ? summary.json : summary.text)
    for complaint in run.complaints { console.note(complaint + "\n") }
    guard let failure = run.failure else { return .good }
    console.note("tenet: \(failure)\n")
    return .environment
  }
}
