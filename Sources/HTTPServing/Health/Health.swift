internal import Synchronization
internal import Telemetry

/// How the parts of a process are, as orchestrators ask for it.
///
/// A part is `starting` until it first is ready; `waiting` when it cannot work for now and goes on by itself; `failed` when only a restart helps.
package final class Health: Sendable {
  package enum Condition: Sendable, Equatable {
    case starting(String)
    case ready
    case waiting(String)
    case failed(String)
  }

  private struct Part {
    var name: String
    var condition: Condition
    var hasBeenReady: Bool
  }
  private let parts: Mutex<[Part]>

  /// - Parameter parts: names of all the parts, each starting.
  package init(_ parts: [String]) {
    self.parts = Mutex(parts.map { Part(name: $0, condition: .starting("not yet begun"), hasBeenReady: false) })
  }

  package func report(_ name: String, _ condition: Condition) {
    parts.withLock { parts in
      guard let index = parts.firstIndex(where: { $0.name == name }) else { preconditionFailure("\(name) is a part of this process") }
      parts[index].condition = condition
      if condition == .ready { parts[index].hasBeenReady = true }
    }
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
      let (word, reason): (String, String?) =
        switch part.condition {
        case .starting(let why): ("starting", why)
        case .ready: ("ready", nil)
        case .waiting(let why): ("waiting", why)
        case .failed(let why): ("failed", why)
        }
      body.append(contentsOf: #","status":"\#(word)""#.utf8)
      if let reason {
        body.append(contentsOf: #","reason":"#.utf8)
        body.append(jsonString: reason)
      }
      body.append(UInt8(ascii: "}"))
    }
    body.append(contentsOf: "]}".utf8)
    return .json(body, status: good ? 200 : 503)
  }
}
