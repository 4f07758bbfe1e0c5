import EventModel
import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

/// What Kafka can answer, at every place where it is asked.
@Suite struct FaultTests {
  static let faults: [KafkaFault.Disposition: KafkaFault] = [
    .retry: KafkaFault(.retry, code: "_TIMED_OUT", "timed out"),
    .abort: KafkaFault(.abort, code: "NOT_ENOUGH_REPLICAS", "not enough replicas"),
    .fatal: KafkaFault(.fatal, code: "_FENCED", "fenced"),
    .hold: KafkaFault(.hold, code: "TOPIC_AUTHORIZATION_FAILED", "no right"),
    .queueFull: KafkaFault(.queueFull, code: "_QUEUE_FULL", "full"),
    .refusedMember: KafkaFault(.refusedMember, code: "ILLEGAL_GENERATION", "another generation"),
  ]

  struct Case: CustomTestStringConvertible, Sendable {
    var call: SimulatedKafka.Call
    var disposition: KafkaFault.Disposition
    /// The call does what it should, but says that it failed.
    var isDone = false
    var testDescription: String { "\(call.rawValue) \(disposition)\(isDone ? " done" : "")" }
  }

  static let cases: [Case] = [
    Case(call: .initialize, disposition: .retry), Case(call: .initialize, disposition: .fatal), Case(call: .initialize, disposition: .hold),
    Case(call: .initialize, disposition: .retry, isDone: true), Case(call: .begin, disposition: .fatal),
    Case(call: .produce, disposition: .queueFull), Case(call: .produce, disposition: .abort), Case(call: .produce, disposition: .hold),
    Case(call: .produce, disposition: .fatal), Case(call: .serveReports, disposition: .abort),
    Case(call: .serveReports, disposition: .fatal),
    Case(call: .sendOffsets, disposition: .retry), Case(call: .sendOffsets, disposition: .abort),
    Case(call: .sendOffsets, disposition: .refusedMember), Case(call: .sendOffsets, disposition: .fatal),
    Case(call: .sendOffsets, disposition: .hold), Case(call: .sendOffsets, disposition: .retry, isDone: true),
    Case(call: .sendOffsets, disposition: .abort, isDone: true), Case(call: .commit, disposition: .retry),
    Case(call: .commit, disposition: .abort), Case(call: .commit, disposition: .fatal),
    Case(call: .commit, disposition: .retry, isDone: true), Case(call: .commit, disposition: .abort, isDone: true),
    Case(call: .commit, disposition: .fatal, isDone: true), Case(call: .metadata, disposition: .retry),
    Case(call: .committed, disposition: .retry), Case(call: .bounds, disposition: .retry), Case(call: .ends, disposition: .retry),
    Case(call: .partitionCounts, disposition: .retry), Case(call: .poll, disposition: .retry),
  ]

