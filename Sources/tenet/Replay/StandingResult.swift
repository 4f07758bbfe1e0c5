internal import EventModel
internal import RuleEngine

/// What stands after a run: violations that are not withdrawn, in their last revision, and final KPIs.
struct StandingResult: Sendable {
  /// A violation or a KPI's value that stands.
  struct Entry: Sendable {
    /// The id of a violation; of a KPI's value its name, window and key.
    var identity: String
    /// Violations before KPIs; by rule, `at` and id, or by name, window and key.
    fileprivate var order: [String]
    /// Of the rule or KPI.
    var name: String
    var record: JSONValue
    var output: OutputRecord
  }

  private var standing: [String: Entry] = [:]

  mutating func take(_ output: OutputRecord) {
    guard output.topic == .violations || output.topic == .kpis, let value = output.value, let record = try? JSONValue.parse(value) else {
      return
    }
    if let violation = PublishedViolation(record) {
      let order = ["violation", violation.rule, Self.sortable(violation.at), violation.id]
      let entry = Entry(identity: violation.id, order: order, name: violation.rule, record: record, output: output)
      standing[violation.id] = violation.stands ? entry : nil
    } else if let kpi = PublishedKPI(record), kpi.isFinal {
      // "kpi" would sort before "violation".
      let order = ["zkpi", kpi.name, Self.sortable(kpi.start), kpi.key.joined(separator: "\u{0}")]
      let identity = order.joined(separator: "\u{0}")
      standing[identity] = Entry(identity: identity, order: order, name: kpi.name, record: record, output: output)
    }
  }

  subscript(identity: String) -> Entry? { standing[identity] }

  /// Violations by rule, `at` and id, then final KPIs by name, window and key.
  var entries: [Entry] { Self.sorted(Array(standing.values)) }

  var records: [OutputRecord] { entries.map(\.output) }

  static func sorted(_ entries: [Entry]) -> [Entry] { entries.sorted { $0.order.lexicographicallyPrecedes($1.order) } }

  /// How many violations of each rule stand.
  var violationCounts: [String: Int] {
    standing.values.reduce(into: [:]) { counts, entry in if entry.record["rule"] != nil { counts[entry.name, default: 0] += 1 } }
  }

  /// A time as a text that sorts as times do.
  private static func sortable(_ time: EventTime) -> String {
    let digits = String(UInt64(bitPattern: time.microseconds) ^ (1 << 63), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
