package import EventModel
package import RuleEngine
package import StreamRuntime
internal import Synchronization

/// What a test does to a simulated Kafka, and sees of it.
extension SimulatedKafka {
  package func createTopic(_ name: String, partitions: Int32) {
    state.withLock { state in
      for partition in (state.counts[name] ?? 0)..<partitions { state.logs[Source(topic: name, partition: partition)] = SimulatedLog() }
      state.counts[name] = partitions
    }
  }

  /// Appends a record that belongs to no transaction.
  @discardableResult
  package func append(_ topic: String, _ partition: Int32, key: String? = nil, value: String, timestamp: EventTime? = nil) -> Int64 {
    let record = SimulatedLog.Record(key: key.map { Array($0.utf8) }, value: Array(value.utf8), headers: [])
    let time = timestamp ?? clock.now
    return state.withLock { state in
      state.logs[Source(topic: topic, partition: partition)]?.append(record, at: time, transaction: nil) ?? -1
    }
  }

  /// What becomes of the calls that follow; they are counted from 1.
  package func intercept(_ intercept: @escaping @Sendable (Call, Int) -> Interception) {
    state.withLock { state in
      state.intercept = intercept
      state.calls = 0
    }
  }

  /// How many calls there were since `intercept` was set.
  package var calls: Int { state.withLock { $0.calls } }

  /// How often a consumer that had partitions to read was asked for bounds.
  package var questionsBehindFetches: Int { state.withLock { $0.questionsBehindFetches } }

  /// From now on the markers of transactions are written when `writeMarkers` is called.
  package func delayMarkers() { delayMarkers { _ in .seconds(1 << 40) } }

  /// From now on the marker of a transaction comes to a partition so much later than the commit; each is asked for once a transaction.
  package func delayMarkers(by delay: @escaping @Sendable (Source) -> Duration) { state.withLock { $0.markerDelay = delay } }

  package func writeMarkers() {
    let now = clock.now
    state.withLock { state in
      state.markerDelay = { _ in .zero }
      for late in state.lateMarkers { state.logs[late.source]?.mark(late.transaction, late.outcome, at: now) }
      state.lateMarkers = []
    }
  }

  /// The brokers' clock is ahead of the workers' by so much.
  package func appendClockDifference(_ difference: Duration) { state.withLock { $0.clockDifference = difference.microseconds } }

  /// Everything that a reader of committed records reads in a topic, by partition and offset.
  package func committedRecords(_ topic: String) -> [(
    source: Source, offset: Int64, timestamp: EventTime, key: [UInt8]?, value: [UInt8]?, headers: [OutputRecord.Header]
  )] {
    state.withLock { state in
      var found: [(Source, Int64, EventTime, [UInt8]?, [UInt8]?, [OutputRecord.Header])] = []
      for partition in 0..<(state.counts[topic] ?? 0) {
        let source = Source(topic: topic, partition: partition)
        guard let log = state.logs[source] else { continue }
        var offset = log.low
        while let (at, entry, record) = log.next(from: offset, committed: true) {
          found.append((source, at, entry.timestamp, record.key, record.value, record.headers))
          offset = at + 1
        }
      }
      return found
    }
  }

  package func committedOffsets(group: String) -> [Source: CommittedPosition] { state.withLock { $0.groups[group]?.committed ?? [:] } }

  /// The group's offsets are gone, as after seven days without a member.
  package func expireOffsets(group: String) { state.withLock { $0.groups[group]?.committed = [:] } }

  package func deleteRecords(_ topic: String, _ partition: Int32, before offset: Int64) {
    state.withLock { $0.logs[Source(topic: topic, partition: partition)]?.delete(before: offset) }
  }

  package func bounds(_ topic: String, _ partition: Int32) -> Range<Int64> {
    state.withLock { state in
      guard let log = state.logs[Source(topic: topic, partition: partition)] else { return 0..<0 }
      return log.low..<log.end
    }
  }

  /// The bytes of a record are damaged.
  package func damage(_ topic: String, _ partition: Int32, at offset: Int64, byte: Int) {
    state.withLock { $0.logs[Source(topic: topic, partition: partition)]?.damage(at: offset, byte: byte) }
  }

