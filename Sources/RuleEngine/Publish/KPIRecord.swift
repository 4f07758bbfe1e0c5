internal import EventModel
internal import RuleLanguage

/// A revision of a KPI's value for one window, as it is published (interfaces.md, records).
struct KPIRecord {
  var key: [Value]
  var start: EventTime
  var end: EventTime
  var revision: UInt32
  var isFinal: Bool
  var isPartial: Bool
  /// nil: there is none (language.md 18.2).
  var value: Value?
  var events: Int
  /// nil: it has none, or its value cannot be told.
  var target: Target?
  var clock: EventTime

  /// What is good; `isMet` is nil while it is undecided.
  struct Target {
    var sign: String
    var value: Value
    var isMet: Bool?
  }

  func output(_ plan: RulePlan, topic: OutputRecord.Topic) -> OutputRecord {
    let key = plan.published(key)
    var json = JSONWriter()
    json.object {
      $0.member("kpi", plan.rule.name)
      $0.key("key")
      $0.object { for (name, value) in zip(plan.keyNames, key) { $0.writeKeyMember(name, value) } }
      $0.key("window")
      $0.object {
        $0.member("start", start.rfc3339)
        $0.member("end", end.rfc3339)
      }
      $0.member("epoch", 0)
      $0.member("revision", revision)
      $0.member("final", isFinal)
      $0.member("partial", isPartial)
      if let value { $0.member("value", value) }
      $0.member("events", events)
      if let target {
        $0.key("target")
        $0.object {
          $0.member("op", target.sign)
          $0.member("value", target.value)
          if let isMet = target.isMet { $0.member("met", isMet) }
        }
      }
      plan.writePlacement(to: &$0)
      plan.writeOrigin(clock: clock, to: &$0)
    }
    var recordKey = JSONWriter()
    recordKey.array {
      $0.write(plan.rule.stableName)
      if let region = plan.ownerRegion { $0.write(region) } else { $0.null() }
      $0.writeKey(key)
      $0.write(start.rfc3339)
    }
    let id = Identity.hash(of: recordKey.bytes)
    return OutputRecord(
      topic: topic, key: recordKey.bytes, value: json.bytes,
      headers: plan.headers(id: "\(id)/0.\(revision)", type: "tenet.kpi", time: end))
  }
}
