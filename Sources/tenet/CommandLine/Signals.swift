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

/// The wish to end, which may come before there is anything to end.
final class EndRequest: Sendable {
  private let state = Mutex<(isMade: Bool, action: (@Sendable () -> Void)?)>((false, nil))

  /// Begins to listen to the signals.
  init() {
    Signals.onTermination { [self] in make() }
  }

  /// Calls `action` when the wish comes, or now if it has come.
  func whenMade(_ action: @escaping @Sendable () -> Void) {
    let isMade = state.withLock { state in
      state.action = action
      return state.isMade
    }
    if isMade { action() }
  }

  var isMade: Bool { state.withLock { $0.isMade } }

  private func make() {
    let action = state.withLock { state in
      state.isMade = true
      return state.action
    }
    action?()
  }
}
