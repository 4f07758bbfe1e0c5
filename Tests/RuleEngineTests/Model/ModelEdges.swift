import EventModel
import RuleLanguage
import TestKit

/// Counts what the worlds of a run hold, edge by edge, so that none is missing unseen.
struct ModelEdges {
  private(set) var counts: [String: Int] = [:]

  /// Those of the events, and those of the forms.
  static func names(of forms: Set<ModelForm>) -> [String] {
    let events = [
      "equal times", "equal times of one kind", "at the end of a span", "within skew", "late", "too late", "doubled in one partition",
      "doubled in two partitions", "null key", "absent key", "field in error", "absent field", "null field", "unknown kind", "broken JSON",
      "of the future", "silence of a day", "empty partition", "shadow", "several keys",
    ]
    return (events + forms.sorted { $0.rawValue < $1.rawValue }.flatMap { form in (outcomes[form] ?? ["said"]).map { "\(form): \($0)" } })
  }

  private static let outcomes: [ModelForm: [String]] = [
    .condition: ["said", "error"], .obligation: ["said", "late", "excused", "error"], .due: ["said", "horizon", "error"],
    .lookup: ["said", "no row", "late row", "tombstone", "field of a row in error"], .prohibition: ["said", "error", "several"],
    .chain: ["said", "error"], .join: ["said", "error", "several"], .joins: ["said", "error"], .sliding: ["said", "false again", "error"],
    .tumblingLimit: ["false again", "error"], .calendarLimit: ["false again"], .all: ["said", "false again", "no history", "error"],
    .lifecycle: ["illegal", "overdue", "late", "no history"], .tumbling: ["value", "no value"], .hopping: ["value", "no value"],
    .session: ["value", "of three", "cut"], .calendar: ["value", "23 hours", "25 hours", "two hours"], .fill: ["empty window"],
    .target: ["said", "target met", "met"], .ago: ["said", "history"], .percentile: ["value"], .quiet: ["below"],
    .suppress: ["held back"], .correct: ["asked for"], .onRules: ["said"],
  ]

  private mutating func note(_ name: String, if holds: Bool = true) { if holds { counts[name, default: 0] += 1 } }

  mutating func count(_ world: ModelWorld, _ program: CheckedProgram, _ said: Standing) {
    countPairs(world, program)
    countRecords(world, program)
    for rule in world.rules { count(rule, said) }
    note("shadow", if: world.rules.contains { $0.lines.contains("  mode shadow") })
    note("several keys", if: Set(said.violations.map(\.key)).count > 1)
  }

  // MARK: Events

  private mutating func countPairs(_ world: ModelWorld, _ program: CheckedProgram) {
    let spans = Set(
      world.rules.flatMap { $0.text.matches(of: /within ([0-9a-z]+)/).compactMap { Duration(ruleText: String($0.1))?.microseconds } })
    let skew = program.streams.map(\.skew.microseconds).max() ?? 0
    let events = world.records.filter { $0.stream != "t" && $0.raw == nil }.map { (record: $0, key: $0.text("id"), time: $0.time ?? 0) }
    for (index, a) in events.enumerated() {
      for b in events[(index + 1)...] where a.key != nil && a.key == b.key && a.record.text("event_id") != b.record.text("event_id") {
        let distance = abs(a.time - b.time)
        note("equal times", if: distance == 0)
        note(
          "equal times of one kind",
          if: distance == 0 && a.record.stream == b.record.stream && a.record.text("type") == b.record.text("type"))
        note("at the end of a span", if: spans.contains(distance))
        note("within skew", if: a.record.stream != b.record.stream && distance > 0 && distance <= skew)
      }
    }
  }

