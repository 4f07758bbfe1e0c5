internal import EventModel
internal import RuleEngine
internal import StreamRuntime
internal import Telemetry

/// What `tenet run` tells Prometheus of its worker and its engine. Numbers are read when they are asked for.
enum WorkerMetrics {
  static func declare(in registry: MetricsRegistry, worker: Worker, engine: EngineView, clock: any WorkerClock) {
    declare(in: registry, worker)
    declare(in: registry, engine, clock)
  }

  private static func declare(in registry: MetricsRegistry, _ worker: Worker) {
    func counter(_ name: String, _ help: String, _ read: @escaping @Sendable (WorkerCounters) -> Double) {
      registry.observe(.counter, name, help) { [([], read(worker.status.counters))] }
    }
    counter("tenet_records_total", "Records read.") { Double($0.records) }
    counter("tenet_record_bytes_total", "Bytes of the records read.") { Double($0.recordBytes) }
    counter("tenet_records_repeated_total", "Records that came again and were dropped.") { Double($0.repeated) }
    counter("tenet_transactions_total", "Transactions committed.") { Double($0.transactions) }
    counter("tenet_transactions_aborted_total", "Transactions aborted and sent again.") { Double($0.aborted) }
    counter("tenet_producers_replaced_total", "Producers that had to be replaced.") { Double($0.replacedProducers) }
    counter("tenet_state_bytes_total", "Bytes written to the state topic.") { Double($0.stateBytes) }
    counter("tenet_commit_seconds_total", "Time from the beginning of transactions to their commit.") { $0.committing / .seconds(1) }
    counter("tenet_evaluate_seconds_total", "Time spent evaluating.") { $0.evaluating / .seconds(1) }
    registry.observe(.counter, "tenet_outputs_total", "Records published, by topic.", labels: ["topic"]) {
      worker.status.counters.outputs.map { ([$0.key.rawValue], Double($0.value)) }
    }
    registry.observe(.gauge, "tenet_ready", "Whether every slot runs and nothing is held.") { [([], worker.status.isReady ? 1 : 0)] }
    registry.observe(.gauge, "tenet_lag_records", "Records not read yet, by input partition.", labels: ["topic", "partition"]) {
      worker.status.sources.compactMap { status in
        status.lag.map { ([status.source.topic, String(status.source.partition)], Double($0)) }
      }
    }
    registry.observe(.gauge, "tenet_slots", "Slots by state.", labels: ["state"]) {
      let slots = worker.status.slots
      return WorkerStatus.SlotState.allCases.map { state in ([state.rawValue], Double(slots.count { $0.state == state })) }
    }
  }

  private static func declare(in registry: MetricsRegistry, _ engine: EngineView, _ clock: any WorkerClock) {
    registry.observe(.counter, "tenet_events_total", "Events that counted, by stream and kind.", labels: ["stream", "kind"]) {
      engine.current.counters.events.map { ([$0.key.stream, $0.key.kind], Double($0.value)) }
    }
    registry.observe(.counter, "tenet_events_unknown_kind_total", "Events of kinds that their schema does not know.", labels: ["stream"]) {
      engine.current.counters.unknownKinds.map { ([$0.key], Double($0.value)) }
    }
    registry.observe(.counter, "tenet_dead_letters_total", "Records that are no events, by reason.", labels: ["reason"]) {
      engine.current.counters.deadLetters.map { ([$0.key], Double($0.value)) }
    }
    registry.observe(.counter, "tenet_events_late_total", "Events that came too late for some rule.") {
      [([], Double(engine.current.counters.late))]
    }
    registry.observe(.counter, "tenet_events_duplicate_total", "Events that had come before.") {
      [([], Double(engine.current.counters.duplicates))]
    }
    registry.observe(.counter, "tenet_fields_invalid_total", "Fields that are not as their schema says.", labels: ["stream", "field"]) {
      engine.current.counters.invalidFields.map { ([$0.key.stream, $0.key.path], Double($0.value)) }
    }
    registry.observe(.gauge, "tenet_table_rows", "Rows of a lookup table that hold, or will.", labels: ["table"]) {
      engine.current.counters.tables.map { ([$0.key], Double($0.value.rows)) }
    }
    registry.observe(.gauge, "tenet_table_rows_limit", "The `max_rows` of a lookup table.", labels: ["table"]) {
      engine.current.counters.tables.map { ([$0.key], Double($0.value.limit)) }
    }
    registry.observe(
      .counter, "tenet_violations_total", "Revisions of violations, by rule and state.", labels: ["rule", "state"]
    ) {
      engine.current.counters.rules.flatMap { name, rule -> [(labels: [String], value: Double)] in
        [("open", rule.open), ("resolved", rule.resolved), ("withdrawn", rule.withdrawn)].map { ([name, $0.0], Double($0.1)) }
      }
    }
    registry.observe(
      .counter, "tenet_undetermined_total", "Verdicts that could not be given, by rule and reason.", labels: ["rule", "reason"]
    ) {
      engine.current.counters.rules.flatMap { name, rule -> [(labels: [String], value: Double)] in
        rule.undetermined.map { ([name, $0.key], Double($0.value)) }
      }
    }
    registry.observe(.gauge, "tenet_rule_keys", "Keys that a rule remembers.", labels: ["rule"]) {
      engine.current.footprints.map { ([$0.key], Double($0.value.keys)) }
    }
    registry.observe(.gauge, "tenet_rule_state_bytes", "Memory that a rule's state takes.", labels: ["rule"]) {
      engine.current.footprints.map { ([$0.key], Double($0.value.bytes)) }
    }
    registry.observe(
      .gauge, "tenet_rule_clock_delay_seconds", "How far a rule's clock is behind the wall clock.", labels: ["rule"]
    ) {
      let now = clock.now.microseconds
      return engine.current.clocks.filter { $0.value != .distantPast }.map { rule, time in
        ([rule], Double(now - min(now, time.microseconds)) / 1_000_000)
      }
    }
  }
}
