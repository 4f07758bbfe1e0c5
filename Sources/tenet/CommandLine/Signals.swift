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
