internal import EventModel
internal import RuleEngine

/// What `tenet plan` prints.
struct StatePlanReport {
  let plan: StatePlan

  private enum State: String, CaseIterable { case kept, new, dropped }

  private static func state(_ entry: StatePlan.Entry) -> State {
    switch entry.fate {
    case .kept: .kept
    case .new: .new
    case .dropped: .dropped
    }
  }

  /// A line a rule, and last how many of each there are.
  var text: String {
    let rows = plan.entries.map { [Self.state($0).rawValue, $0.name, Self.words($0)] }
    let counts = State.allCases.map { state in "\(plan.entries.count { Self.state($0) == state }) \(state.rawValue)" }
    return TextTable(rows).text + counts.joined(separator: ", ") + "\n"
  }

  private static func words(_ entry: StatePlan.Entry) -> String {
    var words: [String] = []
    if let former = entry.formerName { words.append("`\(former)` until now: its ids stay") }
    switch entry.fate {
    case .kept: break
    case .new(let changed) where changed.isEmpty: break
    case .new(let changed): words.append("what it remembers is dropped: \(list(changed)) changed")
    case .dropped: words.append("what it remembers is dropped: there is no such rule any more")
    }
    for (before, now) in entry.spans { words.append("\(before.ruleText) are \(now.ruleText) now") }
    switch entry.sure {
    case nil: break
    case .atOnce?: if entry.fate != .kept || !entry.spans.isEmpty { words.append("sure at once") }
    case .after(let wait)?: words.append("sure from deploy + \(wait.ruleText)")
    case .firstWindow(let wait)?: words.append("sure from the first window that begins after deploy + \(wait.ruleText)")
    }
    return words.joined(separator: "; ")
  }

  /// "its where and its key"
  private static func list(_ parts: [StatePlan.Part]) -> String {
    let names = parts.map { "its \($0.rawValue)" }
    return names.count < 2 ? names.first ?? "" : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
  }

  /// A line a rule.
  var json: String {
    plan.entries.map { entry in
      var json = JSONWriter()
      json.object {
        $0.member("rule", entry.name)
        if let former = entry.formerName { $0.member("was", former) }
        $0.member("state", Self.state(entry).rawValue)
        if case .new(let changed) = entry.fate { $0.member("changed", changed.map(\.rawValue)) }
        if !entry.spans.isEmpty {
          $0.key("spans")
          $0.array { array in
            for (before, now) in entry.spans {
              array.object {
                $0.member("before", before.ruleText)
                $0.member("now", now.ruleText)
              }
            }
          }
        }
        switch entry.sure {
        case nil: break
        case .atOnce?: $0.member("sure_after", "0s")
        case .after(let wait)?: $0.member("sure_after", wait.ruleText)
        case .firstWindow(let wait)?: $0.member("sure_from_window_after", wait.ruleText)
        }
      }
      return json.text + "\n"
    }.joined()
  }
}
