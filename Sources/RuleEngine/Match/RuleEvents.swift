internal import EventModel
internal import RuleLanguage

/// The events of a batch that a keyed rule sees: which patterns each matches, and under which key.
struct RuleEvents {
  /// An event under one key.
  struct Seen {
    var event: Int
    /// The patterns that it matches, as bits.
    var matched: UInt16
    /// The patterns whose `where` ended in an error for it.
    var unsure: UInt16
  }

  /// Calls `body` with each event that matches one of the patterns, or ended in an error there, in the order of reading, and its key.
  /// Events without key are counted.
  static func forEach(_ patterns: [Int], _ plan: RulePlan, _ step: Step, _ effects: PendingEffects, _ body: (Seen, [UInt8]) -> Void) {
    for seen in merged(patterns, plan, step) {
      var keys: [(key: [UInt8], seen: Seen)] = []
      for pattern in patterns {
        let bit = UInt16(1) << UInt16(pattern)
        guard (seen.matched | seen.unsure) & bit != 0 else { continue }
        var row = RowWriter()
        guard plan.key.write(step.batch, seen.event, plan, pattern: pattern, to: &row) else {
          effects.counters.rules[plan.rule.name, default: .init()].withoutKey += 1
          continue
        }
        if let known = keys.firstIndex(where: { $0.key == row.bytes }) {
          keys[known].seen.matched |= seen.matched & bit
          keys[known].seen.unsure |= seen.unsure & bit
        } else {
          keys.append((row.bytes, Seen(event: seen.event, matched: seen.matched & bit, unsure: seen.unsure & bit)))
        }
      }
      for (key, seen) in keys { body(seen, key) }
    }
  }

  private static func merged(_ patterns: [Int], _ plan: RulePlan, _ step: Step) -> [Seen] {
    var all: [Int: Seen] = [:]
    for pattern in patterns {
      let bit = UInt16(1) << UInt16(pattern)
      for event in step.batch.matches(rule: plan.index, pattern: pattern) {
        all[event, default: Seen(event: event, matched: 0, unsure: 0)].matched |= bit
      }
      for event in step.batch.undetermined(rule: plan.index, pattern: pattern) {
        all[event, default: Seen(event: event, matched: 0, unsure: 0)].unsure |= bit
      }
    }
    return all.values.sorted { $0.event < $1.event }
  }
}
