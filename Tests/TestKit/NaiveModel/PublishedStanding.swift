internal import EventModel
package import RuleEngine

/// What stands by the records that were published: of each id the revision that holds, withdrawn ones left out; of KPIs the final values.
package struct PublishedStanding {
  private typealias Held = [String: (order: [Int64], value: JSONValue)]
  private var violations: Held = [:]
  private var kpis: Held = [:]
  private var corrections: Held = [:]
  /// (id, revision) that came more than once.
  package private(set) var doubled: [String] = []
  private var seen: Set<String> = []

  package init() {}

  /// All that is said, of rules in the shadow, too.
  package mutating func take(_ output: OutputRecord) {
    switch output.topic {
    case .violations: take(violation: output.value ?? [])
    case .kpis: take(kpi: output.value ?? [])
    case .corrections: take(correction: output.value ?? [])
    case .shadow:
      let isKPI = (try? JSONValue.parse(output.value ?? []))?["kpi"] != nil
      if isKPI { take(kpi: output.value ?? []) } else { take(violation: output.value ?? []) }
    case .deadLetters, .late: break
    }
  }

  package mutating func take(violation bytes: [UInt8]) {
    guard let value = try? JSONValue.parse(bytes), let id = value["id"]?.text else { preconditionFailure("a violation is JSON with an id") }
    note(id, value)
    Self.keep(value, as: id, in: &violations)
  }

  package mutating func take(kpi bytes: [UInt8]) {
    guard let value = try? JSONValue.parse(bytes), let name = value["kpi"]?.text else { preconditionFailure("a KPI is JSON with a name") }
    let id = [name, value["key"]?.compact ?? "", value["window"]?["start"]?.text ?? ""].joined(separator: " ")
    note(id, value)
    Self.keep(value, as: id, in: &kpis)
  }

  /// Of a correction what was said last holds: it is asked for once, and perhaps revoked.
  package mutating func take(correction bytes: [UInt8]) {
    guard let value = try? JSONValue.parse(bytes), let id = value["id"]?.text else {
      preconditionFailure("a correction is JSON with an id")
    }
    let state = value["state"]?.text ?? ""
    if !seen.insert("\(id) \(state)").inserted { doubled.append("\(id) \(state)") }
    corrections[id] = ([], value)
  }

  private mutating func note(_ id: String, _ value: JSONValue) {
    let name = "\(id) \(value["revision"]?.compact ?? "")"
    if !seen.insert(name).inserted { doubled.append(name) }
  }

  private static func keep(_ value: JSONValue, as id: String, in held: inout Held) {
    let order = ["epoch", "revision"].map { value[$0]?.integer ?? 0 }
    if let old = held[id], !old.order.lexicographicallyPrecedes(order) { return }
    held[id] = (order, value)
  }

  /// The same form as the naive model's.
  package var standing: Standing {
    var standing = Standing()
    standing.violations = violations.values.compactMap { Self.violation($0.value) }
      .sorted { ($0.rule, $0.at, $0.id) < ($1.rule, $1.at, $1.id) }
    standing.kpis = kpis.values.compactMap { Self.kpi($0.value) }.sorted { ($0.kpi, $0.key, $0.start) < ($1.kpi, $1.key, $1.start) }
    standing.corrections = corrections.values.compactMap { Self.correction($0.value) }.sorted { $0.id < $1.id }
    return standing
  }

  private static func violation(_ v: JSONValue) -> StandingViolation? {
    guard v["state"]?.text != "withdrawn" else { return nil }
    return StandingViolation(
      rule: v["rule"]?.text ?? "", id: v["id"]?.text ?? "", state: v["state"]?.text ?? "", reason: v["reason"]?.text,
      key: v["key"]?.compact ?? "", at: v["at"]?.text ?? "", severity: v["severity"]?.text ?? "", message: v["message"]?.text ?? "",
      exposure: v["exposure"]?["amount"]?.compact, currency: v["exposure"]?["currency"]?.text, expected: v["expected"]?.presentText,
      actual: v["actual"]?.presentText, details: (v["details"] ?? .object([])).sortedText,
      evidence: (v["evidence"]?.elements ?? []).map { e in
        let name = [e["stream"]?.text ?? e["rule"]?.text, e["kind"]?.text].compactMap { $0 }.joined(separator: ".")
        let place = [e["topic"]?.text, e["partition"]?.compact, e["offset"]?.compact].compactMap { $0 }.joined(separator: "/")
        return "\(e["role"]?.text ?? ""):\(name):\(e["id"]?.text ?? e["id"]?.compact ?? place)"
      },
      evidenceOmitted: Int(v["evidence_omitted"]?.integer ?? 0), suppressed: Int(v["suppressed"]?.integer ?? 0))
  }

  private static func kpi(_ k: JSONValue) -> StandingKPI? {
    guard k["final"] == .bool(true) else { return nil }
    var isMet: Bool?
    if case .bool(let met)? = k["target"]?["met"] { isMet = met }
    return StandingKPI(
      kpi: k["kpi"]?.text ?? "", key: k["key"]?.compact ?? "", start: k["window"]?["start"]?.text ?? "",
      end: k["window"]?["end"]?.text ?? "", value: k["value"]?.presentText, events: Int(k["events"]?.integer ?? 0), isMet: isMet,
      isPartial: k["partial"] == .bool(true))
  }

  private static func correction(_ c: JSONValue) -> StandingCorrection? {
    guard c["state"]?.text == "requested" else { return nil }
    return StandingCorrection(
      id: c["id"]?.text ?? "", rule: c["rule"]?.text ?? "", name: c["name"]?.text ?? "", payload: (c["payload"] ?? .object([])).sortedText)
  }
}

extension JSONValue {
  var integer: Int64? {
    guard case .number(let digits) = self else { return nil }
    return Int64(digits)
  }

  /// The text; nil: it is null.
  var presentText: String? {
    if case .null = self { return nil }
    return compact
  }

  /// The text with the members of objects by name, and without those that are null.
  var sortedText: String { sorted.compact }

  private var sorted: JSONValue {
    switch self {
    case .array(let items): .array(items.map(\.sorted))
    case .object(let members):
      .object(
        members.filter { if case .null = $0.value { false } else { true } }.map { (key: $0.key, value: $0.value.sorted) }
          .sorted { $0.key < $1.key })
    default: self
    }
  }
}
