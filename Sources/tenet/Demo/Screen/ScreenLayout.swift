internal import EventModel

/// The demo's screen: a state and a size in, lines out.
struct ScreenLayout {
  let width: Int
  let height: Int

  /// Exactly `height` lines, none wider than `width`.
  func lines(_ state: ScreenState) -> [StyledLine] {
    var lines = [title(state), StyledLine()]
    lines += totals(state)
    lines.append(StyledLine())
    let kpis = kpiTable(state, rows: max(0, min(kpiRows(state), (height - lines.count - 6) / 2)))
    if !kpis.isEmpty { lines += kpis + [StyledLine()] }
    lines += violationTable(state, rows: max(0, height - lines.count))
    lines += Array(repeating: StyledLine(), count: max(0, height - lines.count))
    return lines.prefix(height).map { $0.cut(to: width) }
  }

  private func title(_ state: ScreenState) -> StyledLine {
    var line = StyledLine(" tenet demo ", .title)
    line.add("  a shop in \(state.region)", .strong)
    line.add("  \(state.rules) rules, \(state.kpiCount) KPIs  \(Figures.clock(state.elapsed))", .faint)
    let hint = "q quits "
    let right = state.address.count + 3 + hint.count
    if line.width + 2 + right <= width {
      line.fill(to: width - right)
      line.add(state.address, .link)
      line.add("   " + hint, .faint)
    } else if line.width + 2 + state.address.count <= width {
      line.fill(to: width - state.address.count)
      line.add(state.address, .link)
    }
    return line
  }

  // MARK: Totals

  private func totals(_ state: ScreenState) -> [StyledLine] {
    var events = heading("events")
    events.add(Figures.whole(state.events), .strong)
    events.add("   \(Figures.whole(Int(state.eventsPerSecond.rounded())))/s ", .accent)
    events.add(Figures.sparkline(state.rates, width: 16), .accent)
    count("lag", state.lag, state.lag > 5_000 ? .medium : .plain, in: &events)
    count("dead letters", state.deadLetters, .plain, in: &events)
    count("late", state.late, .plain, in: &events)
    count("duplicates", state.duplicates, .plain, in: &events)

    var faults = heading("faults")
    faults.add(Figures.whole(state.faults.planted), .strong)
    faults.add(" put in", .faint)
    count("found", state.faults.found, .good, in: &faults)
    count("not yet due", state.faults.pending, .plain, in: &faults)
    count("missed", state.faults.missed, state.faults.missed > 0 ? .bad : .good, in: &faults)
    count("false", state.faults.unexplained, state.faults.unexplained > 0 ? .bad : .good, in: &faults)

    var risk = heading("at risk")
    for (index, sum) in state.atRisk.enumerated() {
      if index > 0 { risk.add("   ") }
      risk.add(Figures.grouped(sum.amount), .strong)
      risk.add(" " + sum.currency, .faint)
    }
    if state.atRisk.isEmpty { risk.add("nothing", .faint) }
    return [events, faults, risk]
  }

  private func heading(_ text: String) -> StyledLine {
    var line = StyledLine(" ")
    line.add(text, .faint, width: 9)
    return line
  }

  private func count(_ name: String, _ number: Int, _ style: Style, in line: inout StyledLine) {
    line.add("   ")
    line.add(Figures.whole(number), style)
    line.add(" " + name, .faint)
  }

  // MARK: KPIs

  private var kpiColumns: Int { width >= 116 ? 2 : 1 }
  private func kpiRows(_ state: ScreenState) -> Int { (state.kpis.count + kpiColumns - 1) / kpiColumns }

  private func kpiTable(_ state: ScreenState, rows: Int) -> [StyledLine] {
    guard rows > 0, !state.kpis.isEmpty else { return [] }
    let columns = kpiColumns
    let cell = width / columns
    let shown = state.kpis.prefix(rows * columns)
    var head = section("KPIs")
    if state.kpis.count > shown.count { head.add("   and \(state.kpis.count - shown.count) more on the page", .faint) }
    let perColumn = (shown.count + columns - 1) / columns
    return [head]
      + (0..<perColumn).map { row in
        var line = StyledLine()
        for column in 0..<columns where column * perColumn + row < shown.count {
          line.fill(to: column * cell)
          line.append(kpi(shown[column * perColumn + row], width: cell))
        }
        return line
      }
  }

  private func kpi(_ kpi: ScreenState.KPI, width: Int) -> StyledLine {
    var line = StyledLine(" ")
    let name = min(24, max(12, width - 34))
    line.add(kpi.name, .plain, width: name)
    line.add(" ")
    line.add(kpi.key, .faint, width: 11)
    line.add(kpi.value.map(Figures.value) ?? "–", .strong, width: 13, alignRight: true)
    let room = width - line.width - 3
    if room >= 4 {
      line.add("  ")
      line.add(Figures.sparkline(kpi.history, width: min(room, 24)), .accent)
    }
    return line
  }

  // MARK: Violations

  private func violationTable(_ state: ScreenState, rows: Int) -> [StyledLine] {
    guard rows > 1 else { return [] }
    var head = section("violations")
    for severity in ["critical", "high", "medium", "low", "info"] {
      guard let number = state.standing[severity], number > 0 else { continue }
      head.add("   ")
      head.add("\(Figures.whole(number)) \(severity)", Self.style(of: severity))
    }
    return [head] + state.violations.prefix(rows - 1).map(violation)
  }

  private func violation(_ violation: ScreenState.Violation) -> StyledLine {
    let isOpen = violation.state == "open"
    var line = StyledLine(" ")
    line.add(Self.timeOfDay(violation.at), .faint)
    line.add("  ")
    line.add(violation.severity, isOpen ? Self.style(of: violation.severity) : .faint)
    line.fill(to: 20)
    // The message has what is left by the columns that the width allows.
    let exposure = width >= 90 ? 15 : 0
    let key = width >= 110 ? 17 : 0
    let rule = min(31, max(14, (width - 20 - exposure - key) * 11 / 20 - 4))
    line.add(violation.rule, isOpen ? .strong : .faint, width: rule)
    line.add(" ")
    if key > 0 {
      line.add(violation.key, .faint, width: key)
      line.add(" ")
    }
    let message = width - line.width - exposure - 1
    let text = isOpen ? violation.message : "\(violation.state): \(violation.message)"
    line.add(text, isOpen ? .plain : .faint, width: max(0, message))
    if exposure > 0 {
      line.add(violation.exposure.map(Figures.grouped) ?? "", isOpen ? .strong : .faint, width: exposure, alignRight: true)
    }
    return line
  }

  private func section(_ name: String) -> StyledLine {
    var line = StyledLine(" ")
    line.add(name, .strong)
    return line
  }

  static func style(of severity: String) -> Style {
    switch severity {
    case "critical": .critical
    case "high": .high
    case "medium": .medium
    case "low": .low
    default: .info
    }
  }

  /// Hours, minutes and seconds in UTC.
  static func timeOfDay(_ time: EventTime) -> String {
    let text = time.rfc3339
    guard let t = text.firstIndex(of: "T") else { return text }
    return String(text[text.index(after: t)...].prefix(8))
  }
}
