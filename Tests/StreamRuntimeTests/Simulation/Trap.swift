import Synchronization
import TestKit

/// What is to become of a call that comes.
final class Trap: Sendable {
  private struct State {
    var armed: [(call: SimulatedKafka.Call, left: Int, name: String, interception: SimulatedKafka.Interception)] = []
    var sprung: [String] = []
  }
  private let state = Mutex(State())

  func arm(_ call: SimulatedKafka.Call, at count: Int, _ name: String, _ interception: SimulatedKafka.Interception) {
    state.withLock { $0.armed.append((call, count, name, interception)) }
  }

  func disarm() { state.withLock { $0.armed = [] } }

  func spring(_ call: SimulatedKafka.Call) -> SimulatedKafka.Interception {
    state.withLock { state in
      for index in state.armed.indices where state.armed[index].call == call {
        state.armed[index].left -= 1
        guard state.armed[index].left == 0 else { continue }
        let armed = state.armed.remove(at: index)
        state.sprung.append(armed.name)
        return armed.interception
      }
      return .pass
    }
  }

  /// The names of those that were sprung since the last call.
  func takeSprung() -> [String] {
    state.withLock { state in
      defer { state.sprung = [] }
      return state.sprung
    }
  }
}
