internal import Commerce
internal import EventModel
internal import RuleEngine

/// What the demo knows: records as they are committed, faults as they are planted. One lock of the demo's guards it.
struct DemoBoard: Sendable {
  private static let rowsKept = 200
  private static let windowsKept = 40

  private struct Series {
    var name: String
    var key: [String]
    /// By start of the window.
    var windows: [(start: EventTime, value: String?)] = []
  }

  private(set) var score = Scoreboard()
  private var rows: [ScreenState.Violation] = []
  private var open: [String: (severity: String, exposure: (amount: ExactDecimal, currency: String)?, isOpen: Bool)] = [:]
  private var atRisk: [String: ExactDecimal] = [:]
  private var standing: [String: Int] = [:]
  private var series: [String: Series] = [:]
  /// Committed records by topic.
  private(set) var committed: [OutputRecord.Topic: Int] = [:]

  mutating func plant(_ faults: some Sequence<PlantedFault>) { faults.forEach { score.plant($0) } }

  /// Takes what a transaction committed; says which violations it holds, in order.
  @discardableResult
  mutating func take(_ outputs: [OutputRecord]) -> [PublishedViolation] {
    var violations: [PublishedViolation] = []
    for output in outputs {
      committed[output.topic, default: 0] += 1
      guard output.topic == .violations || output.topic == .kpis, let bytes = output.value,
        let record = try? JSONValue.parse(bytes)
      else { continue }
      if let violation = PublishedViolation(record) {
        take(violation)
        violations.append(violation)
      } else if let kpi = PublishedKPI(record) {
        take(kpi)
      }
    }
    return violations
  }

  private mutating func take(_ violation: PublishedViolation) {
    score.take(id: violation.id, rule: violation.rule, key: violation.key, at: violation.at, stands: violation.stands)
    if let before = open[violation.id] { count(before, -1) }
    let entry = (severity: violation.severity, exposure: violation.exposure, isOpen: violation.state == "open")
    open[violation.id] = violation.stands ? entry : nil
    if violation.stands { count(entry, 1) }

    let row = ScreenState.Violation(
      id: violation.id, state: violation.state, severity: violation.severity, at: violation.at, rule: violation.rule,
      key: violation.key.joined(separator: "/"), message: violation.message,
      exposure: violation.exposure.map { "\($0.amount) \($0.currency)" })
    if let index = rows.firstIndex(where: { $0.id == violation.id }) {
      rows[index] = row
    } else {
      rows.insert(row, at: 0)
      if rows.count > Self.rowsKept { rows.removeLast() }
    }
  }

  private mutating func count(
    _ entry: (severity: String, exposure: (amount: ExactDecimal, currency: String)?, isOpen: Bool), _ sign: Int
  ) {
    standing[entry.severity, default: 0] += sign
    guard entry.isOpen, let exposure = entry.exposure else { return }
    let sum = atRisk[exposure.currency] ?? .zero
    // A sum beyond 34 digits is not shown rather than shown wrong.
    atRisk[exposure.currency] = try? sign > 0 ? sum + exposure.amount : sum - exposure.amount
  }

  private mutating func take(_ kpi: PublishedKPI) {
    let id = kpi.name + "\u{0}" + kpi.key.joined(separator: "\u{0}")
    var series = series[id] ?? Series(name: kpi.name, key: kpi.key)
    if let index = series.windows.lastIndex(where: { $0.start <= kpi.start }) {
      if series.windows[index].start == kpi.start {
        series.windows[index].value = kpi.value
      } else {
        series.windows.insert((kpi.start, kpi.value), at: index + 1)
      }
    } else {
      series.windows.insert((kpi.start, kpi.value), at: 0)
    }
    if series.windows.count > Self.windowsKept { series.windows.removeFirst() }
    self.series[id] = series
  }

  /// Puts what stands here into a screen's state.
  func fill(_ state: inout ScreenState) {
    state.violations = rows
    state.standing = standing
    state.atRisk = atRisk.filter { $0.value != .zero }.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    state.kpis = series.sorted { $0.key < $1.key }.map { _, series in
      ScreenState.KPI(
        name: series.name, key: series.key.joined(separator: "/"), value: series.windows.last?.value,
        history: series.windows.map { $0.value.flatMap { Double($0) } ?? .nan })
    }
  }
}
