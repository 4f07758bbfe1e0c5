internal import EventModel
internal import RuleEngine

/// What stands after a run: violations that are not withdrawn, in their last revision, and final KPIs.
struct StandingResult: Sendable {
  private struct Entry {
    var order: [String]
    var output: OutputRecord
  }

  private var violations: [String: Entry] = [:]
  private var kpis: [String: Entry] = [:]

  mutating func take(_ output: OutputRecord) {
    guard output.topic == .violations || output.topic == .kpis, let value = output.value, let record = try? JSONValue.parse(value) else {
      return
    }
    if let violation = PublishedViolation(record) {
      let entry = Entry(order: [violation.rule, Self.sortable(violation.at), violation.id], output: output)
      violations[violation.id] = violation.stands ? entry : nil
    } else if let kpi = PublishedKPI(record), kpi.isFinal {
      let key = kpi.key.joined(separator: "\u{0}")
      kpis[[kpi.name, Self.sortable(kpi.start), key].joined(separator: "\u{0}")] = Entry(
        order: [kpi.name, Self.sortable(kpi.start), key], output: output)
    }
  }

  /// Violations by rule, `at` and id, then final KPIs by name, window and key.
  var records: [OutputRecord] {
    [violations, kpis].flatMap { entries in
      entries.values.sorted { $0.order.lexicographicallyPrecedes($1.order) }.map(\.output)
    }
  }

  /// A time as a text that sorts as times do.
  private static func sortable(_ time: EventTime) -> String {
    let digits = String(UInt64(bitPattern: time.microseconds) ^ (1 << 63), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
