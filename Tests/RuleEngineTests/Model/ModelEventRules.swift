import TestKit

/// Rules that begin at an event.
extension ModelRules {
  mutating func guardText(_ alias: String) -> String {
    random.pick(["", "", " where \(alias).n > 2", " where has(\(alias).extra)", " where \(alias).n != 1 && \(alias).amount <= 3.00"])
  }

  mutating func severity() -> String {
    "  severity \(random.pick(["low", "high when exposure > 2, else low", "critical when exposure > 4, high when currency == \"EUR\", else low"]))"
  }

  private mutating func violation(_ more: String = "") -> String {
    "  violation \"{id} n {p.n} amount {p.amount}\(more)\" \(random.pick(["exposure p.amount", "{ exposure: p.amount, expected: 3, actual: p.n, seen: p.?extra }"]))"
  }

  mutating func condition() -> [String] {
    var tests = ["p.amount > level", "has(p.extra) && p.extra == \"u\"", "p.n * 2 >= 6 || p.amount == 1.5", "p.n in [1, 3]"]
    if sometimes(.lookup, 0.5) {
      tests = [
        "t.get(p.id).v > p.n", "t.find(p.id).optMap(r, r.v == p.n).orValue(true)", "!t.find(p.id).hasValue()", "p.amount > t.get(p.id).w",
      ]
    }
    return [
      "  by id", "  on \(random.pick(Self.kinds + ["a.x or b.z", "b"])) as p\(guardText("p"))", "  when \(random.pick(tests))", severity(),
      violation(),
    ]
  }

  /// A pattern that others are looked for by, with a `where` that may read A.
  private mutating func other(_ alias: String, than on: String) -> String {
    let pattern = random.pick(Self.kinds + ["a.x or b.z", "b.x or b.z", on])
    guard random.chance(0.4) else { return "\(pattern) as \(alias)" }
    return "\(pattern) as \(alias) where \(random.pick(["\(alias).n == p.n", "\(alias).n > 1", "\(alias).amount >= p.amount"]))"
  }

  private mutating func reach(_ directions: [String]) -> String {
    switch random.whole(0...9) {
    case 0: "within reach"
    case 1 where has(.counting): "within \(span([4, 6, 10])) counting desk"
    case 2, 3: has(.due) ? "due p.due at most \(span([8, 12]))" : "within \(span([6, 10]))"
    default: "within \(span([6, 10, 16]))\(random.pick(directions))"
    }
  }

  mutating func obligation() -> [String] {
    let on = random.pick(Self.kinds)
    let reach = reach(["", "", " before", " around"])
    var lines = ["  by id", "  on \(on) as p\(reach.hasPrefix("due") ? random.pick(["", " where has(p.due)"]) : guardText("p"))"]
    lines.append("  expect \(other("e", than: on)) \(reach)")
    if random.chance(0.5) { lines.append("  unless \(random.pick(Self.kinds))") }
    if random.chance(0.2) { lines.append("  remember \(span([4, 30]))") }
    return lines + [severity(), violation()]
  }

  mutating func prohibition() -> [String] {
    let on = random.pick(Self.kinds)
    let reach = reach(["", "", " before", " around"])
    var lines = ["  by id", "  on \(on) as p\(reach.hasPrefix("due") ? "" : guardText("p"))", "  forbid \(other("f", than: on)) \(reach)"]
    if random.chance(0.5) { lines.append("  unless \(other("u", than: on))") }
    return lines + [severity(), violation(", then {f.n}")]
  }

  mutating func chain() -> [String] {
    let on = random.pick(Self.kinds)
    var lines = ["  by id", "  on \(on) as p\(guardText("p"))"]
    for step in 1...random.whole(1...2) {
      lines.append("  then \(other("s\(step)", than: on)) within \(span([6, 10, 24]))")
      if random.chance(0.3) { lines[lines.count - 1] += " unless \(random.pick(Self.kinds))" }
    }
    lines.append("  forbid \(other("f", than: on)) within \(span([6, 10, 24]))")
    if random.chance(0.4) { lines[lines.count - 1] += " unless \(random.pick(Self.kinds)) as u where u.n != f.n" }
    return lines + [severity(), violation(", then {s1.n} and {f.n}")]
  }

  mutating func join(_ count: Int) -> [String] {
    let on = random.pick(Self.kinds)
    var lines = ["  by id", "  on \(on) as p\(guardText("p"))"]
    var conditions: [String] = []
    for alias in ["j", "k", "l"].prefix(count) {
      let quantifier = random.pick(["", "first ", "last ", "all ", "all "])
      let direction = random.pick(["before", "after", "around"])
      lines.append("  with \(quantifier)\(other(alias, than: on)) within \(span([6, 10])) \(direction)")
      if quantifier == "all " {
        conditions.append(
          random.pick([
            "count(\(alias)) >= 2", "count(\(alias)) == 0", "sum(\(alias).amount) > p.amount", "avg(\(alias).n) > 1.5",
            "max(\(alias).n) > 2", "sum(\(alias).n) != p.n",
          ]))
      } else {
        conditions.append(random.pick(["\(alias).n > p.n", "\(alias).amount > p.amount", "\(alias).n != 2", "p.n + \(alias).n >= 3"]))
      }
    }
    if sometimes(.lookup, 0.2) { conditions.append("t.find(p.id).hasValue()") }
    lines.append("  when \(conditions.joined(separator: random.pick([" && ", " || "])))")
    return lines + [severity(), violation()]
  }

  mutating func lifecycle() -> [String] {
    let stays = (0..<3).map { _ in random.chance(0.6) ? " within \(span([4, 8, 12]))" : "" }
    let drawn: [[String]] = [
      ["s1 -> s2, s3\(stays[0])", "s2 -> s3\(stays[1])", "s3 -> s4, s1\(stays[2])", "start s1", "end s4"],
      ["s1 -> s2\(stays[0])", "s2 -> s3, s2\(stays[1])", "s3 -> s4\(stays[2])", "end s4"],
      ["s1 -> s3, s4\(stays[0])", "s2 -> s3\(stays[1])", "s3 -> s4, s2\(stays[2])", "start s2", "end s4"],
    ]
    let states = [["a.x", "a.y", "b.x", "b.z"], ["b.x", "a.y", "b.z", "a.x"]]
    var lines = ["  by id", "  on a, b"]
    let kinds = random.pick(states)
    for (number, kind) in kinds.enumerated() { lines.append("  state s\(number + 1) = \(kind)") }
    var arrows = random.pick(drawn)
    let end = arrows.removeLast()
    lines += arrows.map { "  \($0)" } + ["  \(end) retain \(span([10, 30, 400]))"]
    if random.chance(0.2) { lines.append("  remember \(span([30, 200]))") }
    return lines + ["  violation \"{id} went from {from} to {to}\""]
  }
}
