package import EventModel

/// The two clocks of a worker: the system's, or a virtual one.
package protocol WorkerClock: AnyObject, Sendable {
  /// The wall clock. It may jump.
  var now: EventTime { get }
  /// Time passed since some fixed instant. Never falls.
  var uptime: Duration { get }
}
