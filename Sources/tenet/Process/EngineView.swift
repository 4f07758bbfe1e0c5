internal import EventModel
internal import RuleEngine
internal import StreamRuntime
internal import Synchronization

/// The engine's counters and clocks as they were after the last commit, for other threads to read.
final class EngineView: Sendable {
  struct Contents: Sendable {
    var counters = EngineCounters()
    /// By rule.
    var clocks: [String: EventTime] = [:]
  }
  private let contents = Mutex(Contents())

  var current: Contents { contents.withLock { $0 } }

  /// Called on the shard's thread.
  func take(_ processor: any RecordProcessor) {
    guard let engine = processor as? Engine else { return }
    let clocks = Dictionary(engine.ruleClocks.map { ($0.rule, $0.clock) }) { min($0, $1) }
    let counters = engine.counters
    contents.withLock { $0 = Contents(counters: counters, clocks: clocks) }
  }
}
