import EventModel
import RuleEngine
import StreamRuntime
import TestKit
import Testing

@testable import RegionRelay

/// The relay of one peer on two simulated clusters, so that it can be stopped at every single call.
@Suite struct PeerRelayTests {
  @Test("each record of the home region is at the peer once and in order; what others published and what is local is not")
  func copies() throws {
    let regions = try TwoRegions()
    try regions.write(0..<40)
    try regions.run(until: 40)
    regions.expectEachOnce(0..<40)
    #expect(regions.status.map(\.foreign).reduce(0, +) == 40)
    #expect(regions.status.map(\.local).reduce(0, +) == 40)
    #expect(regions.status.allSatisfy { $0.trouble == nil && $0.phase == .publishing })
  }

  @Test("headers, key and bytes arrive as they are")
  func faithful() throws {
    let regions = try TwoRegions()
    try regions.write(0..<1)
    try regions.run(until: 1)
    let there = regions.peer.committedRecords(regions.topic)
    let here = regions.home.committedRecords(regions.topic)[0]
    #expect(there.count == 1)
    #expect(there[0].key == here.key)
    #expect(there[0].value == here.value)
    #expect(there[0].headers == here.headers)
  }

  enum Mishap: String, CaseIterable, Sendable {
    case crash, crashAfterwards, timeout, timeoutAfterwards, fatal, fatalAfterwards, abort

    var interception: SimulatedKafka.Interception {
      switch self {
      case .crash: .crash
      case .crashAfterwards: .crashAfterwards
      case .timeout: .fail(KafkaFault(.retry, code: "_TIMED_OUT", "no answer"))
      case .timeoutAfterwards: .failAfterwards(KafkaFault(.retry, code: "_TIMED_OUT", "no answer"))
      case .fatal: .fail(KafkaFault(.fatal, code: "_FENCED", "fenced"))
      case .fatalAfterwards: .failAfterwards(KafkaFault(.fatal, code: "_FENCED", "fenced"))
      case .abort: .fail(KafkaFault(.abort, code: "_MSG_TIMED_OUT", "not delivered"))
      }
    }
  }

  @Test("whatever happens at whatever call to the peer, each record is there once", arguments: Mishap.allCases)
  func anywhere(mishap: Mishap) throws {
    var calls = Int.max
    var call = 0
    while call < calls {
      call += 1
      let regions = try TwoRegions()
      try regions.write(0..<12)
      regions.peer.intercept { [call] _, count in count == call ? mishap.interception : .pass }
      try regions.run(until: 12)
      try regions.write(12..<20)
      try regions.run(until: 20)
      regions.expectEachOnce(0..<20, "\(mishap) at call \(call)")
      if call == 1 { calls = regions.peer.calls }
    }
    #expect(calls > 30)
  }

  @Test("a relay that was thought dead and comes back is fenced, and nothing goes twice")
  func zombie() throws {
    let regions = try TwoRegions()
    try regions.write(0..<10)
    try regions.run(until: 10)
    let zombie = regions.takeRelay()
    try regions.write(10..<20)
    try regions.run(until: 20)
    zombie.step()
    try regions.write(20..<30)
    for _ in 0..<20 {
      zombie.step()
      try regions.step()
      regions.clock.advance(by: .seconds(1))
    }
    try regions.run(until: 30)
    regions.expectEachOnce(0..<30)
  }

  @Test("the position waits for a transaction that is open in front of it")
  func positionInDoubt() throws {
    let regions = try TwoRegions()
    try regions.write(0..<8)
    regions.peer.delayMarkers()
    for _ in 0..<5 { try regions.step() }
    regions.restart()
    for _ in 0..<5 { try regions.step() }
    regions.peer.writeMarkers()
    try regions.run(until: 8)
    regions.expectEachOnce(0..<8)
  }

  @Test("records deleted at home before they were read are counted, and the rest is published")
  func deleted() throws {
    let regions = try TwoRegions()
    try regions.write(0..<4)
    try regions.run(until: 4)
    regions.restart()
    try regions.write(4..<8)
    for partition in 0..<2 {
      regions.home.deleteRecords(regions.topic, Int32(partition), before: regions.home.bounds(regions.topic, Int32(partition)).upperBound)
    }
    try regions.write(8..<12)
    try regions.run(until: 8)
    regions.expectEachOnce(Array(0..<4) + Array(8..<12))
    #expect(regions.status.map(\.lost).reduce(0, +) > 0)
  }

  @Test("a long way of records that are passed over is not read again after a restart")
  func passedOver() throws {
    let regions = try TwoRegions()
    try regions.writeForeign(50)
    try regions.step()
    regions.clock.advance(by: .seconds(31))
    try regions.step()
    #expect(regions.peer.committedRecords("shop.relay").count == 2)
    regions.restart()
    for _ in 0..<3 { try regions.step() }
    #expect(regions.status.map(\.foreign).reduce(0, +) == 0)
  }

  @Test("a partition given up is published no more, and answers for it")
  func givenUp() throws {
    let regions = try TwoRegions()
    try regions.write(0..<4)
    try regions.run(until: 4)
    let done = regions.orders.publish([])
    try regions.step()
    #expect(done.isFinished)
    try regions.write(4..<8)
    for _ in 0..<5 { try regions.step() }
    regions.expectEachOnce(0..<4)
  }
}
