internal import EventModel

/// What two sets of rules say otherwise of the same events: of what stands in the end, by id.
struct StandingDifference {
  enum Change {
    /// Only the one side says it: that of `--rules`, or that of `--against`.
    case only(StandingResult.Entry, isOfRules: Bool)
    /// Both say it; the members that are not the same, in the order of the records.
    case otherwise(StandingResult.Entry, against: StandingResult.Entry, members: [String])
  }

  struct Count {
    var same = 0
    var otherwise = 0
    var onlyRules = 0
    var onlyAgainst = 0
  }

  /// In the order of what stands.
  private(set) var changes: [Change] = []
  /// By rule or KPI.
  private(set) var counts: [String: Count] = [:]

  /// They depend on when something was computed and by what, or on what was said in between.
  private static let left: Set<String> = ["clock", "rules", "engine", "revision", "epoch"]

  init(_ rules: StandingResult, against: StandingResult) {
    let all = rules.entries + against.entries.filter { rules[$0.identity] == nil }
    for entry in StandingResult.sorted(all) {
      switch (rules[entry.identity], against[entry.identity]) {
      case (let one?, let other?):
        let members = Self.members(one.record, other.record)
        counts[one.name, default: Count()].same += members.isEmpty ? 1 : 0
        counts[one.name, default: Count()].otherwise += members.isEmpty ? 0 : 1
        if !members.isEmpty { changes.append(.otherwise(one, against: other, members: members)) }
      case (_?, nil):
        counts[entry.name, default: Count()].onlyRules += 1
        changes.append(.only(entry, isOfRules: true))
      case (nil, _):
        counts[entry.name, default: Count()].onlyAgainst += 1
        changes.append(.only(entry, isOfRules: false))
      }
    }
  }

  /// The members of two records that differ, absent ones included.
  private static func members(_ one: JSONValue, _ other: JSONValue) -> [String] {
    var names = (one.members ?? []).map(\.key)
    names += (other.members ?? []).map(\.key).filter { !names.contains($0) }
    return names.filter { !left.contains($0) && one[$0] != other[$0] }
  }
}

/// What `tenet replay --against` prints.
struct DifferenceReport {
  let difference: StandingDifference
  /// As the call named them.
  let rules: String
  let against: String

  var text: String {
    var text = ""
    if !difference.changes.isEmpty { text += "--- \(rules)\n+++ \(against)\n" }
    for change in difference.changes {
      switch change {
      case .only(let entry, let isOfRules): text += "\(isOfRules ? "-" : "+") \(Self.line(entry.record))\n"
      case .otherwise(let one, let other, let members):
        text += "~ \(Self.line(one.record))\n"
        for member in members {
          text += "    \(member): \(Self.shown(one.record[member])) → \(Self.shown(other.record[member]))\n"
        }
      }
    }
    let rows = difference.counts.sorted { $0.key < $1.key }.map { name, count in
      [name, "\(count.same)", "\(count.otherwise)", "\(count.onlyRules)", "\(count.onlyAgainst)"]
    }
    return (text.isEmpty ? "" : text + "\n") + TextTable([["rule", "same", "otherwise", "only -", "only +"]] + rows, numbersFrom: 1).text
  }

  /// A line each, and last the summary.
  var json: String {
    var lines = ""
    for change in difference.changes {
      var json = JSONWriter()
      json.object {
        switch change {
        case .only(let entry, let isOfRules):
          $0.member("only", isOfRules ? "rules" : "against")
          $0.key("record")
          $0.write(entry.record)
        case .otherwise(let one, let other, let members):
          $0.member("otherwise", members)
          $0.key("rules")
          $0.write(one.record)
          $0.key("against")
          $0.write(other.record)
        }
      }
      lines += json.text + "\n"
    }
    var json = JSONWriter()
    json.object {
      $0.key("summary")
      $0.array { array in
        for (name, count) in difference.counts.sorted(by: { $0.key < $1.key }) {
          array.object {
            $0.member("rule", name)
            $0.member("same", count.same)
            $0.member("otherwise", count.otherwise)
            $0.member("only_rules", count.onlyRules)
            $0.member("only_against", count.onlyAgainst)
          }
        }
      }
    }
    return lines + json.text + "\n"
  }

  /// A violation or value on one line.
  private static func line(_ record: JSONValue) -> String {
    let key = (record["key"]?.members ?? []).map { "\($0.key): \($0.value.plain)" }.joined(separator: ", ")
    if let kpi = record["kpi"] {
      return "\(kpi.plain)  \(record["window"]?["start"]?.plain ?? "")  { \(key) }  \(record["value"]?.plain ?? "no value")"
    }
    let parts = ["rule", "state", "at"].map { record[$0]?.plain ?? "" }
    return parts.joined(separator: "  ") + "  { \(key) }  \(record["message"]?.plain ?? "")"
  }

  private static func shown(_ value: JSONValue?) -> String { value.map(\.plain) ?? "–" }
}
