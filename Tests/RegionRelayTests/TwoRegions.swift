import EventModel
import RuleEngine
import StreamRuntime
import TestKit
import Testing

@testable import RegionRelay

/// Two simulated clusters and the relay from one to the other, restarted whenever its process ends.
final class TwoRegions {
  let clock = VirtualClock()
  let home: SimulatedKafka
  let peer: SimulatedKafka
  let topic = "tenet.violations.v1"
  private(set) var orders = RelayOrders()
  private var process: SimulatedProcess?
  private var relay: PeerRelay?
  private let settings = RelaySettings(application: "shop", region: "us-east-1", instance: "host")

  init() throws {
    home = SimulatedKafka(clock: clock)
    peer = SimulatedKafka(clock: clock)
    home.createTopic(topic, partitions: 2)
    peer.createTopic(topic, partitions: 3)
    peer.createTopic("shop.relay", partitions: 1)
  }

  /// For each number a record of this region, one of another, and one of local scope; a transaction for all.
  func write(_ numbers: Range<Int>) throws {
    let producer = try writer()
    for number in numbers {
      try produce(number, "us-east-1", "region", on: producer)
      try produce(number, "eu-west-1", "region", on: producer)
      try produce(number, "us-east-1", "local", on: producer)
    }
    try producer.commit(timeout: .seconds(1))
  }

  func writeForeign(_ count: Int) throws {
    let producer = try writer()
    for number in 0..<count { try produce(number, "eu-west-1", "region", on: producer) }
    try producer.commit(timeout: .seconds(1))
  }

  private func writer() throws -> any TransactionalProducer {
    let producer = try home.process().transactionalProducer(id: "shop.host.0")
    try producer.initialize(timeout: .seconds(1))
    try producer.begin()
    return producer
  }

  private func produce(_ number: Int, _ region: String, _ scope: String, on producer: any TransactionalProducer) throws {
    try producer.produce(
      ProducedRecord(
        topic: topic, partition: Int32(number % 2), key: Array("[\"o-\(number % 5)\"]".utf8),
        value: Array("{\"id\":\"\(number)\",\"scope\":\"\(scope)\"}".utf8),
        headers: [.init("ce_id", "\(number)/0.1"), .init("ce_source", "/tenet/shop/\(region)")]))
  }

  /// One step of the relay, of a new one where there is none.
  func step() throws {
    if process?.isDead ?? false { restart() }
    if relay == nil {
      let process = peer.process()
      self.process = process
      orders = RelayOrders()
      _ = orders.publish((0..<2).map { Source(topic: topic, partition: $0) })
      relay = try PeerRelay(
        region: "eu-west-1", settings: settings, home: home.process(), peer: process, clock: clock, orders: orders, log: { _ in })
    }
    relay?.step()
  }

  /// The process is gone, with what it left open.
  func restart() {
    process?.kill()
    process = nil
    relay = nil
  }

  /// The relay goes on by itself, and another takes its place.
  func takeRelay() -> PeerRelay {
    guard let taken = relay else { preconditionFailure("it was started") }
    process = nil
    relay = nil
    return taken
  }

  /// Steps until so many records are readable at the peer.
  func run(until count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for _ in 0..<300 {
      if peer.committedRecords(topic).count >= count { return }
      try step()
      clock.advance(by: .milliseconds(500))
    }
    Issue.record("\(peer.committedRecords(topic).count) of \(count) records arrived", sourceLocation: sourceLocation)
  }

  var status: [RelayStatus.Partition] { orders.status }

  func expectEachOnce(_ numbers: some Sequence<Int>, _ why: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    let there = peer.committedRecords(topic).map { record in
      (number: record.headers.first.flatMap { Int(String(decoding: $0.value, as: UTF8.self).prefix { $0 != "/" }) } ?? -1, record.source)
    }
    #expect(there.map(\.number).sorted() == numbers.sorted(), Comment(rawValue: why), sourceLocation: sourceLocation)
    // Records of one key come from one partition at home, and go to one at the peer, in order.
    for key in 0..<5 {
      let ofKey = there.filter { $0.number % 5 == key }
      let evens = ofKey.map(\.number).filter { $0 % 2 == 0 }
      #expect(evens == evens.sorted(), Comment(rawValue: why), sourceLocation: sourceLocation)
      #expect(Set(ofKey.map(\.1)).count <= 1, Comment(rawValue: why), sourceLocation: sourceLocation)
    }
  }
}
