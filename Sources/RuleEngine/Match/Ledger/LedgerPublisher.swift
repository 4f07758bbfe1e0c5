internal import EventModel
internal import RuleLanguage

/// Writes the records of the violations of a key: revisions, corrections, and what rules on this rule see.
struct LedgerPublisher {
  let plan: RulePlan
  let moment: Moment

  func say(_ entry: inout LedgerEntry, _ verdict: Verdict) {
    var publication = Publication(
      revision: (entry.publication?.revision ?? 0) + 1, verdict: verdict, suppressed: entry.suppressed,
      hasSettled: entry.publication?.hasSettled ?? false)
    let wasSettled = publication.hasSettled
    if verdict.settled, verdict.state != .withdrawn { publication.hasSettled = true }
    let wasWithdrawn = entry.publication?.verdict.state == .withdrawn
    entry.publication = publication
    entry.isReworded = false
    moment.effects.counters.said(plan.name(of: entry.violation.published), verdict.state)

    let key = KeyPlan.values(moment.key.bytes)
    if let topic = plan.topic(.violations) {
      let record = ViolationRecord(entry: entry, publication: publication, key: key, clock: moment.clock.time)
      moment.effects.publish(record.output(plan, topic: topic), slot: moment.slot)
    }
    if publication.hasSettled, !wasSettled {
      correct(entry, isRevoked: false)
      if let event = entry.violation.content.event {
        moment.effects.tell(
          VerdictEvent(
            name: plan.name(of: entry.violation.published), id: entry.violation.id, slot: moment.slot, at: entry.violation.at,
            content: event))
      }
    } else if verdict.state == .withdrawn, wasSettled, !wasWithdrawn {
      correct(entry, isRevoked: true)
    }
  }

  private func correct(_ entry: LedgerEntry, isRevoked: Bool) {
    guard plan.rule.notes.mode == .active else { return }
    for correction in entry.violation.content.corrections {
      let record = CorrectionRecord(violation: entry.violation, correction: correction, isRevoked: isRevoked)
      moment.effects.publish(record.output(plan), slot: moment.slot)
    }
  }
}
