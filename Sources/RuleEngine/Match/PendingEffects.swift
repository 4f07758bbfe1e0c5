internal import EventModel
internal import RuleLanguage

/// What came together since the last drain, and what is counted on the way.
final class PendingEffects {
  /// By slot, in the order of publication.
  private(set) var outputs: [[OutputRecord]]
  /// About how many bytes the outputs have.
  private(set) var bytes = 0
  /// By event of the batch: the rules that missed it, since it came too late.
  private(set) var missed: [Int: [String]] = [:]
  /// Settled violations that rules on their rules are to see.
  private(set) var verdicts: [VerdictEvent] = []
  var counters = EngineCounters()
  /// By rule, the last verdicts that could not be given.
  private(set) var undetermined: [String: [Undetermined]] = [:]
  private let maxSamples: Int
  /// Events that counted, by stream and kind.
  private(set) var events: [[Int]]

  private let maxBytes: Int

  init(slots: Int, streams: [CheckedStream], maxBytes: Int, maxSamples: Int) {
    self.maxBytes = maxBytes
    self.maxSamples = maxSamples
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

  /// A verdict cannot be given: it is counted, and shown as a sample.
  func undetermined(_ plan: RulePlan, _ reason: UndeterminedReason, of published: PublishedRule = .own, key: [UInt8], at: Int64) {
    let name = plan.name(of: published)
    counters.undetermined(name, reason.rawValue)
    var samples = undetermined.removeValue(forKey: name) ?? []
    if samples.count >= maxSamples { samples.removeFirst() }
    let parts = plan.published(KeyPlan.values(key))
    samples.append(
      Undetermined(
        rule: name, reason: reason.rawValue, key: Array(zip(plan.keyNames, parts)).map { (name: $0, value: $1) },
        at: EventTime(microseconds: at)))
    undetermined[name] = samples
  }

  func tell(_ verdict: VerdictEvent) { verdicts.append(verdict) }

  /// What was told since the last call, in that order.
  func takeVerdicts() -> [VerdictEvent] {
    defer { verdicts.removeAll() }
    return verdicts
  }

  /// Counts the events of a batch by kind.
  func count(_ batch: EventBatch) {
    for event in batch.events { events[event.stream][event.kind] += 1 }
  }

  /// The rule missed the event. Violations of other rules have no letters.
  func miss(_ event: Int, rule: String, hasLetter: Bool) {
    counters.rules[rule, default: .init()].missed += 1
    guard hasLetter else { return }
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
