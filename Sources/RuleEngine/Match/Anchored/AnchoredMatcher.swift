internal import EventModel
internal import RuleLanguage

/// The matcher of the forms whose verdicts are each about one event.
final class AnchoredMatcher<Form: AnchoredForm>: KeyedMatcher {
  let plan: RulePlan
  let patterns: [Int]
  var slots: SlotTables<AnchoredState<Form>>
  private let form: Form
  /// The patterns that are not A's, as bits.
  private let others: PatternBits
  /// A condition takes every A, however late (language.md 5.7).
  let takesLateAnchors: Bool

  init(_ form: Form, program: CheckedProgram) {
    self.form = form
    plan = form.plan
    takesLateAnchors = if case .condition = form.plan.rule.form { true } else { false }
    patterns = Array(plan.rule.patterns.indices)
    others = patterns.reduce(0) { $1 == form.on ? $0 : $0 | 1 << PatternBits($1) }
    slots = SlotTables(form, identity: StateIdentity(plan, program: program, kept: form.kept.paths), plan: plan)
  }

  /// As anything but A it counts for the A that are kept.
  func admitsTooLate(_ seen: SeenEvent) -> Bool { takesLateAnchors || (seen.matched | seen.unsure) & others != 0 }

  func take(_ seen: SeenEvent, into table: KeyedTable<AnchoredState<Form>>, _ step: Step) -> Int? {
    let isJudged = !seen.isTooLate || takesLateAnchors
    if seen.unsure & plan.onBits != 0, isJudged {
      step.effects.undetermined(plan, .error, key: seen.key, at: seen.ref.time.microseconds)
    }
    let isAnchor = seen.matched & plan.onBits != 0 && isJudged
    let isOther = (seen.matched | seen.unsure) & others != 0
    guard isAnchor || isOther else { return nil }
    // What comes too late concerns only what is there already.
    guard let entry = seen.isTooLate && !takesLateAnchors ? table.existing(seen.key, seen.hash) : table.entry(of: seen.key, seen.hash)
    else { return nil }
    let event = form.kept.event(seen, step)
    let isTooLate = seen.isTooLate
    table.update(entry) { $0.insert(event, isAnchor: isAnchor, isOther: isOther, isTooLate: isTooLate, form) }
    return entry
  }

  func doubt(_ state: inout AnchoredState<Form>, from instant: Int64, _ clock: RuleClock) { state.doubt(from: instant, clock) }

  func look(at state: inout AnchoredState<Form>, _ moment: Moment) { state.look(form, moment) }
}
