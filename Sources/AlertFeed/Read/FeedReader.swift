internal import Dispatch
internal import EventModel
internal import Foundation
internal import HTTPServing
internal import RuleEngine
internal import StreamRuntime
internal import Synchronization
internal import Telemetry

/// Takes records from the topics, writes them into the history with the positions, and publishes what is committed. It has a thread of its own.
final class FeedReader: @unchecked Sendable {  // what is not constant belongs to the thread, but for `stopping`
  struct Parts: Sendable {
    var history: History
    var streams: LiveStreams
    var health: Health
    var metrics: FeedMetrics
    var log: Logger
    var clock: any WorkerClock
  }

  private let consumer: any DataConsumer
  private let sources: [Source]
  private let retention: Retention
  private let parts: Parts
  /// Sources whose end was not yet reached since the start.
  private var behind: Set<Source>
  private var lastForgetting = Duration.zero
  private var lastProbe = Duration.zero

  private let stopping = Mutex(false)
  private let stopSignal = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  init(consumer: any DataConsumer, sources: [Source], retention: Retention, parts: Parts) {
    self.consumer = consumer
    self.sources = sources
    self.retention = retention
    self.parts = parts
    behind = Set(sources)
  }

  func start() {
    ended.enter()
    let thread = Thread { [self] in
      run()
      consumer.close()
      ended.leave()
    }
    thread.name = "feed-reader"
    thread.start()
  }

  /// Closes the consumer of a reader that was not started.
  func abandon() { consumer.close() }

  /// Returns when what was read is written and the consumer is closed.
  func stop() {
    stopping.withLock { $0 = true }
    stopSignal.signal()
    ended.wait()
  }

  private var isStopping: Bool { stopping.withLock { $0 } }

  /// Waits a little before the same call again.
  private func pause() { _ = stopSignal.wait(timeout: .now() + .milliseconds(500)) }

  private func run() {
    guard assign() else { return }
    while !isStopping {
      guard let batch = read() else { return }
      if !batch.isEmpty { write(batch) }
      // Only when it is written can it be asked for.
      for source in batch.ended { reachedEnd(source) }
      probe()
      forget()
    }
  }

  /// Begins where the history ends. false: told to stop.
  private func assign() -> Bool {
    while !isStopping {
      do {
        let known = try parts.history.positions()
        var positions: [(source: Source, offset: Int64)] = []
        for source in sources {
          let start = try known[source] ?? consumer.bounds(of: source, timeout: .seconds(10)).lowerBound
          positions.append((source, start))
        }
        try consumer.assign(positions)
        parts.health.report("history", .ready)
        parts.health.report("kafka", behind.isEmpty ? .ready : .starting("reading the topics to their end"))
        parts.log.info("reading", ["partitions": .int(sources.count), "known": .int(known.count)])
        return true
      } catch let fault as KafkaFault {
        guard failed(fault, nil) else { return false }
        pause()
      } catch {
        failed(error)
        pause()
      }
    }
    return false
  }

  /// What one poll brings; nil: it is over.
  private func read() -> HistoryBatch? {
    var batch = HistoryBatch()
    var lost: [Source] = []
    var goesOn = true
    do throws(KafkaFault) {
      defer { consumer.release() }
      try consumer.poll(limit: 500, wait: .milliseconds(100)) { polled in
        switch polled {
        case .record(let record): take(record, &batch)
        case .end(let source, _): batch.ended.append(source)
        case .outOfRange(let source): lost.append(source)
        case .fault(let source, let fault): goesOn = failed(fault, source) && goesOn
        }
      }
      for source in lost { try beginAnew(source) }
    } catch {
      goesOn = failed(error, nil)
      pause()
    }
    return goesOn ? batch : nil
  }

