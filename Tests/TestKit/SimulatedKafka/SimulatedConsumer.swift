internal import EventModel
internal import RuleEngine
internal import StreamRuntime
internal import Synchronization

final class SimulatedConsumer: DataConsumer {
  private struct Position {
    var next: Int64
    /// The end that was told last.
    var told: Int64?
    var isBroken = false
  }

  private let process: SimulatedProcess
  private let readsCommitted: Bool
  private var positions: [Source: Position] = [:]
  private var buffers: [UnsafeMutableRawBufferPointer] = []
  private var headersOf: [UnsafeRawPointer: [OutputRecord.Header]] = [:]
  private var turn = 0
  private var rewinds: Int

  init(_ process: SimulatedProcess, readsCommitted: Bool = true) {
    self.process = process
    self.readsCommitted = readsCommitted && process.capabilities.hidesAborted
    rewinds = process.kafka.state.withLock { $0.rewinds.count }
  }

  deinit { release() }

  func assign(_ positions: [(source: Source, offset: Int64)]) throws(KafkaFault) {
    try process.call(.assign) { _ in }
    for (source, offset) in positions {
      precondition(self.positions[source] == nil, "\(source) is assigned already")
      self.positions[source] = Position(next: offset)
    }
  }

  func unassign(_ sources: [Source]) throws(KafkaFault) {
    for source in sources { positions[source] = nil }
  }

  func poll(limit: Int, wait: Duration, _ take: (Polled) -> Void) throws(KafkaFault) {
    var events: [Polled] = []
    try process.call(.poll) { state throws(KafkaFault) in
      let sources = positions.keys.sorted()
      turn += 1
      if rewinds < state.rewinds.count {
        rewinds = state.rewinds.count
        for source in sources {
          guard let position = positions[source] else { continue }
          positions[source]?.next = max(state.logs[source]?.low ?? 0, position.next - state.rewinds.by)
        }
      }
      for index in sources.indices where events.count < limit {
        // Another partition is the first each time.
        let source = sources[(index + turn) % sources.count]
        if state.unavailable.contains(source) { continue }
        read(source, state.logs[source] ?? SimulatedLog(), limit: limit, repeatsEnds: state.repeatsEnds, &events)
      }
    }
    for event in events { take(event) }
  }

  private func read(_ source: Source, _ log: SimulatedLog, limit: Int, repeatsEnds: Bool, _ events: inout [Polled]) {
    guard var position = positions[source], !position.isBroken else { return }
    defer { positions[source] = position }
    if position.next < log.low || position.next > log.end {
      position.isBroken = true
      events.append(.outOfRange(source))
      return
    }
    while events.count < limit, let (offset, entry, record) = log.next(from: position.next, committed: readsCommitted) {
      position.next = offset + 1
      position.told = nil
      let key = record.key.map(copy)
      let value = record.value.map(copy)
      let handle = (key ?? value)?.baseAddress
      if let handle { headersOf[handle] = record.headers }
      events.append(
        .record(PolledRecord(source: source, offset: offset, timestamp: entry.timestamp, key: key, value: value, handle: handle)))
    }
    let end = readsCommitted ? log.lastStable : log.end
    if events.count < limit, position.told != end || repeatsEnds {
      position.next = max(position.next, end)
      position.told = end
      events.append(.end(source, offset: end))
    }
  }

  private func copy(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 8)
    buffer.copyBytes(from: bytes)
    buffers.append(buffer)
    return UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
  }

  func release() {
    for buffer in buffers {
      // Whoever reads it after this sees that it is wrong.
      _ = buffer.initializeMemory(as: UInt8.self, repeating: 0xdd)
      buffer.deallocate()
    }
    buffers = []
    headersOf = [:]
  }

  func headers(of record: PolledRecord) -> [OutputRecord.Header] { record.handle.flatMap { headersOf[$0] } ?? [] }

  func header(_ name: String, of handle: UnsafeRawPointer) -> [UInt8]? { headersOf[handle]?.last { $0.name == name }?.value }

  func bounds(of source: Source, timeout: Duration) throws(KafkaFault) -> Range<Int64> {
    try process.call(.bounds) { state throws(KafkaFault) in
      if !positions.isEmpty { state.questionsBehindFetches += 1 }
      guard let log = state.logs[source] else { throw KafkaFault(.hold, code: "UNKNOWN_TOPIC_OR_PART", "\(source.topic) does not exist") }
      return log.low..<(readsCommitted ? log.lastStable : log.end)
    }
  }

  func close() { release() }
}
