internal import Synchronization
package import Telemetry

/// How the parts of a process are, as orchestrators ask for it.
///
/// A part is `starting` until it first is ready; `waiting` when it cannot work for now and goes on by itself; `failed` when only a restart helps.
package final class Health: Sendable {
  package enum Condition: Sendable, Equatable {
    case starting(String)
    case ready
    case waiting(String)
    case failed(String)

    fileprivate var word: String {
      switch self {
      case .starting: "starting"
      case .ready: "ready"
      case .waiting: "waiting"
      case .failed: "failed"
      }
    }

    fileprivate var reason: String? {
      switch self {
      case .starting(let why), .waiting(let why), .failed(let why): why
      case .ready: nil
      }
    }
  }

  private struct Part {
    var name: String
    var condition: Condition
    var hasBeenReady: Bool
  }
  private let parts: Mutex<[Part]>
  private let log: Logger

  /// - Parameters:
  ///   - parts: names of all the parts, each starting.
  ///   - log: is told when the process becomes ready, and when it no longer is.
  package init(_ parts: [String], log: Logger = .silent) {
    self.log = log
    self.parts = Mutex(parts.map { Part(name: $0, condition: .starting("not yet begun"), hasBeenReady: false) })
  }

  package func report(_ name: String, _ condition: Condition) {
    let (wasReady, isReady) = parts.withLock { parts -> (Bool, Bool) in
      guard let index = parts.firstIndex(where: { $0.name == name }) else { preconditionFailure("\(name) is a part of this process") }
      let wasReady = parts.allSatisfy { $0.condition == .ready }
      parts[index].condition = condition
      if condition == .ready { parts[index].hasBeenReady = true }
      return (wasReady, parts.allSatisfy { $0.condition == .ready })
    }
    if isReady, !wasReady { log.info("ready") }
    if wasReady, !isReady { log.warning("no longer ready", ["part": .string(name), "reason": .string(condition.reason ?? "")]) }
  }

  package func condition(of name: String) -> Condition? { parts.withLock { $0.first { $0.name == name }?.condition } }

  package var isReady: Bool { parts.withLock { $0.allSatisfy { $0.condition == .ready } } }

  /// `/livez`: 503 when a restart is needed. `/readyz`: 200 while every part is ready. `/startupz`: 200 once every part has been ready.
  package var routes: [Route] {
    [
      .quick("/livez") { [self] _ in
        reply { if case .failed = $0.condition { false } else { true } }
      },
      .quick("/readyz") { [self] _ in reply { $0.condition == .ready } },
      .quick("/startupz") { [self] _ in reply { $0.hasBeenReady } },
    ]
  }

  private func reply(_ isGood: (Part) -> Bool) -> Reply {
    let parts = self.parts.withLock { $0 }
    let good = parts.allSatisfy(isGood)
    var body = Array(#"{"status":"\#(good ? "ok" : "unavailable")","parts":["#.utf8)
    for (index, part) in parts.enumerated() {
      if index > 0 { body.append(UInt8(ascii: ",")) }
      body.append(contentsOf: #"{"name":"#.utf8)
      body.append(jsonString: part.name)
      body.append(contentsOf: #","status":"\#(part.condition.word)""#.utf8)
      if let reason = part.condition.reason {
        body.append(contentsOf: #","reason":"#.utf8)
        body.append(jsonString: reason)
      }
      body.append(UInt8(ascii: "}"))
    }
    body.append(contentsOf: "]}".utf8)
    return .json(body, status: good ? 200 : 503)
  }
}
