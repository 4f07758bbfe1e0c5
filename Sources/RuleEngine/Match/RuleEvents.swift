internal import EventModel
internal import RuleLanguage

/// The events of a batch that a keyed rule sees: which patterns each matches, and under which key.
enum RuleEvents {
  /// Calls `body` with each event that matches one of the patterns, or ended in an error there, in the order of reading, once for each
  /// of its keys. Events without key are counted.
  static func forEach(_ patterns: [Int], _ plan: RulePlan, _ step: Step, _ effects: PendingEffects, _ body: (SeenEvent) -> Void) {
    var keys: [SeenEvent] = []
    for (event, matched, unsure) in merged(patterns, plan, step) {
      keys.removeAll(keepingCapacity: true)
      for pattern in patterns {
        let bit = UInt16(1) << UInt16(pattern)
        guard (matched | unsure) & bit != 0 else { continue }
        var row = RowWriter()
        guard plan.key.write(step.batch, event, plan, pattern: pattern, to: &row) else {
          effects.counters.rules[plan.rule.name, default: .init()].withoutKey += 1
          continue
        }
        if let known = keys.firstIndex(where: { $0.key == row.bytes }) {
          keys[known].matched |= matched & bit
          keys[known].unsure |= unsure & bit
        } else {
          keys.append(
            SeenEvent(
              event: event, ref: plan.ref(step, event), key: row.bytes, matched: matched & bit, unsure: unsure & bit,
              isTooLate: step.isTooLate(event, lateness: plan.lateness)))
        }
      }
      for seen in keys { body(seen) }
    }
  }

  private typealias Match = (event: Int, matched: UInt16, unsure: UInt16)

  private static func merged(_ patterns: [Int], _ plan: RulePlan, _ step: Step) -> [Match] {
    var all: [Match] = []
    for pattern in patterns {
      let bit = UInt16(1) << UInt16(pattern)
      all += step.batch.matches(rule: plan.index, pattern: pattern).map { ($0, bit, 0) }
      all += step.batch.undetermined(rule: plan.index, pattern: pattern).map { ($0, 0, bit) }
    }
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
