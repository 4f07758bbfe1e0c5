internal import EventModel
package import RuleEngine

/// An output record as golden files have it, whole: topic, key, headers, then the value with a line for what belongs together.
package enum RecordText {
  /// Members of a record with which a line begins.
  private static let lineStarts: Set<String> = [
    "rule", "kpi", "owner", "key", "window", "epoch", "message", "evidence", "evidence_omitted", "region", "clock",
  ]

  /// - Parameter fingerprint: the program's, which is written as `sha256:…`.
  package static func text(_ output: OutputRecord, fingerprint: String) -> String {
    var lines = ["\(output.topic.rawValue) \(output.key.map { String(decoding: $0, as: UTF8.self) } ?? "(no key)")"]
    lines += output.headers.map { "  \($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
    lines += value(output.value).map { "  \($0)" }
    return lines.joined(separator: "\n").replacing(fingerprint, with: "sha256:…")
  }

  private static func value(_ bytes: [UInt8]?) -> [String] {
    guard let bytes else { return ["(null)"] }
    guard let json = try? JSONValue.parse(bytes), let members = json.members, json["rules"] != nil else {
      return [String(decoding: bytes, as: UTF8.self)]
    }
    var lines = ["{ "]
    for (index, member) in members.enumerated() {
      if index > 0, lineStarts.contains(member.key) { lines.append("  ") }
      let end = index == members.count - 1 ? " }" : ","
      let value = member.key == "evidence" ? evidence(member.value) : spaced(member.value)
      lines[lines.count - 1] += (lines[lines.count - 1].hasSuffix(" ") ? "" : " ") + "\"\(member.key)\": \(value)\(end)"
    }
    return lines
  }

  private static func evidence(_ value: JSONValue) -> String {
    guard let events = value.elements, !events.isEmpty else { return "[]" }
    return "[\n" + events.map { "      \(spaced($0))" }.joined(separator: ",\n") + "]"
  }

  /// JSON on one line, with spaces.
  private static func spaced(_ value: JSONValue) -> String {
    switch value {
    case .object(let members) where !members.isEmpty:
      "{" + members.map { "\"\($0.key)\": \(spaced($0.value))" }.joined(separator: ", ") + "}"
    case .array(let elements): "[" + elements.map(spaced).joined(separator: ", ") + "]"
    default: value.compact
    }
  }
}
