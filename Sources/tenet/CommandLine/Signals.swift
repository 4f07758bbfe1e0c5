@preconcurrency import Glibc
internal import Foundation
internal import Synchronization

/// SIGTERM and SIGINT as a wish to end. They are blocked in all threads, and one thread waits for them.
enum Signals {
  /// Calls `end` once, on a thread of its own, at the first of them; at the second the process ends at once.
  /// Called before the process has other threads, which inherit what is blocked.
  static func onTermination(_ end: @escaping @Sendable () -> Void) {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let blocked = set
    let thread = Thread {
      var set = blocked
      var number: Int32 = 0
      sigwait(&set, &number)
      end()
      sigwait(&set, &number)
      _exit(128 + number)
    }
    thread.name = "signals"
    thread.start()
  }
}

/// The wish to end. Before there is anything to end (while brokers are asked, say), it ends the process at once.
final class EndRequest: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)

  /// Begins to listen to the signals.
  init() {
    Signals.onTermination { [self] in make() }
  }

  /// From now on the wish calls `action`.
  func whenMade(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

  private func make() {
    guard let action = action.withLock({ $0 }) else { _exit(ExitCode.good.rawValue) }
    action()
  }
}
