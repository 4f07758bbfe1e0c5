import EventModel
import Foundation
import RuleEngine
import StreamRuntime

/// Topics in memory, with consumers that read them as Kafka's would be read.
final class MemoryTopics: @unchecked Sendable {  // all under the condition's lock
  struct Stored {
    var offset: Int64
    var timestamp: EventTime
    var value: [UInt8]?
  }
  private let condition = NSCondition()
  private var logs: [Source: [Stored]] = [:]
  private var begins: [Source: Int64] = [:]
  private var faults: [Polled] = []

  func append(_ json: String?, to topic: String, partition: Int32 = 0, at time: EventTime = EventTime(microseconds: 1_767_614_400_000_000))
  {
    change {
      let source = Source(topic: topic, partition: partition)
      // Every record is followed by a marker, as a transaction's end is: offsets have holes.
      let offset = (logs[source]?.last?.offset).map { $0 + 2 } ?? begins[source] ?? 0
      logs[source, default: []].append(Stored(offset: offset, timestamp: time, value: json.map { Array($0.utf8) }))
    }
  }

  /// Deletes what lies before an offset.
  func truncate(_ topic: String, before offset: Int64) {
    change {
      let source = Source(topic: topic, partition: 0)
      logs[source]?.removeAll { $0.offset < offset }
      begins[source] = offset
    }
  }

  /// The next poll of any consumer hands this over.
  func fail(_ fault: KafkaFault) { change { faults.append(.fault(nil, fault)) } }

  func consumer() -> MemoryConsumer { MemoryConsumer(self) }

  private func change(_ body: () -> Void) {
    condition.lock()
    body()
    condition.broadcast()
    condition.unlock()
  }

  fileprivate func bounds(_ source: Source) -> Range<Int64> {
    condition.withLock { (begins[source] ?? 0)..<((logs[source]?.last?.offset).map { $0 + 2 } ?? begins[source] ?? 0) }
  }

  fileprivate func isEnd(_ position: Int64, of source: Source) -> Bool {
    condition.withLock { logs[source, default: []].allSatisfy { $0.offset < position } }
  }

  fileprivate func poll(_ positions: inout [Source: Int64], _ ended: inout Set<Source>, limit: Int, until: Date) -> [(Source, Stored)?] {
    condition.lock()
    defer { condition.unlock() }
    while true {
      var found: [(Source, Stored)?] = []
      if !faults.isEmpty { return [nil] }
      for (source, position) in positions.sorted(by: { $0.key < $1.key }) {
        for stored in logs[source, default: []] where stored.offset >= position && found.count < limit {
          found.append((source, stored))
          positions[source] = stored.offset + 1
          ended.remove(source)
        }
      }
      if !found.isEmpty || ended.count < positions.count || !condition.wait(until: until) { return found }
    }
  }

  fileprivate func takeFaults() -> [Polled] {
    condition.withLock {
      defer { faults = [] }
      return faults
    }
  }
}

final class MemoryConsumer: DataConsumer {
  private let topics: MemoryTopics
  private var positions: [Source: Int64] = [:]
  private var ended: Set<Source> = []
  private var lost: Set<Source> = []
  private var buffers: [UnsafeMutableRawBufferPointer] = []

  init(_ topics: MemoryTopics) { self.topics = topics }

  func assign(_ new: [(source: Source, offset: Int64)]) {
    for (source, offset) in new {
      positions[source] = offset
      ended.remove(source)
      if !(topics.bounds(source).lowerBound...topics.bounds(source).upperBound).contains(offset) { lost.insert(source) }
    }
  }

  func unassign(_ sources: [Source]) { for source in sources { positions[source] = nil } }

  func poll(limit: Int, wait: Duration, _ take: (Polled) -> Void) {
    for source in lost { take(.outOfRange(source)) }
    lost = []
    for found in topics.poll(&positions, &ended, limit: limit, until: Date(timeIntervalSinceNow: wait / .seconds(1))) {
      guard let (source, stored) = found else {
        for fault in topics.takeFaults() { take(fault) }
        return
      }
      let value = stored.value.map { bytes -> UnsafeRawBufferPointer in
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        buffer.copyBytes(from: bytes)
        buffers.append(buffer)
        return UnsafeRawBufferPointer(buffer)
      }
      take(.record(PolledRecord(source: source, offset: stored.offset, timestamp: stored.timestamp, key: nil, value: value)))
    }
    for (source, position) in positions where !ended.contains(source) && topics.isEnd(position, of: source) {
      ended.insert(source)
      take(.end(source, offset: position))
    }
  }

  func release() {
    for buffer in buffers {
      // What is read after its release shows.
      buffer.initializeMemory(as: UInt8.self, repeating: 0xFF)
      buffer.deallocate()
    }
    buffers = []
  }

  func headers(of record: PolledRecord) -> [OutputRecord.Header] { [] }
  func header(_ name: String, of handle: UnsafeRawPointer) -> [UInt8]? { nil }
  func bounds(of source: Source, timeout: Duration) -> Range<Int64> { topics.bounds(source) }
  func close() {}
}