  private func take(_ record: PolledRecord, _ batch: inout HistoryBatch) {
    batch.positions[record.source] = record.offset + 1
    let kind: HistoryEvent.Kind = record.source.topic.hasSuffix(OutputRecord.Topic.kpis.rawValue) ? .kpi : .violation
    guard let value = record.value else {
      parts.metrics.records(kind.rawValue, "tombstone").add()
      return
    }
    do throws(UnreadableRecord) {
      let json = Array(value)
      switch kind {
      case .kpi:
        let kpi = try KPIRecord(json)
        batch.records.append((.kpi(kpi), record.timestamp ?? kpi.start))
      case .violation:
        let violation = try ViolationRecord(json)
        batch.records.append((.violation(violation), record.timestamp ?? violation.at))
      }
    } catch {
      parts.metrics.records(kind.rawValue, "unreadable").add()
      parts.log.warning(
        "a record cannot be read",
        [
          "topic": .string(record.source.topic), "partition": .int(Int(record.source.partition)), "offset": .int(Int(record.offset)),
          "reason": .string(error.reason),
        ])
    }
  }

  /// Writes until it is written; what was read is not read again.
  private func write(_ batch: HistoryBatch) {
    while true {
      do throws(HistoryFault) {
        let events = try parts.history.write(batch)
        parts.streams.publish(events)
        count(batch, held: events)
        if parts.health.condition(of: "history") != .ready { parts.health.report("history", .ready) }
        return
      } catch {
        failed(error)
        if isStopping { return }
        pause()
      }
    }
  }

  private func count(_ batch: HistoryBatch, held events: [HistoryEvent]) {
    let now = parts.clock.now.microseconds
    for (_, written) in batch.records { parts.metrics.delay.observe(Double(max(0, now - written.microseconds)) / 1_000_000) }
    for kind in [HistoryEvent.Kind.violation, .kpi] {
      let read = batch.records.count { if case .kpi = $0.record { kind == .kpi } else { kind == .violation } }
      let held = events.count { $0.kind == kind }
      parts.metrics.records(kind.rawValue, "held").add(held)
      parts.metrics.records(kind.rawValue, "outdated").add(read - held)
    }
    for (source, next) in batch.positions { parts.metrics.read(source.topic, String(source.partition)).set(Double(next)) }
  }

  private func reachedEnd(_ source: Source) {
    behind.remove(source)
    if behind.isEmpty, parts.health.condition(of: "kafka") != .ready { parts.health.report("kafka", .ready) }
  }

  /// After a fault nothing says that it is over while nothing new is written: asks, every few seconds.
  private func probe() {
    guard case .waiting? = parts.health.condition(of: "kafka"), let source = sources.first else { return }
    let now = parts.clock.uptime
    guard now - lastProbe >= .seconds(2) else { return }
    lastProbe = now
    guard (try? consumer.bounds(of: source, timeout: .seconds(5))) != nil else { return }
    parts.health.report("kafka", behind.isEmpty ? .ready : .starting("reading the topics to their end"))
  }

  /// The position is no longer in the log: begins with what there is. What the history knows already changes nothing.
  private func beginAnew(_ source: Source) throws(KafkaFault) {
    try consumer.unassign([source])
    let start = try consumer.bounds(of: source, timeout: .seconds(10)).lowerBound
    try consumer.assign([(source, start)])
    parts.log.warning(
      "a position is not in the log: reading from its beginning",
      ["topic": .string(source.topic), "partition": .int(Int(source.partition)), "offset": .int(Int(start))])
  }

  /// false: only a restart helps.
  private func failed(_ fault: KafkaFault, _ source: Source?) -> Bool {
    parts.metrics.faults("kafka").add()
    parts.log.warning("kafka: \(fault.description)", ["code": .string(fault.code), "topic": .string(source?.topic ?? "")])
    if fault.disposition == .fatal {
      parts.health.report("kafka", .failed(fault.description))
      return false
    }
    parts.health.report("kafka", .waiting(fault.description))
    return true
  }

  private func failed(_ error: any Error) {
    parts.metrics.faults("history").add()
    parts.log.error("\(error)")
    parts.health.report("history", .waiting("\(error)"))
  }

  /// Once a minute, and on while there is much to forget.
  private func forget() {
    let now = parts.clock.uptime
    guard now - lastForgetting >= .seconds(60) else { return }
    do throws(HistoryFault) {
      let limit = 2_000
      let forgotten = try parts.history.forget(retention, now: parts.clock.now, limit: limit)
      parts.metrics.forgotten.add(forgotten)
      if forgotten < limit { lastForgetting = now }
    } catch {
      lastForgetting = now
      failed(error)
    }
  }
}