  /// The member of a group is thrown out, as after a session that was missed; it learns of it at its next poll.
  package func expel(group: String) {
    state.withLock { state in
      state.groups[group]?.generation += 1
      state.groups[group]?.memberID = 0
    }
  }

  /// The generation rises while nothing moves; the member learns of it at its next poll.
  package func raiseGeneration(group: String) { state.withLock { $0.groups[group]?.generation += 1 } }

  /// From now on another member holds these slots; the member learns of it at its next poll.
  package func lend(_ slots: Set<Int32>, group: String) { state.withLock { $0.groups[group]?.lent = slots } }

  /// Whom the group names as its members, whatever is true; nil: what is true.
  package func setMembers(_ members: [String]?) { state.withLock { $0.members = members } }

  /// The leaders of these partitions do not answer; no others are away.
  package func setUnavailable(_ sources: Set<Source>) { state.withLock { $0.unavailable = sources } }

  /// Consumers are told of an end at each poll that reaches it, or once.
  package func repeatEnds(_ repeats: Bool) { state.withLock { $0.repeatsEnds = repeats } }

  /// Members hear of changes so much later.
  package func holdCallbacks(for time: Duration) { state.withLock { $0.callbacksHeldUntil = clock.uptime + time } }

  /// The topic is not there, until it is again with all that it had.
  package func setMissing(_ topic: String, _ isMissing: Bool) {
    state.withLock { state in
      if isMissing {
        if let partitions = state.counts.removeValue(forKey: topic) { state.missing[topic] = partitions }
      } else if let partitions = state.missing.removeValue(forKey: topic) {
        state.counts[topic] = partitions
      }
    }
  }

  /// The next outputs are refused, whenever they come again.
  package func refuseOutputs(_ count: Int) { state.withLock { $0.refusals += count } }

  /// Deletions take so long, and are done once more as much later.
  package func delayDeletions(by delay: Duration, isDoubled: Bool = false) { state.withLock { $0.deletion = (delay, isDoubled) } }

  /// A record cannot be read, or has another byte, until `undo`. nil: there is none in the partition.
  package func spoil(_ topic: String, _ partition: Int32, hides: Bool, pick: (Range<Int64>) -> Int64) -> (() -> Void)? {
    let source = Source(topic: topic, partition: partition)
    return state.withLock { state in
      guard let log = state.logs[source], log.low < log.end else { return nil }
      let offset = pick(log.low..<log.end)
      guard let whole = log.record(at: offset), whole.value?.isEmpty == false else { return nil }
      if hides { state.logs[source]?.set(nil, at: offset) } else { state.logs[source]?.damage(at: offset, byte: Int(offset)) }
      return { [self] in self.state.withLock { $0.logs[source]?.set(whole, at: offset) } }
    }
  }

  /// Each consumer gets some of its records again.
  package func rewind(by count: Int64) { state.withLock { $0.rewinds = ($0.rewinds.count + 1, count) } }

  /// Somebody else appends a record at a time of the monotonic clock: whatever a worker does meanwhile. In order of time.
  package func schedule(_ topic: String, _ partition: Int32, value: [UInt8], at uptime: Duration, timestamp: EventTime) {
    let record = SimulatedLog.Record(key: nil, value: value, headers: [])
    state.withLock { state in
      precondition(state.scheduled.last.map { $0.at <= uptime } ?? true, "records are scheduled in order of time")
      state.scheduled.append((uptime, Source(topic: topic, partition: partition), record, timestamp))
    }
  }

  /// Tells of each change of the committed, at once. The closure calls nothing of the simulation.
  package func observe(_ observe: @escaping @Sendable (Change) -> Void) { state.withLock { $0.observe = observe } }

  package enum Change: Sendable {
    /// A transaction: who made it, its records by partition, the offsets that it committed.
    case committed(process: Int, records: [Source: [(offset: Int64, value: [UInt8]?)]], offsets: [CommittedPosition])
    case deleted(Source, before: Int64)
  }

  /// The records of a partition from an offset on that are committed, or may yet be.
  package func unabortedRecords(_ source: Source, from offset: Int64) -> [(offset: Int64, value: [UInt8]?)] {
    state.withLock { $0.logs[source]?.unaborted(from: offset) ?? [] }
  }
}
