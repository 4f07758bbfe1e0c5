import Diagnostics
import EventModel
import RuleLanguage
import TestKit
import Testing

/// Rules, events and what the model says of them, each as a line:
///
///     10:00:00 a.x 1 k1 n=3 amount=2.00     an event of the kind, with its id and the key `id`; `-`: no key; `n=?`: in error; `p=1` a partition
///     09:00 t k1 v=3                        a row; `deleted` a tombstone
///
///     r 10:00:05 k1 resolved late on:1 expect:2 "message"
///     ? r 10:00:00 k1 error                 undetermined
///     k 10:00:00 to 10:05:00 k1 = 3 of 2    a final value, of so many events
///     c.fix {…}                             a correction
///
/// Times are on 2026-01-05, unless they have a date. Lines stand in the order of reading.
struct NaiveCase: CustomTestStringConvertible, Sendable {
  var title: String
  var rules: String
  var events: String
  var said: [String]
  var known: String?
  var clock = "2027-01-01T00:00:00"
  var testDescription: String { title }

  init(_ title: String, _ rules: String, _ events: String, known: String? = nil, clock: String? = nil, _ said: String...) {
    (self.title, self.rules, self.events, self.said, self.known) = (title, rules, events, said, known)
    if let clock { self.clock = clock }
  }

  private static let streams =
    ModelStreams.stream("a", disorder: "10s", delay: "10s", skew: "1s", lateness: "1m", id: "1h")
    + ModelStreams.stream("b", disorder: "10s", delay: "10s", skew: "2s", lateness: "30s", id: "1h")
    + ModelStreams.stream("c", disorder: "10s", delay: "10s", skew: "0s", lateness: "10s", id: "1h")
      + """
      table t { topic "t.v1"  schema "t.json"  key id  time occurred_at  disorder 1s  lateness 10s  keep 1h }
      hours desk { zone "Europe/Dublin"  open mon to fri 09:00 to 17:30  closed 2026-01-13 }
      hours night { zone "Europe/Dublin"  open mon to sun 00:30 to 02:30 }
      param level decimal { default 2.00  region "us-east-1" 3.00 }

      """

  func check() throws {
    let text = Self.streams + rules
    let result = RuleProgram.check(files: [SourceText(file: "case.tenet", bytes: Array(text.utf8))]) { Array(ModelStreams.schema($0).utf8) }
    let (checked, mistakes) = (result.program, result.diagnostics.filter { $0.severity == .error }.map(\.message))
    let program = try #require(checked, "\(mistakes)")
    let standing = NaiveModel(program: program, region: "us-east-1", rules: program.everyRule).standing(
      ModelRecord.placed(records), clock: EventScript.time(clock), known: known.map { EventScript.time($0) } ?? .distantPast)
    #expect(Self.lines(of: standing).sorted() == said.sorted())
  }

  // MARK: Events

  private var records: [ModelRecord] {
    var now = Int64.min
    return events.split(separator: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      let time = EventScript.time(words[0])
      now = max(now, time.microseconds)
      return words[1] == "t" ? Self.row(words, time, now) : Self.event(words, time, now)
    }
  }

  private static func row(_ words: [String], _ time: EventTime, _ now: Int64) -> ModelRecord {
    var record = ModelRecord(stream: "t", partition: 0, timestamp: now, fields: [], key: words[2])
    if words[3] == "deleted" {
      record.timestamp = time.microseconds
    } else {
      record.fields = [("id", "\"\(words[2])\""), ("occurred_at", "\"\(time.rfc3339)\"")].map { (name: $0.0, json: $0.1) }
      record.fields += words[3...].map(field)
    }
    return record
  }

  private static func event(_ words: [String], _ time: EventTime, _ now: Int64) -> ModelRecord {
    let kind = words[1].split(separator: ".").map(String.init)
    var record = ModelRecord(stream: kind[0], partition: 0, timestamp: now, fields: [])
    record.fields = [
      ("event_id", kind[0] == "b" ? words[2] : "\"\(words[2])\""), ("type", "\"\(kind[1])\""), ("occurred_at", "\"\(time.rfc3339)\""),
    ].map { (name: $0.0, json: $0.1) }
    if words[3] != "-" { record.fields.append((name: "id", json: "\"\(words[3])\"")) }
    var given = words[4...].map(field)
    if let partition = given.firstIndex(where: { $0.name == "p" }) { record.partition = Int32(given.remove(at: partition).json) ?? 0 }
    for (name, json) in [("n", "0"), ("amount", "\"1.00\"")] where !given.contains(where: { $0.name == name }) {
      record.fields.append((name: name, json: json))
    }
    record.fields += given
    return record
  }

  private static func field(_ word: String) -> (name: String, json: String) {
    let parts = word.split(separator: "=").map(String.init)
    let json =
      switch (parts[0], parts[1]) {
      case (_, "?"): "\"many\""
      case (_, "null"): "null"
      case ("due", let time): "\"\(EventScript.time(time).rfc3339)\""
      case ("amount", let text), ("extra", let text), ("w", let text): "\"\(text)\""
      case (_, let text): text
      }
    return (parts[0], json)
  }

  // MARK: What is said

  private static func lines(of standing: Standing) -> [String] {
    let violations = standing.violations.map { v in
      var words = [v.rule, clock(v.at), key(v.key), v.state] + (v.reason.map { [$0] } ?? [])
      words += v.evidence.map { evidence in
        let parts = evidence.split(separator: ":")
        // Of the violation of a rule, the rule.
        return "\(parts[0]):\(parts[2].count == 32 ? parts[1] : parts[2])"
      }
      if v.evidenceOmitted > 0 { words.append("and \(v.evidenceOmitted) more") }
      if v.message != v.rule, !v.rule.hasPrefix(v.message + ".") { words.append("\"\(v.message)\"") }
      if v.severity != "medium" { words.append(v.severity) }
      if v.suppressed > 0 { words.append("and \(v.suppressed) held back") }
      return words.joined(separator: " ")
    }
    let kpis = standing.kpis.map { k in
      "\(k.kpi) \(clock(k.start)) to \(clock(k.end)) \(key(k.key)) = \(k.value ?? "–") of \(k.events)"
        + (k.isMet.map { $0 ? " met" : " missed" } ?? "") + (k.isPartial ? " partial" : "")
    }
    let corrections = standing.corrections.map { c in
      let payload = (try? JSONValue.parse(Array(c.payload.utf8)))?.members?.filter { $0.key != "event_id" } ?? []
      return "\(c.name) \(JSONValue.object(payload).compact)"
    }
    return violations + kpis + corrections + standing.undetermined.map { "? \($0.rule) \(clock($0.at)) \(key($0.key)) \($0.reason)" }
  }

  private static func key(_ text: String) -> String {
    let members = (try? JSONValue.parse(Array(text.utf8)))?.members ?? []
    return members.isEmpty ? "all" : members.map { $0.value.text ?? $0.value.compact }.joined(separator: "/")
  }

  private static func clock(_ text: String) -> String {
    let short = text.hasSuffix("Z") ? String(text.dropLast()) : text
    return short.hasPrefix("2026-01-05T") ? String(short.dropFirst(11)) : short
  }
}
