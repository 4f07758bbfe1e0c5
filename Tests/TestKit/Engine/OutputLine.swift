internal import EventModel
package import RuleEngine

/// An output record as people read it in golden files: one line, with what a record says and nothing that is the same in all of them.
///
///     open 1 payments.capture_timeout {"order_id":"o-1"} at 10:30:00 medium "order o-1 was not paid" exposure 20.00 EUR on e-1
package enum OutputLine {
  package static func text(_ output: OutputRecord) -> String {
    switch output.topic {
    case .deadLetters, .late: letter(output)
    case .kpis: kpi(json(output))
    case .violations: violation(json(output))
    case .shadow: json(output)["kpi"] == nil ? "shadow " + violation(json(output)) : "shadow " + kpi(json(output))
    case .corrections: "correction " + json(output).compact
    }
  }

  private static func json(_ output: OutputRecord) -> JSONValue {
    guard let value = output.value, let json = try? JSONValue.parse(value) else { preconditionFailure("an output is JSON") }
    return json
  }

  private static func letter(_ output: OutputRecord) -> String {
    func header(_ name: String) -> String {
      output.headers.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) } ?? "–"
    }
    let place = "\(header("tenet-topic"))/\(header("tenet-partition"))@\(header("tenet-offset"))"
    return output.topic == .late ? "late for \(header("tenet-rules")) \(place)" : "dead \(header("tenet-reason")) \(place)"
  }

  private static func violation(_ record: JSONValue) -> String {
    var words = [
      word(record["state"]) + (record["settled"] == .bool(true) ? " settled" : ""), word(record["revision"]), word(record["rule"]),
      record["key"]?.compact ?? "", "at \(clock(record["at"]))", word(record["severity"]), record["message"]?.compact ?? "",
    ]
    if let reason = record["reason"] { words.append("reason \(reason.compact)") }
    if let exposure = record["exposure"] { words.append("exposure \(word(exposure["amount"])) \(word(exposure["currency"]))") }
    for name in ["expected", "actual"] where record[name] != nil { words.append("\(name) \(word(record[name]))") }
    if let details = record["details"], !(details.members ?? []).isEmpty { words.append("details \(details.compact)") }
    for evidence in record["evidence"]?.elements ?? [] {
      let id = evidence["id"].map { word($0) } ?? "\(word(evidence["topic"]))/\(word(evidence["partition"]))@\(word(evidence["offset"]))"
      words.append("\(word(evidence["role"])) \(id)")
    }
    if record["evidence_omitted"] != .number("0") { words.append("and \(word(record["evidence_omitted"])) more") }
    for name in ["replaces", "replaced_by"] {
      if let ids = record[name]?.elements, !ids.isEmpty { words.append("\(name) \(ids.count)") }
    }
    return words.joined(separator: " ")
  }

  private static func kpi(_ record: JSONValue) -> String {
    let window = record["window"]
    let target = record["target"].map { target in
      let met = target["met"].map { $0 == .bool(true) ? "met" : "missed" } ?? "undecided"
      return "target \(word(target["op"])) \(word(target["value"])) \(met)"
    }
    return [
      record["final"] == .bool(true) ? "final" : "provisional", word(record["revision"]), word(record["kpi"]), record["key"]?.compact ?? "",
      "\(clock(window?["start"])) to \(clock(window?["end"]))", "=", record["value"].map { word($0) } ?? "–",
      "of \(word(record["events"])) events", target ?? "", record["partial"] == .bool(true) ? "partial" : "",
    ].filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func word(_ value: JSONValue?) -> String {
    switch value {
    case .string(let text): text
    case .number(let digits): digits
    case nil: "–"
    case let value?: value.compact
    }
  }

  /// Without the date where it is the day of the tests.
  private static func clock(_ value: JSONValue?) -> String {
    let text = word(value)
    return text.hasPrefix("2026-01-05T") ? String(text.dropFirst(11).dropLast()) : text
  }
}
