internal import EventModel

/// Where a rule's clock stands, in microseconds where no record shows it.
struct RuleClock {
  /// What stands for the distant past: far enough from both ends that spans can be added.
  static let past: Int64 = -(1 << 61)

  /// As records say it.
  let time: EventTime
  /// What is dated before it is known.
  let now: Int64
  /// K: what is dated at it or later is known; `-past` while nothing is.
  let since: Int64
  /// No event that comes from now on and counts is dated before or at this instant.
  let horizon: Int64
  /// Nor is one of the batch that moved the clock dated before or at this one.
  let floor: Int64

  init(_ step: Step, lateness: Int64) {
    time = step.clock
    now = max(step.clock.microseconds, RuleClock.past)
    since = step.since.map { max($0.microseconds, RuleClock.past) } ?? -RuleClock.past
    horizon = now - lateness - 1
    floor = max(step.before.microseconds, RuleClock.past) - lateness - 1
  }
}
