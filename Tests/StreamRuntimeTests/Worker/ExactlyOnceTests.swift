import TestKit
import Testing

@testable import StreamRuntime

@Suite struct ExactlyOnceTests {
  @Test func `every record is counted once, in the state and in the outputs`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<60)
    try laboratory.run { laboratory.isCaughtUp }
    #expect(laboratory.named == laboratory.expectedNames(0..<60))
    #expect(try laboratory.balances() == laboratory.expectedBalances(0..<60))
    #expect(laboratory.handedOver.lines.filter { $0.contains("@") }.sorted() == laboratory.expectedNames(0..<60))
  }

  @Test func `a worker that stops and starts again goes on where it was`() throws {
    let laboratory = Laboratory()
    laboratory.feed(0..<30)
    try laboratory.run { laboratory.isCaughtUp }
    laboratory.worker?.stop()
    try laboratory.run { laboratory.worker?.isFinished == true }
    #expect(laboratory.worker?.end == .stopped)
    try laboratory.start()
    laboratory.feed(30..<60)
    try laboratory.run { laboratory.isCaughtUp }
    #expect(laboratory.named == laboratory.expectedNames(0..<60))
    #expect(try laboratory.balances() == laboratory.expectedBalances(0..<60))
  }

  @Test func `a process that ends at any call, before or after it, loses and doubles nothing`() throws {
    // How many calls an undisturbed run makes.
    let undisturbed = Laboratory()
    undisturbed.feed(0..<40)
    undisturbed.kafka.intercept { _, _ in .pass }
    try undisturbed.run { undisturbed.isCaughtUp }
    let calls = undisturbed.kafka.calls
    #expect(calls > 100)
    for call in 1...calls {
      for interception in [SimulatedKafka.Interception.crash, .crashAfterwards] {
        let laboratory = Laboratory()
        laboratory.feed(0..<40)
        laboratory.kafka.intercept { _, count in count == call ? interception : .pass }
        try laboratory.run { laboratory.isCaughtUp && laboratory.lives == 2 || laboratory.isCaughtUp && laboratory.kafka.calls < call }
        #expect(laboratory.named == laboratory.expectedNames(0..<40), "call \(call) \(interception)")
        #expect(try laboratory.balances() == laboratory.expectedBalances(0..<40), "call \(call) \(interception)")
      }
    }
  }
}
