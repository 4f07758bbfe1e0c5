internal import EventModel
internal import RuleEngine
internal import RuleLanguage

/// What the engine has said in a test: the last revision of each violation and of each KPI's value.
struct TestResults {
  struct Violation {
    var id: String
    var state: CheckedTest.State
    var at: EventTime
    var record: JSONValue
  }

  struct KPIValue {
    var start: EventTime
    /// nil: there is none.
    var value: JSONValue?
    var record: JSONValue
  }

  private var violations: [String: Violation] = [:]
  private var values: [JSONValue: KPIValue] = [:]

  mutating func take(_ output: OutputRecord) {
    guard let record = output.value.flatMap({ try? JSONValue.parse($0) }) else { return }
    if let id = record["id"]?.text, let state = record["state"]?.text.flatMap({ CheckedTest.State(rawValue: $0) }),
      let at = record["at"]?.text.flatMap({ EventTime(rfc3339: $0) })
    {
      violations[id] = Violation(id: id, state: state, at: at, record: record)
    } else if let kpi = record["kpi"], let start = record["window"]?["start"], let time = start.text.flatMap({ EventTime(rfc3339: $0) }) {
      values[.array([kpi, record["key"] ?? .null, start])] = KPIValue(start: time, value: record["value"], record: record)
    }
  }

  /// In the order of their instants.
  func violations(of rule: String) -> [Violation] {
    violations.values.filter { $0.record["rule"]?.text == rule }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// Rules with a violation that is not withdrawn, and KPIs with a value.
  var standing: Set<String> {
    Set(
      violations.values.filter { $0.state != .withdrawn }.compactMap { $0.record["rule"]?.text }
        + values.values.filter { $0.value != nil }.compactMap { $0.record["kpi"]?.text })
  }

  func values(of kpi: String) -> [KPIValue] {
    values.values.filter { $0.record["kpi"]?.text == kpi }.sorted { ($0.start, $0.record.compact) < ($1.start, $1.record.compact) }
  }
}

extension TestResults.Violation {
  /// A line for people; what is not as a claim wants it is said.
  func described(against claim: CheckedTest.ViolationClaim?) -> String {
    var line = "\(state.rawValue) dated \(at.rfc3339) { \(record.writtenKey) } \(record["message"]?.compact ?? "")"
    for field in claim?.fields ?? [] where !record.has(field) {
      line += "\n    \(field.name) is \(record.published(field)?.compact ?? "absent"), not \(field.value.jsonText)"
    }
    if let wanted = claim?.at, wanted != at { line += "\n    dated \(at.rfc3339), not \(wanted.rfc3339)" }
    if let wanted = claim?.state, wanted != state { line += "\n    \(state.rawValue), not \(wanted.rawValue)" }
    return line
  }
}

extension TestResults.KPIValue {
  var described: String {
    let isFinal = if case .bool(true)? = record["final"] { " final" } else { "" }
    return "\(value?.compact ?? "no value") from \(start.rfc3339) { \(record.writtenKey) }\(isFinal)"
  }
}

extension Value {
  fileprivate var jsonText: String {
    var writer = JSONWriter()
    writer.write(self)
    return writer.text
  }
}

extension JSONValue {
  /// The key of a published record: `order_id: "o-1", currency: "EUR"`.
  fileprivate var writtenKey: String {
    (self["key"]?.members ?? []).map { "\($0.key): \($0.value.compact)" }.joined(separator: ", ")
  }

  /// What a published record says under a name that an expectation may use.
  func published(_ field: CheckedTest.Field) -> JSONValue? {
    if field.isKey { return self["key"]?[field.name] }
    switch field.name {
    case "exposure": return self["exposure"]?["amount"]
    case "currency": return self["exposure"]?["currency"]
    case "evidence": return self["evidence"]?.elements.map { .array($0.map { $0["id"] ?? .null }) }
    default: return self[field.name] ?? self["details"]?[field.name]
    }
  }

  func has(_ field: CheckedTest.Field) -> Bool {
    let found = published(field)
    if field.value == .null { return found == nil || found == .null }
    return found.map { $0.equals(field.value) } ?? false
  }

  /// Numbers and decimals are equal by value, however they are written.
  func equals(_ value: Value) -> Bool {
    if let order = order(to: value) { return order == .same }
    if case .array(let a) = self, case .list(let b) = value { return a.count == b.count && zip(a, b).allSatisfy { $0.equals($1) } }
    return compact == value.jsonText
  }

  enum Order { case less, same, greater }

  /// nil: they are no two numbers.
  func order(to value: Value) -> Order? {
    let wanted: ExactDecimal?
    switch value {
    case .decimal(let decimal): wanted = decimal
    case .int(let integer): wanted = ExactDecimal(digits: String(integer))
    case .uint(let integer): wanted = ExactDecimal(digits: String(integer))
    case .double(let number): wanted = ExactDecimal(digits: number.shortestText)
    default: wanted = nil
    }
    let found: ExactDecimal?
    switch self {
    case .number(let digits): found = ExactDecimal(digits: digits)
    case .string(let text): found = ExactDecimal(digits: text)
    default: found = nil
    }
    guard let found, let wanted else { return nil }
    return found < wanted ? .less : wanted < found ? .greater : .same
  }
}

extension BinaryOperator {
  /// Whether a published value compares so with the one that is wanted.
  func holds(_ found: JSONValue, _ wanted: Value) -> Bool {
    switch self {
    case .equal: return found.equals(wanted)
    case .notEqual: return !found.equals(wanted)
    default: break
    }
    guard let order = found.order(to: wanted) else { return false }
    switch self {
    case .less: return order == .less
    case .lessOrEqual: return order != .greater
    case .greater: return order == .greater
    case .greaterOrEqual: return order != .less
    default: return false
    }
  }
}
