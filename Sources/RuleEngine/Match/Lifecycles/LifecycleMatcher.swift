internal import EventModel
internal import RuleLanguage

/// `lifecycle NAME { … }`: entities go from state to state, along arrows, and stay no longer than they may (language.md 17).
final class LifecycleMatcher: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<LifecycleState>
  private let lifecycle: LifecyclePlan

  init(_ lifecycle: LifecyclePlan, program: CheckedProgram) {
    self.lifecycle = lifecycle
    plan = lifecycle.rule
    patterns = Array(plan.rule.patterns.indices)
    slots = SlotTables(lifecycle, identity: StateIdentity(plan, program: program, kept: lifecycle.kept.paths), plan: plan)
  }

  /// A move of an entity that is kept counts (language.md 17.6).
  func admitsTooLate(_ seen: SeenEvent) -> Bool { true }

  func take(_ seen: SeenEvent, into table: KeyedTable<LifecycleState>, _ step: Step) -> Int? {
    guard seen.matched != 0 else {
      if !seen.isTooLate {
        step.effects.undetermined(plan, .error, of: .illegalTransition, key: seen.key, at: seen.ref.time.microseconds)
      }
      return nil
    }
    let move = LifecycleMove(seen, step, lifecycle)
    guard seen.isTooLate else {
      let entry = table.entry(of: seen.key, seen.hash)
      table.update(entry) { $0.insert(move, lifecycle) }
      return entry
    }
    let earliest = RuleClock(step, lateness: plan.lateness).floor - lifecycle.remember
    let entry = table.existing(seen.key, seen.hash)
    switch entry.map({ table.update($0) { $0.insertLate(move, after: earliest, lifecycle) } }) ?? .missed {
    case .taken: return entry
    case .duplicate: step.effects.counters.rules[plan.rule.name, default: .init()].duplicates += 1
    case .missed: step.effects.miss(seen.event, rule: plan.rule.name, hasLetter: !step.isOfVerdicts)
    }
    return nil
  }

  func doubt(_ state: inout LifecycleState, from instant: Int64, _ clock: RuleClock) { state.doubt() }

  func look(at state: inout LifecycleState, _ moment: Moment) { state.look(lifecycle, moment) }
}