  private mutating func countRecords(_ world: ModelWorld, _ program: CheckedProgram) {
    var watermarks: [String: Int64] = [:]
    var places: [String: [String]] = [:]
    var last: [String: Int64] = [:]
    for record in world.records {
      let source = "\(record.topic)/\(record.partition)"
      note("broken JSON", if: record.raw != nil)
      note("lookup: tombstone", if: record.raw == nil && record.fields.isEmpty)
      guard let time = record.time, record.raw == nil else { continue }
      if record.stream == "t" {
        note("lookup: late row", if: (last[source] ?? time) > time)
        note("lookup: field of a row in error", if: record.text("v") == "none")
        last[source] = max(last[source] ?? time, time)
        continue
      }
      if time > record.timestamp {
        note("of the future")
        continue
      }
      guard let stream = program.streams.first(where: { $0.topic == record.topic }) else { continue }
      let behind = (watermarks[source] ?? time) - time
      note("late", if: behind > 0 && behind <= stream.lateness.microseconds)
      note("too late", if: behind > program.streams.map(\.lateness.microseconds).max() ?? 0)
      watermarks[source] = max(watermarks[source] ?? .min, time - stream.disorder.microseconds)
      note("silence of a day", if: last[source].map { time - $0 > 86_000_000_000 } ?? false)
      last[source] = time
      let id = "\(record.stream) \(record.text("event_id") ?? "")"
      note("doubled in one partition", if: places[id]?.contains(source) ?? false)
      note("doubled in two partitions", if: places[id]?.contains { $0 != source } ?? false)
      places[id, default: []].append(source)
      note("null key", if: record.text("id") == "null")
      note("absent key", if: record.text("id") == nil)
      note("field in error", if: record.text("n") == "many")
      note("absent field", if: record.text("amount") == nil)
      note("null field", if: record.text("extra") == "null")
      note("unknown kind", if: ["q", "w"].contains(record.text("type")))
    }
    for stream in ["a", "b"] { note("empty partition", if: !world.records.contains { $0.stream == stream && $0.partition == 0 }) }
  }

  // MARK: What is said

  private mutating func count(_ rule: ModelRule, _ said: Standing) {
    let violations = said.violations.filter { $0.rule == rule.name || $0.rule.hasPrefix(rule.name + ".") }
    let unknown = said.undetermined.filter { $0.rule == rule.name || $0.rule.hasPrefix(rule.name + ".") }
    let kpis = said.kpis.filter { $0.kpi == rule.name }
    let name = "\(rule.form)"
    for violation in violations {
      note("\(name): said")
      note("\(name): illegal", if: violation.rule.hasSuffix(".illegal_transition"))
      note("\(name): overdue", if: violation.rule.hasSuffix(".overdue"))
      if let reason = violation.reason { note("\(name): \(reason)") }
      note("\(name): several", if: violation.evidence.count > 2)
      note("suppress: held back", if: violation.suppressed > 0)
    }
    for reason in unknown.map(\.reason) { note("\(name): \(reason)") }
    for kpi in kpis { count(kpi, as: name) }
    let parts: [(ModelForm, String)] = [
      (.due, " due "), (.counting, " counting "), (.lookup, "t.get("), (.lookup, "t.find("), (.target, "  target "), (.ago, "ago("),
      (.effective, "  effective"),
      (.was, "  was "), (.global, "scope global"), (.local, "scope local"),
    ]
    for (form, text) in parts where rule.text.contains(text) {
      note("\(form): said", if: !violations.isEmpty || !kpis.isEmpty)
      for reason in unknown.map(\.reason) + violations.compactMap(\.reason) { note("\(form): \(reason)") }
      note("\(form): met", if: kpis.contains { $0.isMet == true })
    }
    note("percentile: value", if: rule.text.contains("percentile") && kpis.contains { $0.between != nil })
    note("fill: empty window", if: rule.text.contains("  fill ") && kpis.contains { $0.events == 0 })
    note("quiet: below", if: rule.lines.contains("  mode quiet"))
    note("correct: asked for", if: said.corrections.contains { $0.rule == rule.name })
  }

  private mutating func count(_ kpi: StandingKPI, as name: String) {
    note("\(name): \(kpi.value == nil ? "no value" : "value")")
    guard let start = EventTime(rfc3339: kpi.start), let end = EventTime(rfc3339: kpi.end) else { return }
    let seconds = (end.microseconds - start.microseconds) / 1_000_000
    note("\(name): of three", if: kpi.events >= 3)
    note("\(name): cut", if: [7, 12_600].contains(seconds))
    note("\(name): 23 hours", if: seconds == 23 * 3_600)
    note("\(name): 25 hours", if: seconds == 25 * 3_600)
    note("\(name): two hours", if: seconds == 2 * 3_600)
  }
}
