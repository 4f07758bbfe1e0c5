import EventModel
import RuleEngine
import Synchronization
import TestKit
import Testing

@testable import StreamRuntime

/// A simulated Kafka with an application of two inputs and the workers that run it, one after another.
final class Laboratory {
  static let slots = 3
  let clock = VirtualClock()
  let kafka: SimulatedKafka
  private(set) var process: SimulatedProcess
  private(set) var worker: SteppedWorker?
  /// Outputs handed over after their commit, as text.
  let handedOver = Notebook()
  let log = Notebook()
  var settings = WorkerSettings(
    application: "app", region: "here", instance: "host", slots: Laboratory.slots, start: .earliest, inputs: ["orders", "payments"])
  /// How many workers were started.
  private(set) var lives = 0

  init(capabilities: ClusterCapabilities = .kafka, transactionTimeout: Duration = .seconds(10)) {
    kafka = SimulatedKafka(clock: clock, capabilities: capabilities, transactionTimeout: transactionTimeout)
    process = kafka.process()
    for topic in settings.inputs { kafka.createTopic(topic, partitions: 3) }
    kafka.createTopic("app.slots", partitions: Int32(Self.slots))
    kafka.createTopic("app.state", partitions: Int32(Self.slots))
    for topic in OutputRecord.Topic.allCases { kafka.createTopic("tenet." + topic.rawValue, partitions: 2) }
    settings.batches.records = 7
    settings.slices.leastDeltas = 400
    settings.slices.rangeBytes = 64
    settings.slices.leastAllowance = 40
  }

  /// A new process; the one before it has ended.
  func start() throws {
    lives += 1
    process = kafka.process()
    let (handedOver, log) = (handedOver, log)
    let hooks = WorkerHooks(
      committed: { outputs in handedOver.note(outputs.map { String(decoding: $0.value ?? [], as: UTF8.self) }) },
      log: { event in log.note([event.description]) })
    let slots = settings.slots
    worker = try SteppedWorker(settings: settings, cluster: process, clock: clock, hooks: hooks) { LedgerProcessor(slots: slots) }
  }

  /// Records with keys and amounts that follow from the number alone.
  func feed(_ range: Range<Int>) {
    for number in range {
      let topic = settings.inputs[number % 2]
      kafka.append(topic, Int32(number / 2 % 3), key: "k\(number % 11)", value: "k\(number % 11) \(number)")
    }
  }

  /// Steps until there is nothing left to do, starting a new process whenever one has ended. Throws if that takes too long.
  func run(rounds: Int = 4_000, until isDone: () -> Bool) throws {
    for _ in 0..<rounds {
      if worker == nil { try start() }
      try? worker?.step()
      clock.advance(by: .milliseconds(5))
      if process.isDead { worker = nil } else if isDone() { return }
    }
    throw Stuck(description: "not done after \(rounds) rounds: \(log.lines.suffix(5))")
  }

  struct Stuck: Error, CustomStringConvertible { var description: String }

  /// Whether everything that was fed is committed.
  var isCaughtUp: Bool {
    let committed = kafka.committedOffsets(group: "app")
    return settings.inputs.allSatisfy { topic in
      (0..<3).allSatisfy { partition in
        let end = kafka.bounds(topic, Int32(partition)).upperBound
        return end == 0 || committed[Source(topic: topic, partition: Int32(partition))]?.offset == end
      }
    }
  }

  // MARK: - What came out

  /// The texts of the outputs that a committed reader sees.
  var outputs: [String] {
    kafka.committedRecords("tenet.violations.v1").map { String(decoding: $0.value ?? [], as: UTF8.self) }
  }

  /// The outputs that name a record of the inputs; each record is named once.
  var named: [String] { outputs.filter { $0.contains("@") }.sorted() }

  /// What must be named.
  func expectedNames(_ range: Range<Int>) -> [String] {
    var next: [String: Int] = [:]
    return range.map { number in
      let place = "\(settings.inputs[number % 2])/\(number / 2 % 3)"
      defer { next[place, default: 0] += 1 }
      return "k\(number % 11) \(place)@\(next[place, default: 0])"
    }.sorted()
  }

  /// Count and sum by key, as the state topic has them.
  func balances() throws -> [String: String] {
    var found: [String: String] = [:]
    for slot in 0..<settings.slots {
      for row in try restored(slot).rows.all where row.row.table == 16 {
        let numbers = String(decoding: row.value ?? [], as: UTF8.self).split(separator: " ")
        found[String(decoding: row.row.key, as: UTF8.self)] = "\(numbers[0]) \(numbers[1])"
      }
    }
    return found
  }

  func expectedBalances(_ range: Range<Int>) -> [String: String] {
    Dictionary(grouping: range, by: { "k\($0 % 11)" }).mapValues { "\($0.count) \($0.reduce(0, +))" }
  }

  func expectExactlyOnce(_ range: Range<Int>, at location: SourceLocation = #_sourceLocation) throws {
    #expect(named == expectedNames(range), sourceLocation: location)
    #expect(try balances() == expectedBalances(range), sourceLocation: location)
  }

  /// A slot as a restore from what is committed finds it.
  func restored(_ slot: Int) throws -> RestoreReader {
    let source = Source(topic: "app.slots", partition: Int32(slot))
    guard let position = kafka.committedOffsets(group: "app")[source] else { throw Stuck(description: "slot \(slot) has no mark") }
    var reader = RestoreReader(slot: slot, mark: try CommittedMark(decoding: position.metadata), policy: settings.slices)
    for record in kafka.committedRecords("app.state")
    where record.source.partition == slot && record.offset >= reader.mark.from && !reader.isDone {
      let value = record.value ?? []
      let result: Result<Void, RestoreError> = value.withUnsafeBytes { bytes in
        do throws(RestoreError) { return .success(try reader.add(bytes, at: record.offset)) } catch { return .failure(error) }
      }
      try result.get()
    }
    if !reader.isDone { throw Stuck(description: "the delta of \(reader.mark) is not there") }
    return reader
  }
}

/// Lines that several threads may write.
final class Notebook: Sendable {
  private let contents = Mutex<[String]>([])
  var lines: [String] { contents.withLock { $0 } }
  func note(_ lines: [String]) { contents.withLock { $0 += lines } }
}

/// Counts from 1, from any thread.
final class Counter: Sendable {
  private let count = Mutex(0)
  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}

/// A random number generator that a seed repeats.
final class Dice: Sendable {
  private let state: Mutex<UInt64>
  init(_ seed: UInt64) { state = Mutex(seed &* 0x9e37_79b9_7f4a_7c15 | 1) }
  func roll(_ sides: Int) -> Int {
    state.withLock { state in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % sides
    }
  }
}
