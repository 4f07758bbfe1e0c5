internal import Foundation

/// A condition that did not come true in time.
package struct TooLate: Error, CustomStringConvertible {
  package var description: String
}

/// Waits until another thread has done what the test needs, looking every millisecond. A test never waits for longer than this.
package func waitUntil(_ what: String, within patience: Duration = .seconds(30), _ condition: () throws -> Bool) throws {
  let end = ContinuousClock.now + patience
  while try !condition() {
    guard ContinuousClock.now < end else { throw TooLate(description: "\(what) did not happen within \(patience)") }
    Thread.sleep(forTimeInterval: 0.001)
  }
}
