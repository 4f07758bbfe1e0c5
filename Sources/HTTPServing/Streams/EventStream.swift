internal import Synchronization

/// One client's stream of events. Whoever feeds it may do so from any thread, and before the connection is ready.
///
/// Its queue is bounded: a client that does not read is cut off, and comes back with `Last-Event-ID` when it can.
package final class EventStream: Sendable {
  private struct State {
    /// What waits; the first `head` are sent already, and `offset` bytes of the next.
    var queue: [[UInt8]] = []
    var head = 0
    var offset = 0
    var bytes = 0
    /// nil until the connection asks for bytes for the first time, and after it is gone.
    var connection: Connection?
    /// The connection is suspended until there is something to send.
    var sleeping = false
    var end: End?
    var onRoom: (@Sendable () -> Void)?
    var onClose: [@Sendable () -> Void] = []
    var released = false
  }
  private enum End { case finished, cutOff }
  package enum Sent: Sendable { case queued, closed }

  private let state = Mutex(State())
  private let limit: Int
  private let wasCutOff: @Sendable () -> Void

  /// - Parameter limit: bytes that may wait; more, and the client is cut off.
  init(limit: Int, wasCutOff: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.wasCutOff = wasCutOff
    send(.retry)
  }

  /// Queues an event. `closed`: nobody will read it, nor any other.
  @discardableResult
  package func send(_ event: ServerSentEvent) -> Sent {
    let (sent, cut) = state.withLock { state -> (Sent, Bool) in
      if state.end != nil || state.released { return (.closed, false) }
      if state.bytes + event.bytes.count > limit {
        state.end = .cutOff
        state.queue = []
        state.head = 0
        state.bytes = 0
        // A connection that waits for its client to read would keep its place until the time limit.
        if let connection = state.connection, !wake(&state) { connection.shutDown() }
        return (.closed, true)
      }
      state.queue.append(event.bytes)
      state.bytes += event.bytes.count
      _ = wake(&state)
      return (.queued, false)
    }
    if cut { wasCutOff() }
    return sent
  }

  /// Ends the stream when what waits is sent.
  package func finish() {
    state.withLock {
      if $0.end == nil { $0.end = .finished }
      _ = wake(&$0)
    }
  }

  /// Less than half of the queue's room is taken.
  package var hasRoom: Bool { state.withLock { $0.bytes < limit / 2 } }

  /// Calls `action` once, from any thread, when the stream has room: at once, or when the client has read.
  package func whenRoom(_ action: @escaping @Sendable () -> Void) {
    let now = state.withLock { state -> Bool in
      if state.bytes < limit / 2 || state.end != nil || state.released { return true }
      state.onRoom = action
      return false
    }
    if now { action() }
  }

  /// Calls `action` once when the stream is over, whoever ended it.
  package func onClose(_ action: @escaping @Sendable () -> Void) {
    let now = state.withLock { state -> Bool in
      if state.released { return true }
      state.onClose.append(action)
      return false
    }
    if now { action() }
  }

  private func wake(_ state: inout State) -> Bool {
    guard state.sleeping, let connection = state.connection else { return false }
    state.sleeping = false
    connection.resume()
    return true
  }
}

/// The connection's side.
extension EventStream {
  enum Taken {
    case bytes(Int)
    /// The connection is suspended.
    case asleep
    case finished, broken
  }

  func attach(_ connection: Connection) { state.withLock { $0.connection = connection } }

  /// Moves what waits into `room`. With nothing to move the connection is suspended under the lock: a push between the look and the sleep
  /// would be lost otherwise.
  func take(into room: UnsafeMutableRawBufferPointer) -> Taken {
    let (taken, action) = state.withLock { state -> (Taken, (@Sendable () -> Void)?) in
      if state.end == .cutOff { return (.broken, nil) }
      guard state.bytes > 0 else {
        if state.end == .finished { return (.finished, nil) }
        guard let connection = state.connection else { return (.broken, nil) }
        state.sleeping = true
        connection.suspend()
        return (.asleep, nil)
      }
      let count = move(&state, into: room)
      guard state.bytes < limit / 2, let action = state.onRoom else { return (.bytes(count), nil) }
      state.onRoom = nil
      return (.bytes(count), action)
    }
    action?()
    return taken
  }

  private func move(_ state: inout State, into room: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while count < room.count, state.head < state.queue.count {
      let event = state.queue[state.head]
      let size = min(room.count - count, event.count - state.offset)
      event.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: room[count..<count + size]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[state.offset..<state.offset + size]))
      }
      count += size
      state.offset += size
      if state.offset == event.count {
        state.offset = 0
        state.queue[state.head] = []
        state.head += 1
      }
    }
    state.bytes -= count
    if state.head == state.queue.count || state.head > 256 {
      state.queue.removeFirst(state.head)
      state.head = 0
    }
    return count
  }

  /// The connection is gone, or never came.
  func release() {
    let actions = state.withLock { state -> [@Sendable () -> Void] in
      if state.released { return [] }
      state.released = true
      state.connection = nil
      state.sleeping = false
      defer { state.onClose = [] }
      let waiting = state.onRoom
      state.onRoom = nil
      return state.onClose + (waiting.map { [$0] } ?? [])
    }
    for action in actions { action() }
  }
}
