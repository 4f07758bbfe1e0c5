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
    /// By rule: keys that it remembers, and the bytes of memory that they take.
    var footprints: [String: (keys: Int, bytes: Int)] = [:]
    fileprivate var measuredAt: Duration?
  }
  /// All keys are looked at for it.
  private static let betweenMeasurements = Duration.seconds(15)
  private let contents = Mutex(Contents())
  private let clock: any WorkerClock

  init(_ clock: any WorkerClock = SystemClock()) { self.clock = clock }

  var current: Contents { contents.withLock { $0 } }

  /// Called on the shard's thread.
  func take(_ processor: any RecordProcessor) {
    guard let engine = processor as? Engine else { return }
    let clocks = Dictionary(engine.ruleClocks.map { ($0.rule, $0.clock) }) { min($0, $1) }
    let counters = engine.counters
    let now = clock.uptime
    let isDue = contents.withLock { $0.measuredAt.map { now - $0 >= Self.betweenMeasurements } ?? true }
    let footprints =
      isDue ? Dictionary(engine.footprints.map { ($0.rule, ($0.keys, $0.bytes)) }) { ($0.0 + $1.0, $0.1 + $1.1) } : nil
    contents.withLock { contents in
      (contents.counters, contents.clocks) = (counters, clocks)
      if let footprints { (contents.footprints, contents.measuredAt) = (footprints, now) }
    }
  }
}
