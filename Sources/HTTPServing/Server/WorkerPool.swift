internal import Dispatch
internal import Foundation
internal import Synchronization

/// A few threads that do what may wait, and a bounded queue before them.
final class WorkerPool: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var stopping = false
  }
  private let state = Mutex(State())
  private let available = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()
  private let threads: Int
  private let limit: Int

  init(threads: Int, limit: Int) {
    self.threads = threads
    self.limit = limit
    for number in 0..<threads {
      ended.enter()
      let thread = Thread { [self] in
        while let job = next() { job() }
        ended.leave()
      }
      thread.name = "http-worker-\(number)"
      thread.start()
    }
  }

  /// false: the queue is full, or the pool has stopped.
  func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
    let taken = state.withLock { state -> Bool in
      if state.stopping || state.jobs.count >= limit { return false }
      state.jobs.append(job)
      return true
    }
    if taken { available.signal() }
    return taken
  }

  /// Lets what was submitted finish. false: some job did not in time.
  func stop(within patience: DispatchTimeInterval) -> Bool {
    state.withLock { $0.stopping = true }
    for _ in 0..<threads { available.signal() }
    return ended.wait(timeout: .now() + patience) == .success
  }

  private func next() -> (@Sendable () -> Void)? {
    available.wait()
    return state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
  }
}
