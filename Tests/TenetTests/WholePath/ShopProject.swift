import Commerce
import Diagnostics
import EventModel
import Foundation
import RuleEngine
import RuleLanguage
import StreamRuntime
import TestKit

/// A folder as a user has it: the repository's rules on topics of their own, a configuration, and a day of the shop's events in Kafka.
struct ShopProject {
  static let region = "us-east-1"
  let folder: URL
  let application: String
  let program: CheckedProgram
  let kafka: TestCluster
  private let records: [NaiveRecord]
  private let partitions: Int32 = 6

  init(seed: UInt64, events: Int) throws {
    let kafka = try TestCluster.shared
    let application = kafka.unique("shop-rules")
    let partitions = partitions
    self.kafka = kafka
    self.application = application
    let folder = FileManager.default.temporaryDirectory.appending(path: application)
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let topics = Dictionary(uniqueKeysWithValues: Shop.topics.map { ($0, "\(application).\($0)") })
    try Self.copyRules(to: folder.appending(path: "Rules"), topics: topics)
    program = try Self.check(folder.appending(path: "Rules"))
    try Self.configuration(application, kafka.bootstrap).write(to: folder.appending(path: "tenet.yaml"), atomically: true, encoding: .utf8)
    try kafka.create(
      topics.values.sorted().map {
        TopicToCreate(name: $0, partitions: partitions, replication: nil, settings: ["retention.ms": "-1"])
      })
    let records = Self.shopRecords(seed: seed, count: events, topics: topics, partitions: partitions)
    self.records = records
    try kafka.write(
      records.map {
        ProducedRecord(topic: $0.topic, partition: $0.partition, key: nil, value: $0.value, timestamp: $0.timestamp)
      })
    try tenet(["topics", "--create"])
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// What must stand once all is decided: the events lie months back, the rules look weeks ahead at most.
  func expected() throws -> Standing {
    let now = EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    return NaiveModel(program: program, region: Self.region).standing(records, clock: now)
  }

  func run() throws -> TenetProcess {
    try TenetProcess(["run", "--config", "tenet.yaml"], in: folder, log: folder.appending(path: "run.log"))
  }

  func tail() throws -> OutputTail { try OutputTail(kafka, prefix: application) }

  private func tenet(_ arguments: [String]) throws {
    let process = try TenetProcess(arguments, in: folder, log: folder.appending(path: "setup.log"))
    guard process.exitCode == 0 else { throw ProjectFault(description: "tenet \(arguments.joined(separator: " ")): \(process.said)") }
  }

  struct ProjectFault: Error, CustomStringConvertible { var description: String }

  // MARK: Rules and configuration

  private static func copyRules(to folder: URL, topics: [String: String]) throws {
    try FileManager.default.copyItem(at: TenetProcess.repository.appending(path: "Rules"), to: folder)
    let streams = folder.appending(path: "streams.tenet")
    var text = try String(contentsOf: streams, encoding: .utf8)
    for (old, new) in topics { text = text.replacingOccurrences(of: "\"\(old)\"", with: "\"\(new)\"") }
    try text.write(to: streams, atomically: true, encoding: .utf8)
  }

  private static func check(_ folder: URL) throws -> CheckedProgram {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let files = try paths.filter { $0.hasSuffix(".tenet") }.sorted().map {
      SourceText(file: $0, bytes: Array(try Data(contentsOf: folder.appending(path: $0))))
    }
    let schemas = TenetProcess.repository.appending(path: "Schemas")
    let result = RuleProgram.check(files: files) { name in (try? Data(contentsOf: schemas.appending(path: name))).map { Array($0) } }
    guard let program = result.program else {
      throw ProjectFault(description: TextRenderer(sources: result.sources, isColored: false).render(result.diagnostics))
    }
    return program
  }

  private static func configuration(_ application: String, _ bootstrap: String) -> String {
    """
    application: \(application)
    region: \(region)
    instance: worker-1
    rules: { path: Rules }
    schemas: \(TenetProcess.repository.appending(path: "Schemas").path)
    kafka:
      bootstrap.servers: \(bootstrap)
    slots: 6
    start: earliest
    outputs: { prefix: \(application) }
    metrics: { listen: 127.0.0.1:0 }
    """
  }

  // MARK: Events

  private static func shopRecords(seed: UInt64, count: Int, topics: [String: String], partitions: Int32) -> [NaiveRecord] {
    guard let opening = EventTime(rfc3339: "2026-01-05T08:00:00Z") else { preconditionFailure("a time as RFC 3339 has it") }
    var options = ShopOptions(seed: seed, region: region, opening: opening, traffic: .steady(2))
    options.faults = 8
    var shop = Shop(options)
    var records: [NaiveRecord] = []
    var ends: [Source: Int64] = [:]
    var time = opening
    while records.count < count {
      time = time.advanced(byMicroseconds: 60_000_000)
      shop.advance(to: time) { record in
        guard records.count < count, let topic = topics[record.topic] else { return }
        let partition = Int32(placement(ofKey: record.key, among: Int(partitions)))
        let source = Source(topic: topic, partition: partition)
        records.append(
          NaiveRecord(
            topic: topic, partition: partition, offset: ends[source, default: 0], timestamp: record.published, value: record.value))
        ends[source, default: 0] += 1
      }
    }
    return records
  }
}
