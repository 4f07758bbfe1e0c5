internal import EventModel
internal import KafkaIO
internal import RuleEngine
internal import RuleLanguage
internal import Settings
internal import StreamRuntime

/// The records of the input topics, from where the settings let a new application begin to where the topics end now. It joins no group and
/// writes nothing.
struct TopicFeed {
  private let consumer: any DataConsumer
  private let begins: [(source: Source, offset: Int64)]
  private let ends: [Source: Int64]
  let counts: [String: Int32]

  private static let patience = Duration.seconds(10)

  /// `latest` would be the end: then what the topics have is read.
  init(_ program: CheckedProgram, from start: Settings.StartPoint, prefetch: Int? = nil, on cluster: any Cluster) throws {
    let topics = WorkerSettings.inputs(of: program)
    counts = try Clusters.partitionCounts(of: topics, on: cluster)
    let sources = counts.sorted { $0.key < $1.key }.flatMap { topic, count in (0..<count).map { Source(topic: topic, partition: $0) } }
    do throws(KafkaFault) {
      let admin = try cluster.admin()
      defer { admin.close() }
      let consumer = try cluster.dataConsumer(prefetch: prefetch)
      var ends: [Source: Int64] = [:]
      var begins: [Source: Int64] = [:]
      for source in sources {
        let bounds = try consumer.bounds(of: source, timeout: Self.patience)
        (begins[source], ends[source]) = (bounds.lowerBound, bounds.upperBound)
      }
      if case .time(let time) = start {
        begins.merge(try admin.offsets(at: time.microseconds, of: sources, timeout: Self.patience)) { $1 }
      }
      (self.consumer, self.ends) = (consumer, ends)
      self.begins = sources.map { ($0, begins[$0] ?? 0) }
    } catch {
      throw EnvironmentFault(error, "the topics cannot be read")
    }
  }

  func close() { consumer.close() }

  /// Each record goes to the replay. It can be called again.
  func feed(_ replayer: Replayer) throws {
    replayer.attach(counts)
    var open = Set(begins.filter { $0.offset < ends[$0.source] ?? 0 }.map(\.source))
    var mistake: RecordedLine.Mistake?
    do throws(KafkaFault) {
      try consumer.assign(begins.filter { open.contains($0.source) })
      while !open.isEmpty, mistake == nil {
        var fault: KafkaFault?
        try consumer.poll(limit: 1_000, wait: .milliseconds(100)) { polled in
          switch polled {
          case .record(let record):
            guard open.contains(record.source) else { return }
            let end = ends[record.source] ?? 0
            if record.offset < end {
              do throws(RecordedLine.Mistake) { try replayer.take(Self.read(record)) } catch { mistake = mistake ?? error }
            }
            if record.offset + 1 >= end { open.remove(record.source) }
          case .end(let source, let offset): if offset >= ends[source] ?? 0 { open.remove(source) }
          case .outOfRange(let source): open.remove(source)
          case .fault(_, let own): if own.disposition != .retry { fault = fault ?? own }
          }
        }
        consumer.release()
        if let fault { throw fault }
      }
      try consumer.unassign(begins.map(\.source))
    } catch {
      throw EnvironmentFault(error, "the topics cannot be read")
    }
    if let mistake { throw EnvironmentFault(mistake.message) }
  }

  private static func read(_ record: PolledRecord) -> RecordedLine.Record {
    RecordedLine.Record(
      topic: record.source.topic, partition: record.source.partition, offset: record.offset, timestamp: record.timestamp, region: nil,
      key: record.key.map { Array($0) }, value: record.value.map { Array($0) })
  }
}
