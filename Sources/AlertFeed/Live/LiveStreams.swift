internal import Dispatch
internal import HTTPServing
internal import Synchronization
internal import Telemetry

/// The open streams, each fed first from the history and then as things are written, without gap and without doubles.
final class LiveStreams: Sendable {
  private struct State {
    /// The number of what was published last.
    var sequence: Int64
    var streams: [EventStream] = []
  }
  private let history: History
  private let log: Logger
  private let state: Mutex<State>
  /// Reads the history for streams that catch up: neither the server's thread nor its workers wait for slow clients.
  private let catchingUp = DispatchQueue(label: "feed-streams")

  init(history: History, log: Logger) throws(HistoryFault) {
    self.history = history
    self.log = log
    state = Mutex(State(sequence: try history.sequence()))
  }

  /// The event's id says which history it is of: numbers of another mean nothing here.
  private func event(_ event: HistoryEvent) -> ServerSentEvent {
    ServerSentEvent(event: event.kind.rawValue, id: "\(history.identity)-\(event.sequence)", data: event.json)
  }

  /// Sends what was just committed to all who are up to date.
  func publish(_ events: [HistoryEvent]) {
    guard let last = events.last?.sequence else { return }
    state.withLock { state in
      state.sequence = last
      if state.streams.isEmpty { return }
      for event in events {
        let event = self.event(event)
        state.streams.removeAll { $0.send(event) == .closed }
      }
    }
  }

  /// Feeds a stream from now on, or from after the event that its client saw last. Of an id from another history nothing is known: all is sent.
  func open(_ stream: EventStream, lastEventID: String?) {
    guard let lastEventID else {
      state.withLock { $0.streams.append(stream) }
      return
    }
    let parts = lastEventID.split(separator: "-")
    let known = parts.count == 2 && parts[0] == history.identity ? Int64(parts[1]) : nil
    catchingUp.async { [self] in catchUp(stream, after: known ?? 0) }
  }

  private func catchUp(_ stream: EventStream, after sequence: Int64) {
    var position = sequence
    let events: [HistoryEvent]
    do throws(HistoryFault) { events = try history.events(after: position, limit: 200) } catch {
      log.error("a stream cannot catch up", ["cause": .string(error.description)])
      stream.finish()
      return
    }
    for event in events {
      // The rest is read again when the client has taken what it has.
      guard stream.hasRoom else { break }
      guard stream.send(self.event(event)) == .queued else { return }
      position = event.sequence
    }
    if events.isEmpty {
      // What is published after this look is sent to the stream; what was before is in the history that was read, unless it came in between.
      let isUpToDate = state.withLock { state -> Bool in
        guard state.sequence <= position else { return false }
        state.streams.append(stream)
        return true
      }
      if isUpToDate { return }
    }
    let reached = position
    stream.whenRoom { [self] in catchingUp.async { [self] in catchUp(stream, after: reached) } }
  }
}
