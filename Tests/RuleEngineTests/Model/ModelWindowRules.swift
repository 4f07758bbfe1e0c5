import TestKit

/// Limits and KPIs.
extension ModelRules {
  private mutating func key() -> String { random.pick(["  by id", "  by id", "  by id, n", ""]) }

  mutating func limit(_ form: ModelForm) -> [String] {
    let test = random.pick([
      "count() >= 3", "count(p) > 2 && distinct(p.n) >= 2", "sum(p.amount) > 6.00", "sum(p.n) < 3", "count() == 2",
      "max(p.amount) - min(p.amount) > 2.00", "avg(p.amount) > 2.5", "last(p.n) > first(p.n)", "sum(p.amount) > level * 2",
    ])
    let window =
      switch form {
      case .sliding: "sliding \(span([6, 10, 20]))"
      case .tumblingLimit: "tumbling \(span([10, 20]))"
      case .calendarLimit: "calendar \(random.pick(["hour", "day", "week", "month"])) in \"\(ModelStreams.zone)\""
      default: "all from \(random.pick(Self.kinds))\(random.pick(["", " once"])) retain \(span([6, 20, 60]))"
      }
    var by = key()
    if form == .all, by.isEmpty { by = "  by id" }
    return [
      by, "  on \(random.pick(Self.kinds + ["a.x or a.y", "a or b"])) as p\(guardText("p"))", "  over \(window)", "  when \(test)",
      "  violation \"{count()} of {sum(p.amount)}\" exposure sum(p.amount)", "  allow TN0701 \"windows are short here\"",
    ]
  }

  mutating func measure(_ form: ModelForm) -> [String] {
    let sparse = ["sum(p.amount)", "count()", "distinct(p.n)", "avg(p.amount)", "ratio(count(p), count())", "max(p.n)", "sum(p.n)"]
    var value = random.pick(sparse)
    let window =
      switch form {
      case .tumbling: "tumbling \(span([10, 20]))"
      case .hopping:
        random.pick(["hopping \(streams.span(20)) every \(streams.span(10))", "hopping \(streams.span(18)) every \(streams.span(6))"])
      case .session: "session gap \(span([4, 8]))\(random.pick(["", " max \(streams.span(14))"]))"
      default: "calendar \(random.pick(["hour", "day", "week", "month"])) in \"\(ModelStreams.zone)\""
      }
    var lines = [random.pick(["  by id", "  by id", "  by n", ""])]
    lines.append("  on \(random.pick(Self.kinds + ["a.x or b.z"])) as p\(guardText("p"))")
    let judges = sometimes(.target, 0.5)
    if !judges, sometimes(.percentile, 0.3) { value = "percentile(p.amount, \(random.pick(["0", "50", "95"])))" }
    let fills = form != .session && sometimes(.fill, 0.5)
    // Windows without end and without key are many: they are long.
    lines.append("  over \(fills && lines[0].isEmpty && form != .calendar ? "tumbling 12h" : window)")
    lines.append("  measure \(value)\(random.pick(["", " when count() >= 2"]))")
    lines.append("  emit every \(streams.span(4))")
    if fills { lines.append("  fill \(form == .calendar ? "26h" : span([20, 50]))") }
    guard judges else { return lines }
    let isLong = window.contains("week") || window.contains("month")
    let distance = form == .calendar ? (isLong ? "1w" : "1d") : lines[2].contains("12h") ? "12h" : streams.span(form == .hopping ? 30 : 20)
    let number = value.hasPrefix("ratio") ? "0.5" : ["avg(p.amount)", "sum(p.amount)"].contains(value) ? "3.00" : "2"
    let looksBack = form != .session && sometimes(.ago, 0.4)
    lines.append("  target \(random.pick(["<=", ">=", "<", ">"])) \(looksBack ? "ago(\(distance))" : number)")
    return lines
  }
}
