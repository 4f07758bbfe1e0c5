import RuleEngine
import TestKit
import Testing

@testable import StreamRuntime

/// Slots and their state, over the lives of workers.
@Suite struct RestoreTests {
  @Test func `slices make the state short: what lies before them is deleted, and a restart reads what is left`() throws {
    let laboratory = Laboratory()
    var fed = 0
    for _ in 0..<12 {
      laboratory.feed(fed..<fed + 60)
      fed += 60
      try laboratory.run { laboratory.isCaughtUp }
      laboratory.clock.advance(by: .seconds(30))
    }
    let lows = (0..<3).map { laboratory.kafka.bounds("app.state", Int32($0)).lowerBound }
    #expect(lows.allSatisfy { $0 > 0 }, "\(lows)")
    for slot in 0..<3 { #expect(try laboratory.restored(slot).mark.from >= lows[slot]) }
    laboratory.process.kill()
    laboratory.feed(fed..<fed + 60)
    try laboratory.run { laboratory.lives == 2 && laboratory.isCaughtUp }
    try laboratory.expectExactlyOnce(0..<fed + 60)
  }

  @Test func `deltas are numbered without a gap, and each life of a worker has a term of its own`() throws {
    let laboratory = Laboratory()
    laboratory.settings.slices.leastDeltas = 1 << 20
    for life in 1...4 {
      laboratory.feed((life - 1) * 30..<life * 30)
      try laboratory.run { laboratory.lives == life && laboratory.isCaughtUp }
      laboratory.process.kill()
    }
    for slot in 0..<3 {
      var (number, term) = (UInt64(0), UInt32(0))
      for record in laboratory.kafka.committedRecords("app.state") where record.source.partition == slot {
        let envelope = try decode(record.value ?? [])
        guard envelope.kind == .delta else { continue }
        #expect(envelope.number == number + 1 && envelope.term >= term)
        (number, term) = (envelope.number, envelope.term)
      }
      #expect(term == 4)
    }
  }

  @Test func `a restart without anything to do takes the slots, and changes no result`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    for life in 2...4 {
      laboratory.process.kill()
      var rounds = 0
      try laboratory.run {
        rounds += 1
        return laboratory.lives == life && rounds > 100
      }
    }
    try laboratory.expectExactlyOnce(0..<30)
  }

  @Test func `slots are read side by side: no question waits behind the fetches`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.process.kill()
    laboratory.feed(30..<40)
    try laboratory.run { laboratory.lives == 2 && laboratory.isCaughtUp }
    laboratory.clock.advance(by: .seconds(2))
    try laboratory.run(rounds: 10) { true }
    #expect(laboratory.kafka.questionsBehindFetches == 0)
  }

  @Test func `a commit whose markers come late is waited for`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.kafka.delayMarkers()
    laboratory.feed(30..<40)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.process.kill()
    // The offsets are there, the records are not.
    var rounds = 0
    try laboratory.run {
      rounds += 1
      return laboratory.lives == 2 && rounds > 200
    }
    #expect(laboratory.worker?.status.isReady == false)
    #expect(laboratory.worker?.status.slots.contains { $0.state == .restoring } == true)
    laboratory.kafka.writeMarkers()
    laboratory.feed(40..<50)
    try laboratory.run { laboratory.isCaughtUp }
    try laboratory.expectExactlyOnce(0..<50)
  }

  @Test func `a group whose offsets expired goes on from the last deltas, with a warning`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<200)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.process.kill()
    laboratory.kafka.expireOffsets(group: "app")
    laboratory.feed(200..<260)
    try laboratory.run { laboratory.lives == 2 && laboratory.isCaughtUp }
    try laboratory.expectExactlyOnce(0..<260)
    #expect(laboratory.log.lines.contains { $0.contains("no committed offset") })
  }

  @Test func `a damaged state record stops its slot, and the worker says which record it is`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.process.kill()
    laboratory.kafka.damage("app.state", 1, at: 0, byte: 40)
    try laboratory.run { laboratory.lives == 2 && laboratory.worker?.status.slots[1].state == .stopped }
    let status = try #require(laboratory.worker?.status)
    #expect(status.holdReason == "slot 1 is stopped: the record at offset 0 is damaged: its check sum does not fit")
    #expect(!status.isReady)
  }

  @Test func `state that is deleted though it is needed stops the slot`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<6)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.process.kill()
    laboratory.kafka.deleteRecords("app.state", 2, before: 2)
    try laboratory.run { laboratory.lives == 2 && laboratory.worker?.status.slots[2].state == .stopped }
    #expect(laboratory.worker?.status.slots[2].reason == "offset 0 is needed, but the log begins at 2")
  }

  @Test func `an input that lost records that were not read stops the slot, saying how many are gone`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.worker?.stop()
    try laboratory.run { laboratory.worker?.isFinished == true }
    laboratory.feed(30..<90)
    laboratory.kafka.deleteRecords("orders", 1, before: 9)
    try laboratory.start()
    try laboratory.run { laboratory.worker?.status.slots[1].state == .stopped }
    #expect(laboratory.worker?.status.slots[1].reason == "orders/1 does not go on at offset 5: 4 records are gone")
    // It stays stopped: nothing is read, and nothing committed.
    let before = laboratory.kafka.committedOffsets(group: "app")
    for _ in 0..<200 { try laboratory.worker?.step() }
    #expect(laboratory.kafka.committedOffsets(group: "app") == before)
  }

  @Test func `slots that are lost and assigned again at once are read once, however long that takes`() throws {
    for isNew in [false, true] {
      let laboratory = Laboratory()
      laboratory.feed(0..<30)
      if isNew {
        // Nothing was ever committed, but the state partitions hold what was aborted.
        laboratory.kafka.intercept { call, _ in call == .commit ? .crash : .pass }
        while !laboratory.process.isDead {
          if laboratory.worker == nil { try laboratory.start() }
          try? laboratory.worker?.step()
          laboratory.clock.advance(by: .milliseconds(5))
        }
      } else {
        try laboratory.run { laboratory.isCaughtUp }
      }
      // Reading the state takes several rounds.
      let polls = Counter()
      laboratory.kafka.intercept { call, _ in
        call == .bounds && polls.next() % 3 != 0 ? .fail(KafkaFault(.retry, code: "_TIMED_OUT", "slow")) : .pass
      }
      for _ in 0..<6 {
        laboratory.kafka.expel(group: "app")
        for _ in 0..<3 {
          if laboratory.process.isDead || laboratory.worker == nil { try laboratory.start() }
          try? laboratory.worker?.step()
          laboratory.clock.advance(by: .milliseconds(5))
        }
      }
      laboratory.kafka.intercept { _, _ in .pass }
      try laboratory.run { laboratory.isCaughtUp }
      try laboratory.expectExactlyOnce(0..<30)
    }
  }
}
