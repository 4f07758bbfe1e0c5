import Foundation
import KafkaIO
import RuleEngine
import StreamRuntime
import TestKit

@testable import RegionRelay

/// Two regions on two real clusters, with the topics of one application.
struct KafkaRegions: Codable, Sendable {
  static let regions = ["us-east-1", "eu-west-1"]
  var application: String
  var prefix: String
  /// By number of the region.
  var bootstraps: [String]

  /// Creates the topics in both.
  init() throws {
    let clusters = [try TestCluster.shared, try TestCluster.peer]
    application = clusters[0].unique("shop")
    prefix = application + ".out"
    bootstraps = clusters.map(\.bootstrap)
    let settings = settings(0)
    var topics = settings.topics.map { TopicToCreate(name: $0, partitions: 2, replication: nil, settings: [:]) }
    topics.append(TopicToCreate(name: settings.names.slots, partitions: 12, replication: nil, settings: [:]))
    topics.append(TopicToCreate(name: settings.names.relay, partitions: 1, replication: nil, settings: ["cleanup.policy": "compact"]))
    for cluster in clusters { try cluster.create(topics) }
  }

  func settings(_ region: Int) -> RelaySettings {
    RelaySettings(application: application, region: Self.regions[region], instance: "relay", prefix: prefix)
  }

  func cluster(_ region: Int) throws -> KafkaCluster {
    try KafkaCluster(properties: ["bootstrap.servers": bootstraps[region]], application: application)
  }

  /// From one region to the other; killed on its way, if so wished.
  func relay(from region: Int, killed: Kill? = nil) throws -> Relay {
    let peer = try cluster(1 - region)
    return Relay(
      settings: settings(region), home: try cluster(region),
      peers: [Self.regions[1 - region]: killed.map { KillingCluster(peer, $0) } ?? peer])
  }

  /// What the region's engine publishes: numbered violations, KPIs and corrections, some of local scope, in transactions of 100.
  func publish(_ numbers: Range<Int>, in region: Int) throws {
    let producer = try cluster(region).transactionalProducer(id: application + ".engine", settings: [:])
    defer { producer.close() }
    try producer.initialize(timeout: .seconds(20))
    let topics = settings(region).topics
    for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 100) {
      try producer.begin()
      for number in first..<min(first + 100, numbers.upperBound) {
        try producer.produce(record(number, topics[number % topics.count], scope: "region", region))
        if number % 10 == 0 { try producer.produce(record(number, topics[number / 10 % topics.count], scope: "local", region)) }
      }
      try producer.commit(timeout: .seconds(20))
    }
  }

  private func record(_ number: Int, _ topic: String, scope: String, _ region: Int) -> ProducedRecord {
    ProducedRecord(
      topic: topic, partition: nil, key: Array("[\"o-\(number % 50)\"]".utf8),
      value: Array("{\"id\":\"\(number)\",\"scope\":\"\(scope)\"}".utf8),
      headers: [.init("ce_id", "\(number)/0.1"), .init("ce_source", "/tenet/\(application)/\(Self.regions[region])")])
  }

  /// Where the partitions of a region's topics end.
  func ends(in region: Int) throws -> [Source: Int64] {
    let admin = try cluster(region).admin()
    let sources = settings(region).topics.flatMap { topic in (0..<2).map { Source(topic: topic, partition: $0) } }
    return try admin.ends(of: sources, timeout: .seconds(10))
  }

  /// The committed records in a region, as `number scope of region`, sorted.
  func readable(in region: Int) throws -> [String] {
    let cluster = region == 0 ? try TestCluster.shared : try TestCluster.peer
    return try settings(region).topics.flatMap { try cluster.readAll($0) }.map { record in
      let number = record.headers.first.map { String(decoding: $0.value, as: UTF8.self).prefix { $0 != "/" } } ?? ""
      let origin = record.headers.last.map { String(decoding: $0.value, as: UTF8.self).split(separator: "/").last ?? "" } ?? ""
      return "\(number) \(record.text?.contains("local") == true ? "local" : "region") of \(origin)"
    }.sorted()
  }

  /// What a region should hold when each has published these numbers.
  func expected(in region: Int, published: [Range<Int>]) -> [String] {
    Self.regions.indices.flatMap { origin in
      published[origin].flatMap { number in
        let copied = "\(number) region of \(Self.regions[origin])"
        return origin == region && number % 10 == 0 ? [copied, "\(number) local of \(Self.regions[origin])"] : [copied]
      }
    }.sorted()
  }
}

/// A relay on a thread of its own.
final class RunningRelay: Sendable {
  let relay: Relay
  private let ended = DispatchSemaphore(value: 0)

  init(_ relay: Relay) {
    self.relay = relay
    OSThread.start { [ended] in
      _ = relay.run()
      ended.signal()
    }
  }

  /// - Returns: how long it took to end.
  func stop() -> Duration {
    let start = ContinuousClock.now
    relay.stop()
    ended.wait()
    return ContinuousClock.now - start
  }
}
