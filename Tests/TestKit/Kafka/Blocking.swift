import Foundation
package import Testing

/// Runs what waits for a broker on a thread of its own, within the same task: the few threads of concurrent tests are not for waiting.
package func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withTaskExecutorPreference(ThreadPerJob()) { try work() }
}

/// Lets the tests of a suite begin at once, on threads of their own: those that wait for brokers and processes would stand in one queue with
/// hundreds that compute, and their waiting would begin when that is done.
package struct OwnThreads: SuiteTrait, TestScoping {
  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(ThreadPerJob()) { try await function() }
  }
}

extension Trait where Self == OwnThreads {
  package static var onOwnThreads: Self { Self() }
}

private final class ThreadPerJob: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let thread = Thread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    thread.stackSize = 4 << 20
    thread.start()
  }
}
