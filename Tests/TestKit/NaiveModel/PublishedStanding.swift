internal import EventModel

/// What stands by the records that were published: of each id the revision that holds, withdrawn ones left out; of KPIs the final values.
package struct PublishedStanding {
  private var violations: [String: (order: [Int64], value: JSONValue)] = [:]
  private var kpis: [String: (order: [Int64], value: JSONValue)] = [:]
  /// (id, revision) that came more than once.
  package private(set) var doubled: [String] = []
  private var seen: Set<String> = []

  package init() {}

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

  private mutating func note(_ id: String, _ value: JSONValue) {
    let name = "\(id) \(value["revision"]?.compact ?? "")"
    if !seen.insert(name).inserted { doubled.append(name) }
  }

  private static func keep(_ value: JSONValue, as id: String, in held: inout [String: (order: [Int64], value: JSONValue)]) {
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
    return standing
  }

  private static func violation(_ v: JSONValue) -> StandingViolation? {
    guard v["state"]?.text != "withdrawn" else { return nil }
    return StandingViolation(
      rule: v["rule"]?.text ?? "", id: v["id"]?.text ?? "", state: v["state"]?.text ?? "", reason: v["reason"]?.text,
      key: v["key"]?.compact ?? "", at: v["at"]?.text ?? "", severity: v["severity"]?.text ?? "", message: v["message"]?.text ?? "",
      exposure: v["exposure"]?["amount"]?.compact, currency: v["exposure"]?["currency"]?.text,
      evidence: (v["evidence"]?.elements ?? []).map { e in
        let name = [e["stream"]?.text, e["kind"]?.text].compactMap { $0 }.joined(separator: ".")
        let place = [e["topic"]?.text, e["partition"]?.compact, e["offset"]?.compact].compactMap { $0 }.joined(separator: "/")
        return "\(e["role"]?.text ?? ""):\(name):\(e["id"]?.text ?? e["id"]?.compact ?? place)"
      },
      evidenceOmitted: Int(v["evidence_omitted"]?.integer ?? 0))
  }

  private static func kpi(_ k: JSONValue) -> StandingKPI? {
    guard k["final"] == .bool(true) else { return nil }
    return StandingKPI(
      kpi: k["kpi"]?.text ?? "", key: k["key"]?.compact ?? "", start: k["window"]?["start"]?.text ?? "", value: k["value"]?.compact,
      events: Int(k["events"]?.integer ?? 0))
  }
}

extension JSONValue {
  var integer: Int64? {
    guard case .number(let digits) = self else { return nil }
    return Int64(digits)
  }
}
