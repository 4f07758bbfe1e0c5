internal import EventModel
internal import RuleEngine
internal import RuleLanguage

/// Drives the engine over recorded events: the wall clock is what the events and `{"time": …}` lines say.
final class Replayer {
  private struct Partition {
    var number: Int
    var next: Int64
    var isStarted = false
    var hasRecords = false
  }

  private static let batchSize = 1_024

  /// A record as it was read.
  struct Read: Sendable {
    var record: RecordedLine.Record
    var offset: Int64
    /// Kafka's, or what stands for it.
    var timestamp: EventTime
    /// The wall clock at the reading.
    var wall: EventTime
  }

  let engine: Engine
  /// Is told of each record that is read.
  var observer: ((Read) -> Void)?
  private let program: CheckedProgram
  private let region: String
  private let output: (OutputRecord) -> Void
  private var partitions: [Source: Partition] = [:]
  private var batch: [(record: RecordedLine.Record, number: Int, offset: Int64, timestamp: EventTime)] = []
  private var wall = EventTime.distantPast
  private(set) var records = 0
  /// Records of topics that nothing is evaluated from, and of regions that are not the engine's.
  private(set) var unread = 0

  /// `options`: of one slot.
  init(_ program: CheckedProgram, options: Engine.Options, output: @escaping (OutputRecord) -> Void) {
    self.program = program
    region = options.region
    self.output = output
    engine = Engine(program: program, options: options)
    engine.load(slot: 0)
  }

  /// The topics have so many partitions; topics that are not named have one. Called once, before the first record.
  func attach(_ counts: [String: Int32]) {
    for topic in program.inputTopics {
      for partition in 0..<max(1, counts[topic] ?? 1) {
        let source = Source(topic: topic, partition: partition)
        partitions[source] = Partition(number: engine.attach(source), next: 0)
      }
    }
  }

  func take(_ record: RecordedLine.Record) throws(RecordedLine.Mistake) {
    let source = Source(topic: record.topic, partition: record.partition)
    guard var partition = partitions[source] else {
      if partitions[Source(topic: record.topic, partition: 0)] != nil {
        throw RecordedLine.Mistake(
          message:
            "topic `\(record.topic)` has no partition \(record.partition): begin with a line {\"partitions\": {\"\(record.topic)\": …}}")
      }
      unread += 1
      return
    }
    guard record.region == nil || record.region == region else {
      unread += 1
      return
    }
    let offset = record.offset ?? partition.next
    if partition.hasRecords, offset < partition.next {
      throw RecordedLine.Mistake(message: "offset \(offset) of `\(source.topic)` \(source.partition) does not follow \(partition.next - 1)")
    }
    if !partition.isStarted {
      partition.isStarted = true
      engine.start(partition.number, at: offset)
    }
    (partition.hasRecords, partition.next) = (true, offset + 1)
    partitions[source] = partition
    let timestamp = record.timestamp ?? ownTime(of: record) ?? (wall == .distantPast ? EventTime(milliseconds: 0) : wall)
    wall = max(wall, timestamp)
    batch.append((record, partition.number, offset, timestamp))
    observer?(Read(record: record, offset: offset, timestamp: timestamp, wall: wall))
    records += 1
    if batch.count == Self.batchSize { apply() }
  }

  /// Time passes, all partitions proven read to their end at every instant.
  func pass(to time: EventTime) {
    apply()
    guard time > wall else { return }
    while let instant = engine.nextInstant(after: wall, before: time) {
      wall = instant
      prove()
    }
    wall = time
    prove()
  }

  func finish() { apply() }

  private func prove() {
    var proofs: [EndProof] = []
    for (source, partition) in partitions {
      if !partition.isStarted {
        partitions[source]?.isStarted = true
        engine.start(partition.number, at: 0)
      }
      proofs.append(EndProof(source: partition.number, at: wall, end: partition.next))
    }
    engine.apply([], proofs: proofs.sorted { $0.source < $1.source })
    engine.drainOutputs(output)
  }

  private func apply() {
    if batch.isEmpty { return }
    // One buffer holds the bytes of the batch while the engine reads them.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(batch.reduce(0) { $0 + ($1.record.key?.count ?? 0) + ($1.record.value?.count ?? 0) })
    var ranges: [(key: Range<Int>?, value: Range<Int>?)] = []
    for entry in batch {
      func place(_ part: [UInt8]?) -> Range<Int>? {
        guard let part else { return nil }
        defer { bytes += part }
        return bytes.count..<(bytes.count + part.count)
      }
      ranges.append((place(entry.record.key), place(entry.record.value)))
    }
    bytes.withUnsafeBytes { buffer in
      let records = zip(batch, ranges).map { entry, range in
        SourceRecord(
          source: entry.number, offset: entry.offset, timestamp: entry.timestamp,
          key: range.key.map { UnsafeRawBufferPointer(rebasing: buffer[$0]) },
          value: range.value.map { UnsafeRawBufferPointer(rebasing: buffer[$0]) })
      }
      engine.apply(records)
    }
    batch.removeAll(keepingCapacity: true)
    engine.drainOutputs(output)
  }

  /// The time that the event itself tells.
  private func ownTime(of record: RecordedLine.Record) -> EventTime? {
    let path =
      program.streams.first { $0.topic == record.topic }?.time ?? program.tables.first { $0.topic == record.topic }?.time
    guard let path, let value = record.value, var json = try? JSONValue.parse(value) else { return nil }
    for step in path.steps {
      guard let member = json[step] else { return nil }
      json = member
    }
    return json.text.flatMap { EventTime(rfc3339: $0) }
  }
}
