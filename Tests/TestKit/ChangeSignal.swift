internal import Foundation

/// A condition that did not come true in time.
package struct TooLate: Error, CustomStringConvertible {
  package var description: String
}

/// Lets a test wait for what another thread does: whoever may have changed something signals, and the test looks again.
package final class ChangeSignal: @unchecked Sendable {  // all under the condition's lock
  private let condition = NSCondition()
  private var count = 0

  package init() {}

  package func signal() {
    condition.withLock {
      count += 1
      condition.broadcast()
    }
  }

  /// Returns when `isTrue`. It is looked at first, and after each signal.
  package func wait(for what: String, within patience: Duration = .seconds(30), until isTrue: () throws -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: patience / .seconds(1))
    while true {
      let seen = condition.withLock { count }
      if try isTrue() { return }
      let isTold = condition.withLock {
        while count == seen { if !condition.wait(until: deadline) { return count != seen } }
        return true
      }
      guard isTold else { throw TooLate(description: "\(what) did not happen within \(patience)") }
    }
  }
}
