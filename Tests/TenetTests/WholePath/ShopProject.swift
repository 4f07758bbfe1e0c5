import Commerce
import Diagnostics
import EventModel
import Foundation
import RuleEngine
import RuleLanguage
import StreamRuntime
import TestKit

/// A project with a day of the shop's events in Kafka.
struct ShopProject {
  let project: ProjectFolder
  let program: CheckedProgram
  private let records: [NaiveRecord]
  private let partitions: Int32 = 6

  init(seed: UInt64, events: Int) throws {
    let project = try ProjectFolder(slots: 6)
    let (topics, partitions) = (project.inputs, partitions)
    self.project = project
    program = try Self.check(project.folder.appending(path: "Rules"))
    try project.kafka.create(
      topics.values.sorted().map {
        TopicToCreate(name: $0, partitions: partitions, replication: nil, settings: ["retention.ms": "-1"])
      })
    let records = Self.shopRecords(seed: seed, count: events, topics: topics, partitions: partitions)
    self.records = records
    try project.kafka.write(
      records.map {
        ProducedRecord(topic: $0.topic, partition: $0.partition, key: nil, value: $0.value, timestamp: $0.timestamp)
      })
    let made = try project.call("topics", "--create")
    guard made.code == 0 else { throw ProjectFault(description: made.error.joined(separator: "\n")) }
  }

  /// What must stand once all is decided: the events lie months back, the rules look weeks ahead at most.
  func expected() throws -> Standing {
    let now = EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    return NaiveModel(program: program, region: ProjectFolder.region).standing(records, clock: now)
  }

  func tail() throws -> OutputTail { try OutputTail(project.kafka, prefix: project.application) }

  struct ProjectFault: Error, CustomStringConvertible { var description: String }

  private static func check(_ folder: URL) throws -> CheckedProgram {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let files = try paths.filter { $0.hasSuffix(".tenet") }.sorted().map {
      SourceText(file: $0, bytes: Array(try Data(contentsOf: folder.appending(path: $0))))
    }
    let schemas = repository.appending(path: "Schemas")
    let result = RuleProgram.check(files: files) { name in (try? Data(contentsOf: schemas.appending(path: name))).map { Array($0) } }
    guard let program = result.program else {
      throw ProjectFault(description: TextRenderer(sources: result.sources, isColored: false).render(result.diagnostics))
    }
    return program
  }

  // MARK: Events

  /// What the shop publishes, as it stands in Kafka then.
  static func shopRecords(seed: UInt64, count: Int, topics: [String: String], partitions: Int32) -> [NaiveRecord] {
    guard let opening = EventTime(rfc3339: "2026-01-05T08:00:00Z") else { preconditionFailure("a time as RFC 3339 has it") }
    var options = ShopOptions(seed: seed, region: ProjectFolder.region, opening: opening, traffic: .steady(2))
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
