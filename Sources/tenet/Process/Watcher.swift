internal import Dispatch

/// Does something every so often, on a queue of its own, until it is stopped.
final class Watcher: Sendable {
  private nonisolated(unsafe) let timer: any DispatchSourceTimer

  init(every interval: Duration, _ work: @escaping @Sendable () -> Void) {
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "watcher"))
    let milliseconds = Int(interval / .milliseconds(1))
    timer.schedule(deadline: .now(), repeating: .milliseconds(milliseconds), leeway: .milliseconds(milliseconds / 10))
    timer.setEventHandler(handler: work)
    timer.resume()
  }

  func stop() { timer.cancel() }
}
