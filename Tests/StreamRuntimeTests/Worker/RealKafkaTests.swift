import EventModel
import KafkaIO
import RuleEngine
import Synchronization
import TestKit
import Testing

@testable import StreamRuntime

@Suite(.enabled(if: TestCluster.isWanted, Comment(rawValue: TestCluster.whyNot)), .onOwnThreads, .serialized)
struct RealKafkaTests {
  static let slots = 3

  @Test func `on a real Kafka every record is counted once, over stops, and over a second process of the same name`() async throws {
    try await onThread {
      let cluster = try TestCluster.shared
      let settings = try Self.application(on: cluster)
      let inputs = settings.inputs

      try Self.feed(cluster, inputs, 0..<300)
      let first = try Life(cluster, settings)
      first.waitFor(300)
      first.worker.stop()
      #expect(first.end == .stopped)

      try Self.feed(cluster, inputs, 300..<500)
      let second = try Life(cluster, settings)
      second.waitFor(200)
      // Another process of the same name: it goes on, the second is refused.
      try Self.feed(cluster, inputs, 500..<700)
      let third = try Life(cluster, settings)
      third.waitForAll(second, 400)
      #expect(second.end == .failed("another process runs as instance `host`"))
      third.worker.stop()
      #expect(third.end == .stopped)

      let outputs = try cluster.readAll(settings.topics.output(.violations)).filter { $0.text?.contains("@") == true }
      // Every other record has a trace, which goes on with what is said of it.
      #expect(
        outputs.flatMap(\.headers).map { String(decoding: $0.value, as: UTF8.self) }.sorted()
          == stride(from: 0, to: 700, by: 2).map(Self.trace).sorted())
      let named = outputs.compactMap(\.text)
      #expect(named.count == 700)
      #expect(Set(named).count == 700)
      let balances = try Self.balances(cluster, settings)
      let expected = Dictionary(grouping: 0..<700, by: { "k\($0 % 11)" }).mapValues { "\($0.count) \($0.reduce(0, +))" }
      #expect(balances == expected)
    }
  }

  /// An application with all its topics.
  static func application(on cluster: TestCluster) throws -> WorkerSettings {
    let application = cluster.unique("ledger")
    let inputs = [try cluster.topic("orders", partitions: 3), try cluster.topic("payments", partitions: 3)]
    var settings = WorkerSettings(
      application: application, region: "here", instance: "host", slots: slots, start: .earliest, prefix: application, inputs: inputs)
    settings.slices.leastDeltas = 2_000
    settings.slices.rangeBytes = 200
    settings.slices.leastAllowance = 200
    let plan = TopicPlan(.init(names: settings.topics, slots: slots, inputs: inputs, outputPartitions: 2))
    let admin = try cluster.client().admin()
    let brokers = try admin.describeCluster(timeout: .seconds(10)).brokers
    let missing = try plan.report(from: admin).missing
    #expect(Set(missing.map(\.role)) == [.output, .slots, .state])
    try admin.createTopics(missing.map { plan.creation(of: $0, brokers: brokers) }, timeout: .seconds(20))
    #expect(try plan.report(from: admin).isFit)
    return settings
  }

  /// A worker on threads of its own, from its start to its end.
  final class Life: Sendable {
    let worker: Worker
    let told = Notebook()
    private let rendezvous = Rendezvous()
    private let ends: EndBox

    init(_ cluster: TestCluster, _ settings: WorkerSettings) throws {
      let (told, ends, rendezvous) = (told, EndBox(), rendezvous)
      self.ends = ends
      let hooks = WorkerHooks(committed: { outputs in
        told.note(outputs.map { String(decoding: $0.value ?? [], as: UTF8.self) }.filter { $0.contains("@") })
      })
      let worker = Worker(
        settings: settings, cluster: try cluster.client(application: settings.application), clock: SystemClock(), hooks: hooks
      ) { LedgerProcessor(slots: settings.slots) }
      self.worker = worker
      OSThread.start {
        ends.set(worker.run())
        rendezvous.finish()
      }
    }

    /// Waits for the worker's end.
    var end: WorkerEnd? {
      for _ in 0..<30 where !rendezvous.isFinished { _ = rendezvous.wait(atMost: .seconds(1)) }
      return ends.value
    }

    func waitFor(_ count: Int) { waitForAll(nil, count) }

    /// Waits until this and the other have told of so many outputs.
    func waitForAll(_ other: Life?, _ count: Int) {
      let bell = Bell()
      for _ in 0..<600 where told.lines.count + (other?.told.lines.count ?? 0) < count && !rendezvous.isFinished {
        bell.wait(atMost: .milliseconds(50))
      }
      #expect(told.lines.count + (other?.told.lines.count ?? 0) == count)
    }
  }

  static func feed(_ cluster: TestCluster, _ inputs: [String], _ range: Range<Int>) throws {
    try cluster.write(
      range.map { number in
        var record = ProducedRecord(inputs[number % 2], Int32(number / 2 % 3), key: "k\(number % 11)", "k\(number % 11) \(number)")
        if number % 2 == 0 { record.headers = [.init("x", "y"), .init("traceparent", trace(number))] }
        return record
      })
  }

  private static func trace(_ number: Int) -> String { "trace \(number)" }

  static func balances(_ cluster: TestCluster, _ settings: WorkerSettings) throws -> [String: String] {
    let admin = try cluster.client().admin()
    let sources = (0..<slots).map { Source(topic: settings.topics.slots, partition: Int32($0)) }
    let records = try cluster.readAll(settings.topics.state)
    var found: [String: String] = [:]
    for position in try admin.committed(group: settings.application, sources, timeout: .seconds(10)) {
      let slot = Int(position.source.partition)
      var reader = RestoreReader(slot: slot, mark: try CommittedMark(decoding: position.metadata))
      for record in records where Int(record.source.partition) == slot && record.offset >= reader.mark.from && !reader.isDone {
        try (record.value ?? []).withUnsafeBytes { try reader.add($0, at: record.offset) }
      }
      for row in reader.rows.all where row.row.table == 16 {
        let numbers = String(decoding: row.value ?? [], as: UTF8.self).split(separator: " ")
        found[String(decoding: row.row.key, as: UTF8.self)] = "\(numbers[0]) \(numbers[1])"
      }
    }
    return found
  }
}

/// How a worker ended, once it has.
final class EndBox: Sendable {
  private let end = Mutex<WorkerEnd?>(nil)
  var value: WorkerEnd? { end.withLock { $0 } }
  func set(_ value: WorkerEnd) { end.withLock { $0 = value } }
}
