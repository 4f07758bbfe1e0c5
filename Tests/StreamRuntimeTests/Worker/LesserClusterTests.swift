import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

@Suite struct LesserClusterTests {
  @Test func `on a cluster that keeps no offsets the worker takes all slots, and writes outputs alone`() throws {
    let laboratory = Laboratory(capabilities: .mock)
    laboratory.feed(0..<40)
    try laboratory.run { laboratory.handedOver.lines.filter { $0.contains("@") }.count >= 40 }
    #expect(laboratory.named == laboratory.expectedNames(0..<40))
    #expect(laboratory.kafka.committedRecords("app.state").isEmpty)
    #expect(laboratory.kafka.committedOffsets(group: "app").isEmpty)
  }

  @Test func `there an abort ends the worker, with its cause`() throws {
    let laboratory = Laboratory(capabilities: .mock)
    laboratory.feed(0..<40)
    laboratory.kafka.intercept { call, count in
      call == .produce && count > 50 ? .fail(KafkaFault(.abort, code: "NOT_ENOUGH_REPLICAS", "no")) : .pass
    }
    try laboratory.run { laboratory.worker?.isFinished == true }
    guard case .failed(let cause) = laboratory.worker?.end else {
      Issue.record("it ended with \(String(describing: laboratory.worker?.end))")
      return
    }
    #expect(cause.contains("aborted"))
  }

  @Test func `a dry run reads and tells, and writes nothing`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<40)
    let told = Notebook()
    let hooks = WorkerHooks(committed: { outputs in told.note(outputs.map { String(decoding: $0.value ?? [], as: UTF8.self) }) })
    let worker = try SteppedWorker(
      settings: laboratory.settings, cluster: DryRunCluster(laboratory.process), clock: laboratory.clock, hooks: hooks
    ) { LedgerProcessor(slots: Laboratory.slots) }
    for _ in 0..<400 {
      try worker.step()
      laboratory.clock.advance(by: .milliseconds(5))
    }
    #expect(told.lines.filter { $0.contains("@") }.sorted() == laboratory.expectedNames(0..<40))
    #expect(laboratory.outputs.isEmpty)
    #expect(laboratory.kafka.committedOffsets(group: "app").isEmpty)
  }

  @Test func `a worker on threads of its own does the same, and stops when it is told`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<200)
    let told = Notebook()
    let stop = Bell()
    let hooks = WorkerHooks(
      committed: { outputs in
        told.note(outputs.map { String(decoding: $0.value ?? [], as: UTF8.self) })
        if told.lines.filter({ $0.contains("@") }).count == 200 { stop.ring() }
      })
    let settings = laboratory.settings
    let worker = Worker(settings: settings, cluster: laboratory.process, clock: SystemClock(), hooks: hooks) {
      LedgerProcessor(slots: settings.slots)
    }
    OSThread.start {
      stop.wait(atMost: .seconds(30))
      worker.stop()
    }
    #expect(worker.run() == .stopped)
    #expect(laboratory.named == laboratory.expectedNames(0..<200))
    #expect(try laboratory.balances() == laboratory.expectedBalances(0..<200))
    #expect(worker.status.counters.records == 200)
  }
}
