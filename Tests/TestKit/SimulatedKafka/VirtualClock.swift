package import EventModel
internal import StreamRuntime
internal import Synchronization

/// A clock that moves when it is told to.
package final class VirtualClock: WorkerClock {
  private let times: Mutex<(now: EventTime, uptime: Duration)>

  package init(now: EventTime = EventTime(microseconds: 1_767_600_000_000_000)) { times = Mutex((now, .zero)) }

  package var now: EventTime { times.withLock { $0.now } }
  package var uptime: Duration { times.withLock { $0.uptime } }

  /// Both clocks go on.
  package func advance(by time: Duration) {
    times.withLock { times in
      times.now = times.now.advanced(byMicroseconds: time.microseconds)
      times.uptime += time
    }
  }

  /// The wall clock jumps, the monotonic one does not.
  package func jump(by time: Duration) { times.withLock { $0.now = $0.now.advanced(byMicroseconds: time.microseconds) } }
}
