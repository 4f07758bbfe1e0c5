internal import Dispatch
internal import Synchronization

/// Messages from other threads to one that takes them when it has time.
final class Mailbox<Message: Sendable>: Sendable {
  private let messages = Mutex<[Message]>([])
  private let bell = Bell()

  func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    bell.ring()
  }

  /// All that have come, in order.
  func take() -> [Message] {
    messages.withLock { messages in
      if messages.isEmpty { return [] }
      defer { messages = [] }
      return messages
    }
  }

  /// Returns when there is a message, at the latest after `time`.
  func wait(atMost time: Duration) {
    guard messages.withLock({ $0.isEmpty }) else { return }
    bell.wait(atMost: time)
  }
}

/// Wakes a thread. A ring that nobody waits for is kept for the next one who does.
final class Bell: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let isRung = Atomic(false)

  func ring() {
    if !isRung.exchange(true, ordering: .sequentiallyConsistent) { semaphore.signal() }
  }

  /// Whether it rang before `time` was over.
  @discardableResult
  func wait(atMost time: Duration) -> Bool {
    let nanoseconds = max(0, time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000)
    guard semaphore.wait(timeout: .now() + .nanoseconds(Int(nanoseconds))) == .success else { return false }
    isRung.store(false, ordering: .sequentiallyConsistent)
    return true
  }
}
