package import EventModel
internal import Glibc
internal import SwiftOverlayShims

/// The clocks of the operating system.
package final class SystemClock: WorkerClock {
  package init() {}

  package var now: EventTime {
    let (seconds, nanoseconds) = Self.read(CLOCK_REALTIME)
    return EventTime(microseconds: seconds * 1_000_000 + nanoseconds / 1_000)
  }

  package var uptime: Duration {
    let (seconds, nanoseconds) = Self.read(CLOCK_MONOTONIC)
    return Duration(secondsComponent: seconds, attosecondsComponent: nanoseconds * 1_000_000_000)
  }

  private static func read(_ clock: clockid_t) -> (seconds: Int64, nanoseconds: Int64) {
    var time = timespec()
    precondition(clock_gettime(clock, &time) == 0, "the system's clocks can be read")
    return (Int64(time.tv_sec), Int64(time.tv_nsec))
  }
}
