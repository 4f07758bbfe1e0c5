internal import EventModel
internal import RuleLanguage

/// Says what changed of the violations of a limit for one key.
struct LimitPublisher {
  let plan: RulePlan
  let moment: Moment
  private var key: [Value] { KeyPlan.values(moment.key.bytes) }

  init(plan: RulePlan, moment: Moment) {
    self.plan = plan
    self.moment = moment
  }

  func publish(_ state: inout LimitState) {
    linkMoved(&state)
    for index in state.vanished.indices where withdraw(&state.vanished[index]) { state.isDirty = true }
    for index in state.runs.indices where !state.runs[index].isSilent {
      let verdict = state.runs[index].verdict(moment.clock, lateness: plan.lateness)
      guard verdict != state.runs[index].publication?.verdict || state.runs[index].isReworded else { continue }
      say(&state.runs[index], verdict)
      state.isDirty = true
    }
  }

  /// Late evidence may move the instant at which the condition became true: what was said then is replaced (language.md 9.2).
  private func linkMoved(_ state: inout LimitState) {
    for index in state.vanished.indices where state.vanished[index].publication?.verdict.state != .withdrawn {
      let old = state.vanished[index]
      let covering = state.runs.firstIndex { run in
        !run.isSilent && (run.holds(at: old.start) || (run.start > old.start && run.start < (old.end ?? .max)))
      }
      guard let covering else { continue }
      state.vanished[index].replacedBy = [id(state.runs[covering])]
      let oldID = id(old)
      if !state.runs[covering].replaces.contains(oldID) {
        state.runs[covering].replaces.append(oldID)
        state.runs[covering].isReworded = true
      }
    }
  }

  /// Whether there was something to say.
  private func withdraw(_ run: inout LimitRun) -> Bool {
    let settled = moment.clock.now > run.start + plan.lateness
    let verdict = Verdict(state: .withdrawn, reason: run.replacedBy.isEmpty ? .evidence : .moved, settled: settled)
    guard verdict != run.publication?.verdict else { return false }
    say(&run, verdict)
    return true
  }

  private func say(_ run: inout LimitRun, _ verdict: Verdict) {
    guard let content = run.content else { preconditionFailure("a violation that is said has content") }
    if verdict.state != .withdrawn { run.replacedBy = [] }
    let publication = Publication(revision: (run.publication?.revision ?? 0) + 1, verdict: verdict)
    run.publication = publication
    run.isReworded = false
    moment.effects.counters.said(plan.rule.name, verdict.state)
    guard let topic = plan.topic(.violations) else { return }
    let record = ViolationRecord(
      id: id(run), publication: publication, key: key, at: EventTime(microseconds: run.start), content: content,
      replaces: run.replaces, replacedBy: run.replacedBy, clock: moment.clock.time)
    moment.effects.publish(record.output(plan, topic: topic), slot: moment.slot)
  }

  private func id(_ run: LimitRun) -> String {
    plan.violationID(key: key) { $0.write(EventTime(microseconds: run.start).rfc3339) }
  }
}
