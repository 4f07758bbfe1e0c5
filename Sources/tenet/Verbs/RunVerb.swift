internal import EventModel
internal import HTTPServing
internal import KafkaIO
internal import RuleEngine
internal import RuleLanguage
internal import Settings
internal import StreamRuntime
internal import Synchronization
internal import Telemetry

extension Verb {
  /// The processor.
  static let run = Verb(
    name: "run", summary: "Evaluates the rules on live events: the processor.",
    options: [
      Configuration.option,
      Option("leave", nil, "leave the consumer group at the end, so that other workers take over at once"),
      Option("dry-run", nil, "read from `start`, join no group, write nothing to Kafka, and print what would be published"),
      .format("text", "json"),
    ],
    readsSettings: true, example: "tenet run --config tenet.yaml --log.format json"
  ) { invocation in
    let verb = try RunVerb(invocation)
    return try Logs.running(verb.log) { try verb.run() }
  }
}

private struct RunVerb {
  let invocation: Invocation
  let settings: Settings
  let log: Logger
  let end = EndRequest()

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    settings = try Configuration.load(invocation)
    log = Logs.logger(settings, verb: "run")
  }

  func run() throws -> ExitCode {
    let book = try Rulebook.load([settings.rulesPath], schemas: settings.schemas, invocation)
    if let notice = book.notice { log.warning(notice) }
    if settings.privacyKey == nil, let rule = Engine.rulesWithPersonalKeys(book.program).first {
      throw CallMistake(
        "the key of `\(rule)` is personal, and there is no `privacy.key`", help: "set `privacy.key`, the same in all regions")
    }
    let real = try Clusters.own(settings, log: log)
    let isDry = invocation.isSet("dry-run")
    let cluster: any Cluster = isDry ? DryRunCluster(real) : real
    try checkTopics(of: book.program, on: cluster, isDry: isDry)

    let clock = SystemClock()
    let view = EngineView()
    let console = invocation.console
    let names = TopicNames(application: settings.application, prefix: settings.outputPrefix)
    let hooks = WorkerHooks(
      committed: { outputs in
        guard isDry else { return }
        for output in outputs { console.print(OutputLine.of(output, topic: names.output(output.topic)) + "\n") }
      },
      evaluated: { view.take($0) }, log: Logs.worker(log))
    let worker = Worker(settings: workerSettings(book.program), cluster: cluster, clock: clock, hooks: hooks) {
      [settings, program = book.program] in
      Engine(
        program: program,
        options: .init(
          region: settings.region, slots: settings.slots, maxSkew: settings.maxSkew, application: settings.application,
          maxEvent: settings.maxEvent, privacyKey: Array((settings.privacyKey ?? "").utf8)))
    }
    return try watch(worker, view, clock, book)
  }

  /// Runs the worker until it ends, with health and metrics beside it.
  private func watch(_ worker: Worker, _ view: EngineView, _ clock: SystemClock, _ book: Rulebook) throws -> ExitCode {
    let registry = MetricsRegistry()
    WorkerMetrics.declare(in: registry, worker: worker, engine: view, clock: clock)
    let health = Health(["worker"], log: log)
    let server = try StatusServer.start(settings.metricsListen, health: health, metrics: registry, log: log)
    defer { server.stop() }
    let tables = TableWatch(log)
    let watcher = Watcher(every: .milliseconds(250)) { [log] in
      tables.look(at: view.current.counters.tables)
      let status = worker.status
      if status.isReady {
        health.report("worker", .ready)
      } else if let reason = status.holdReason {
        if health.condition(of: "worker") != .waiting(reason) { log.warning("the worker waits", ["reason": .string(reason)]) }
        health.report("worker", .waiting(reason))
      }
    }
    defer { watcher.stop() }
    end.whenMade { [log] in
      log.info("ending: the transaction under way is finished")
      worker.stop()
    }
    log.info(
      "running",
      [
        "rules": .int(book.ruleCount), "kpis": .int(book.kpiCount), "fingerprint": .string(book.program.fingerprint),
        "instance": .string(settings.instance), "slots": .int(settings.slots),
      ])
    switch worker.run() {
    case .stopped:
      let counters = worker.status.counters
      log.info("ended", ["records": .int(Int(counters.records)), "transactions": .int(Int(counters.transactions))])
      return .good
    case .failed(let reason):
      health.report("worker", .failed(reason))
      throw EnvironmentFault("the worker cannot go on: \(reason)")
    }
  }

  private func workerSettings(_ program: CheckedProgram) -> WorkerSettings {
    let start: StartPosition =
      switch settings.start {
      case .earliest: .earliest
      case .latest: .latest
      case .time(let time): .time(time)
      }
    var worker = WorkerSettings(
      application: settings.application, region: settings.region, instance: settings.instance, slots: settings.slots, start: start,
      idleMargin: settings.idleMargin, prefix: settings.outputPrefix, inputs: WorkerSettings.inputs(of: program),
      leaves: invocation.isSet("leave"))
    worker.prefetch = settings.prefetchMemory
    worker.stateMemory = settings.stateMemory
    return worker
  }

  /// Refuses to start where a topic is missing, or would lose data.
  private func checkTopics(of program: CheckedProgram, on cluster: any Cluster, isDry: Bool) throws {
    let report: TopicReport
    do throws(KafkaFault) {
      let admin = try cluster.admin()
      defer { admin.close() }
      report = try Clusters.plan(settings, program, storesOffsets: cluster.capabilities.storedOffsets).report(from: admin)
    } catch {
      throw EnvironmentFault(error, "the cluster cannot be asked for its topics")
    }
    for warning in report.warnings { log.warning(warning.description) }
    try Clusters.require(report.missing.filter { $0.role == .input || $0.role == .table || !isDry }.map(\.name))
    if let first = report.wrong.first, !isDry {
      for finding in report.wrong { log.error(finding.description) }
      throw EnvironmentFault(first.description, help: "tenet topics --check")
    }
  }
}
