internal import RuleLanguage

/// What came together since the last drain, and what is counted on the way.
final class PendingEffects {
  /// By slot, in the order of publication.
  private(set) var outputs: [[OutputRecord]]
  /// About how many bytes the outputs have.
  private(set) var bytes = 0
  /// By event of the batch: the rules that missed it, since it came too late.
  private(set) var missed: [Int: [String]] = [:]
  var counters = EngineCounters()
  /// Events that counted, by stream and kind.
  private(set) var events: [[Int]]

  private let maxBytes: Int

  init(slots: Int, streams: [CheckedStream], maxBytes: Int) {
    self.maxBytes = maxBytes
    outputs = Array(repeating: [], count: slots)
    events = streams.map { Array(repeating: 0, count: $0.kinds.count) }
  }

  /// No further timers fire before these were taken.
  var isFull: Bool { bytes >= maxBytes }

  func publish(_ output: OutputRecord, slot: Int) {
    bytes += (output.value?.count ?? 0) + (output.key?.count ?? 0) + 300
    outputs[slot].append(output)
  }

  func take(slot: Int) -> [OutputRecord] {
    defer { outputs[slot] = [] }
    return outputs[slot]
  }

  func forgetBytes() { bytes = 0 }

  /// Counts the events of a batch by kind.
  func count(_ batch: EventBatch) {
    for event in batch.events { events[event.stream][event.kind] += 1 }
  }

  /// The rule missed the event.
  func miss(_ event: Int, rule: String) {
    counters.rules[rule, default: .init()].missed += 1
    if missed[event]?.last != rule { missed[event, default: []].append(rule) }
  }

  /// The events that some rule missed, in the order of reading.
  func takeMissed() -> [(event: Int, rules: [String])] {
    if missed.isEmpty { return [] }
    defer { missed.removeAll() }
    counters.late += missed.count
    return missed.sorted { $0.key < $1.key }.map { (event: $0.key, rules: $0.value) }
  }
}
