internal import EventModel
internal import RuleLanguage

/// Why a violation is in the state that it is in, in sentences (language.md 8).
extension ViolationAccount {
  var reasons: [String] {
    var words = [state]
    if let settled { words.append(settled) }
    let replaced = (last["replaced_by"]?.elements ?? []).compactMap(\.text)
    if !replaced.isEmpty { words.append("It stands as \(replaced.map { "`\($0)`" }.joined(separator: ", ")) now.") }
    let replaces = (last["replaces"]?.elements ?? []).compactMap(\.text)
    if !replaces.isEmpty { words.append("It stands for \(replaces.map { "`\($0)`" }.joined(separator: ", ")), which was said before.") }
    return words
  }

  private var clock: String { last["clock"]?.text ?? "" }

  private func came(_ roles: [String]) -> String {
    let late = witnesses.last { roles.contains($0.record["role"]?.text ?? "") }
    guard let late, let time = late.record["at"]?.text.flatMap({ EventTime(rfc3339: $0) }) else { return "an event came" }
    let behind = Duration.microseconds(max(0, time.microseconds - at.microseconds))
    return "`\(late.name)` came at \(time.rfc3339), \(behind.ruleText) after \(at.rfc3339)"
  }

  private var state: String {
    switch (last["state"]?.text, last["reason"]?.text) {
    case ("resolved", "late"?): return "It is resolved: \(came(["expect", "to"]))."
    case ("resolved", "excused"?): return "It is resolved: what excuses it came: \(came(["unless"]))."
    case ("resolved", "false again"?): return "It is resolved: the condition became false again by \(clock)."
    case ("resolved", "target met"?): return "It is resolved: a window after it met the target."
    case ("resolved", let reason): return "It is resolved: \(reason ?? "")."
    case ("withdrawn", "moved"?): return "It is withdrawn: late evidence moved the instant by which it is named."
    case ("withdrawn", _):
      return "It is withdrawn: an event that was read after it had been said, and that is dated in time, says that it was never violated."
    default: return open
    }
  }

  private var open: String {
    switch rule.form {
    case .obligation:
      return
        "It is open: the rule's clock, \(clock), has passed \(at.rfc3339), so all that is dated before is known; and nothing that counts was dated in the span."
    case .lifecycle where last["pattern"]?.text == "overdue":
      return "It is open: the rule's clock, \(clock), has passed \(at.rfc3339), and the state was not left."
    case .lifecycle: return "It is open: no arrow leads from the one state to the other."
    case .limit: return "It is open: the condition became true at \(at.rfc3339), and is not known to have become false again."
    case .kpi: return "It is open: the window's value does not meet the target."
    case .condition: return "It is open: the condition is true of the event, which no other event changes."
    case .prohibition, .join: return "It is open: the events of its evidence stand together."
    }
  }

  private var settled: String? {
    guard case .bool(let isSettled)? = last["settled"] else { return nil }
    let lateness = program.lateness(of: rule).ruleText
    return isSettled
      ? "It is settled: the rule's clock has passed its time by \(lateness) (`lateness`), and no event that is in time undoes it."
      : "It is not settled: an event that is up to \(lateness) late (`lateness`) may still change it."
  }
}
