import TestKit

/// A rule of a world, a clause a line, so that one can be left out.
struct ModelRule {
  var name: String
  var form: ModelForm
  /// The first opens the braces, the last closes them.
  var lines: [String]

  var text: String { lines.joined(separator: "\n") + "\n" }
}

/// Writes random rules of the forms that are allowed.
struct ModelRules {
  let forms: Set<ModelForm>
  let streams: ModelStreams
  var random: TestRandom

  static let kinds = ["a.x", "a.y", "b.x", "b.z"]

  init(_ forms: Set<ModelForm>, _ streams: ModelStreams, seed: UInt64) {
    (self.forms, self.streams, random) = (forms, streams, TestRandom(seed: seed))
  }

  mutating func rules() -> [ModelRule] {
    let whole = ModelForm.whole.filter { forms.contains($0) }
    var rules = (1...3).map { rule($0, random.pick(whole)) }
    if forms.contains(.onRules), random.chance(0.35), let (upper, below) = above(rules, 4) {
      if sometimes(.quiet) { rules[below].lines.insert("  mode quiet", at: rules[below].lines.count - 1) }
      rules.append(upper)
    }
    return rules
  }

  func has(_ form: ModelForm) -> Bool { forms.contains(form) }
  mutating func sometimes(_ form: ModelForm, _ chance: Double = 0.3) -> Bool { forms.contains(form) && random.chance(chance) }
  mutating func span(_ ticks: [Int]) -> String { streams.span(random.pick(ticks)) }

  mutating func rule(_ number: Int, _ form: ModelForm) -> ModelRule {
    let name = "r\(number)\(form == .lifecycle ? "" : ".")\(form.rawValue)"
    let body =
      switch form {
      case .condition: condition()
      case .obligation: obligation()
      case .prohibition: prohibition()
      case .chain: chain()
      case .join: join(1)
      case .joins: join(random.whole(2...3))
      case .sliding, .tumblingLimit, .calendarLimit, .all: limit(form)
      case .lifecycle: lifecycle()
      default: measure(form)
      }
    let keyword = form == .lifecycle ? "lifecycle" : [.tumbling, .hopping, .session, .calendar].contains(form) ? "kpi" : "rule"
    let judges = keyword != "kpi" || body.contains { $0.contains("target ") }
    return ModelRule(name: name, form: form, lines: ["\(keyword) \(name) {"] + body + notes(name, body, judges) + ["}"])
  }

  /// Notes that decide what stands.
  private mutating func notes(_ name: String, _ body: [String], _ judges: Bool) -> [String] {
    var lines: [String] = []
    if random.chance(0.06) { lines.append("  mode shadow") }
    if sometimes(.global, 0.1), !body.contains(where: { $0.contains("level") }) {
      lines.append("  scope global")
    } else if sometimes(.local, 0.1) {
      lines.append("  scope local")
    }
    if sometimes(.effective, 0.15) {
      lines.append(
        "  effective \(random.pick(["2026-01-05 to 2026-01-05", "2026-01-05 to 2026-03-28", "2026-03-29 to 2026-10-24"])) in \"\(ModelStreams.zone)\""
      )
    }
    if judges, sometimes(.suppress) { lines.append("  suppress \(span([4, 10, 40]))") }
    if sometimes(.was, 0.1) { lines.append("  was \"old.\(name)\"") }
    if judges, body[0].hasPrefix("  by id"), sometimes(.correct) {
      let knows = body.contains { $0.contains("as p") } && !body.contains { $0.contains("over ") }
      lines.append(
        "  correct c.fix { id: id, \(knows ? "n: p.n, amount: p.amount + 1" : "n: 1") }\(random.pick(["", knows ? " when p.n > 1" : " when id != \"k1\""]))"
      )
    }
    return lines
  }

  /// A rule on the violations of one of the others.
  private mutating func above(_ rules: [ModelRule], _ number: Int) -> (rule: ModelRule, below: Int)? {
    let below = rules.indices.filter { index in
      let rule = rules[index]
      return rule.lines[1].hasPrefix("  by id") && !rule.lines[1].contains(",") && !rule.lines.contains("  mode shadow")
        && (!rule.lines[0].hasPrefix("kpi") || rule.lines.contains { $0.contains("target ") })
    }
    guard !below.isEmpty else { return nil }
    let index = random.pick(below)
    let rule = rules[index]
    let name = rule.form == .lifecycle ? "\(rule.name).\(random.pick(["overdue", "illegal_transition"]))" : rule.name
    var lines = ["rule r\(number).above {", "  by id", "  on \(name) as v"]
    switch random.whole(0...3) {
    case 0: lines += ["  when v.severity != \"info\""]
    case 1 where has(.join):
      lines += [
        "  with all \(random.pick(Self.kinds)) as d within \(span([4, 10])) \(random.pick(["before", "after"]))", "  when count(d) >= 1",
      ]
    case 2 where has(.obligation): lines += ["  expect \(random.pick(Self.kinds)) within \(span([4, 8]))"]
    default: lines += ["  over sliding \(span([10, 20]))", "  when count() >= 2"]
    }
    return (ModelRule(name: "r\(number).above", form: .onRules, lines: lines + ["  violation \"again {id}\"", "}"]), index)
  }
}