  @Test func `brokers that take longer for a batch than a transaction may are given the time, and the timeouts are given back`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<40)
    laboratory.kafka.intercept { call, _ in call == .produce ? .freeze(.seconds(2)) : .pass }
    try laboratory.run { laboratory.isCaughtUp }
    #expect(laboratory.log.lines.contains { $0.contains("its timeouts grow") })
    laboratory.kafka.intercept { _, _ in .pass }
    laboratory.feed(40..<80)
    try laboratory.run { laboratory.isCaughtUp && laboratory.worker?.status.isReady == true }
    try laboratory.expectExactlyOnce(0..<80)
    // One more producer, with the usual ones.
    let replaced = laboratory.log.lines.count { $0.contains("its timeouts grow") }
    #expect(laboratory.worker?.status.counters.replacedProducers == UInt64(replaced) + 1)
  }

  @Test("whatever a call answers, every record is counted once", arguments: cases)
  func answers(_ this: Case) throws {
    let fault = try #require(Self.faults[this.disposition])
    // The first, a later one and a few in a row.
    for range in [1...1, 2...2, 3...5] {
      let laboratory = Laboratory()
      laboratory.feed(0..<40)
      let counter = Counter()
      laboratory.kafka.intercept { call, _ in
        guard call == this.call, range.contains(counter.next()) else { return .pass }
        return this.isDone ? .failAfterwards(fault) : .fail(fault)
      }
      try laboratory.run { laboratory.isCaughtUp }
      try laboratory.expectExactlyOnce(0..<40)
    }
  }

  @Test("an abort that fails ends in a new producer, and in every record counted once", arguments: [KafkaFault.Disposition.retry, .fatal])
  func aborts(disposition: KafkaFault.Disposition) throws {
    let fault = try #require(Self.faults[disposition])
    let laboratory = Laboratory()
    laboratory.feed(0..<40)
    let (reports, aborts) = (Counter(), Counter())
    laboratory.kafka.intercept { call, _ in
      if call == .serveReports, [2, 4].contains(reports.next()) {
        return .fail(KafkaFault(.abort, code: "NOT_ENOUGH_REPLICAS", "not enough replicas"))
      }
      return call == .abort && aborts.next() % 2 == 1 ? .fail(fault) : .pass
    }
    try laboratory.run { laboratory.isCaughtUp }
    try laboratory.expectExactlyOnce(0..<40)
    #expect(laboratory.worker?.status.counters.aborted ?? 0 >= 2)
  }

  @Test func `an output that the broker refuses for ever becomes a dead letter, and all else goes on`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<40)
    let counter = Counter()
    laboratory.kafka.intercept { call, _ in
      call == .produce && counter.next() == 12
        ? .refuse(KafkaFault(.abort, code: "MSG_SIZE_TOO_LARGE", "too large")) : .pass
    }
    try laboratory.run { laboratory.isCaughtUp }
    let letters = laboratory.kafka.committedRecords("tenet.dead-letters.v1")
    let refused = laboratory.named.count < 40
    #expect(letters.count == (refused ? 1 : 0))
    #expect(laboratory.named.count + letters.count == 40)
    #expect(try laboratory.balances() == laboratory.expectedBalances(0..<40))
  }

  @Test func `a process that was frozen past its transaction's time goes on with a new producer`() throws {
    for call in [SimulatedKafka.Call.begin, .produce, .serveReports, .metadata, .sendOffsets, .commit] {
      for isDone in [false, true] {
        let laboratory = Laboratory()
        laboratory.feed(0..<40)
        let (counter, clock) = (Counter(), laboratory.clock)
        laboratory.kafka.intercept { name, _ in
          guard name == call, counter.next() == 3 else { return .pass }
          clock.advance(by: .seconds(11))
          return isDone ? .failAfterwards(KafkaFault(.retry, code: "_TIMED_OUT", "thawed")) : .pass
        }
        if call == .begin, isDone { continue }
        try laboratory.run { laboratory.isCaughtUp }
        try laboratory.expectExactlyOnce(0..<40)
      }
    }
  }

  @Test func `a worker that is thrown out of the group forgets what is not committed, and reads it anew`() throws {
    for round in stride(from: 20, to: 110, by: 3) {
      let laboratory = Laboratory()
      laboratory.feed(0..<40)
      var rounds = 0
      try laboratory.run {
        rounds += 1
        if rounds == round { laboratory.kafka.expel(group: "app") }
        return rounds > round && laboratory.isCaughtUp
      }
      try laboratory.expectExactlyOnce(0..<40)
    }
  }

  @Test func `a second process of the same name ends the first`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<20)
    try laboratory.run { laboratory.isCaughtUp }
    let first = try #require(laboratory.worker)
    laboratory.feed(20..<40)
    try laboratory.start()
    for _ in 0..<400 where !first.isFinished {
      try first.step()
      try laboratory.worker?.step()
      laboratory.clock.advance(by: .milliseconds(5))
    }
    #expect(first.end == .failed("another process runs as instance `host`"))
    try laboratory.run { laboratory.isCaughtUp }
    try laboratory.expectExactlyOnce(0..<40)
  }

  @Test func `random faults and ends of processes lose and double nothing`() throws {
    for seed in 1...30 as ClosedRange<UInt64> {
      let laboratory = Laboratory()
      laboratory.feed(0..<60)
      let random = Dice(seed)
      laboratory.kafka.intercept { call, count in
        guard count < 3_000 else { return .pass }
        switch random.roll(200) {
        case 0: return .crash
        case 1: return .crashAfterwards
        case 2: return Self.legal(call, random)
        default: return .pass
        }
      }
      do {
        try laboratory.run(rounds: 20_000) { laboratory.isCaughtUp }
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
      #expect(laboratory.named == laboratory.expectedNames(0..<60), "seed \(seed)")
      #expect(try laboratory.balances() == laboratory.expectedBalances(0..<60), "seed \(seed)")
    }
  }

  /// One of the answers that a call can have.
  private static func legal(_ call: SimulatedKafka.Call, _ random: Dice) -> SimulatedKafka.Interception {
    let legal = cases.filter { $0.call == call }
    guard !legal.isEmpty, let fault = faults[legal[random.roll(legal.count)].disposition] else { return .pass }
    let canBeDone = call == .commit || call == .sendOffsets
    return canBeDone && random.roll(2) == 0 && fault.disposition != .hold ? .failAfterwards(fault) : .fail(fault)
  }
}
