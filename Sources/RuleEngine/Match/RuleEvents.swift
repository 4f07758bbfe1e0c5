internal import EventModel
internal import RuleLanguage

/// The events of a batch that a keyed rule sees: which patterns each matches, and under which key.
enum RuleEvents {
  /// The events that match one of the patterns, or ended in an error there, in the order of reading, once for each of their keys. Events
  /// without key are counted.
  static func seen(_ patterns: [Int], _ plan: RulePlan, _ step: Step, _ effects: PendingEffects) -> [SeenEvent] {
    var all: [SeenEvent] = []
    var withoutKey = 0
    for (event, matched, unsure) in merged(patterns, plan, step) {
      let first = all.count
      for pattern in patterns {
        let bit = PatternBits(1) << PatternBits(pattern)
        guard (matched | unsure) & bit != 0 else { continue }
        var row = RowWriter(capacity: 24)
        guard plan.key.write(step.batch, event, plan, pattern: pattern, to: &row) else {
          withoutKey += 1
          continue
        }
        if let known = all[first...].firstIndex(where: { $0.key == row.bytes }) {
          all[known].matched |= matched & bit
          all[known].unsure |= unsure & bit
        } else {
          all.append(
            SeenEvent(
              event: event, ref: plan.ref(step, event), key: row.bytes, hash: KeyHash(row.bytes),
              slot: placement(ofKey: row.bytes, among: plan.slots), matched: matched & bit, unsure: unsure & bit,
              isTooLate: step.isTooLate(event, lateness: plan.lateness)))
        }
      }
    }
    if withoutKey > 0 { effects.counters.rules[plan.rule.name, default: .init()].withoutKey += withoutKey }
    return all
  }

  private typealias Match = (event: Int, matched: PatternBits, unsure: PatternBits)

  private static func merged(_ patterns: [Int], _ plan: RulePlan, _ step: Step) -> [Match] {
    var all: [Match] = []
    for pattern in patterns {
      let bit = PatternBits(1) << PatternBits(pattern)
      all += step.batch.matches(rule: plan.index, pattern: pattern).map { ($0, bit, 0) }
      all += step.batch.undetermined(rule: plan.index, pattern: pattern).map { ($0, 0, bit) }
    }
    if patterns.count == 1, all.allSatisfy({ $0.unsure == 0 }) { return all }
    all.sort { $0.event < $1.event }
    return all.reduce(into: []) { merged, match in
      if let last = merged.indices.last, merged[last].event == match.event {
        merged[last].matched |= match.matched
        merged[last].unsure |= match.unsure
      } else {
        merged.append(match)
      }
    }
  }
}
