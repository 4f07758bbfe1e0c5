internal import EventModel
internal import RuleLanguage

/// A revision of a violation, as it is published (interfaces.md, records).
struct ViolationRecord {
  var entry: LedgerEntry
  var publication: Publication
  /// The key's typed parts.
  var key: [Value]
  /// The rule's clock: all inputs dated before it are known.
  var clock: EventTime

  func output(_ plan: RulePlan, topic: OutputRecord.Topic) -> OutputRecord {
    let verdict = publication.verdict
    let (violation, content) = (entry.violation, entry.violation.content)
    let at = EventTime(microseconds: violation.at)
    let key = plan.published(key)
    var json = JSONWriter()
    json.object {
      $0.member("id", violation.id)
      $0.member("epoch", 0)
      $0.member("revision", publication.revision)
      $0.member("state", verdict.state.name)
      $0.member("settled", verdict.settled)
      if let reason = verdict.reason { $0.member("reason", reason.name) }
      $0.member("rule", plan.name(of: violation.published))
      $0.member("pattern", plan.patternName(of: violation.published))
      $0.member("severity", content.severity.rawValue)
      plan.writeNotes(to: &$0)
      $0.key("key")
      $0.object { for (name, value) in zip(plan.keyNames, key) { $0.writeKeyMember(name, value) } }
      $0.member("at", at.rfc3339)
      $0.raw(content.members)
      $0.member("suppressed", publication.suppressed)
      $0.member("replaces", entry.replaces)
      $0.member("replaced_by", entry.replacedBy)
      plan.writeOrigin(clock: clock, to: &$0)
    }
    var recordKey = JSONWriter()
    recordKey.writeKey(key)
    let headers = plan.headers(
      id: "\(violation.id)/0.\(publication.revision)", type: "tenet.violation.\(verdict.state.name)", of: violation.published,
      time: at, traceparent: violation.traceparent)
    return OutputRecord(topic: topic, key: recordKey.bytes, value: json.bytes, headers: headers)
  }
}

extension JSONWriter {
  /// A part of the key as a member: in `key` decimals have no trailing zeros.
  mutating func writeKeyMember(_ name: String, _ value: Value) {
    if case .decimal(let decimal) = value { member(name, .decimal(decimal.normalized)) } else { member(name, value) }
  }
}
