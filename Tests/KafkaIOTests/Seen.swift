import StreamRuntime
import Synchronization

/// What callbacks of other threads saw, in order.
final class Seen<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  var all: [Value] { values.withLock { $0 } }
  func add(_ value: Value) { values.withLock { $0.append(value) } }
}

/// The fault that a call ends with; nil: it went well.
func fault(_ call: () throws(KafkaFault) -> Void) -> KafkaFault? {
  do {
    try call()
    return nil
  } catch {
    return error
  }
}
