internal import EventModel

/// A violation as it was published, as far as screens and scores need it.
struct PublishedViolation: Sendable {
  var id: String
  var revision: Int
  var state: String
  var severity: String
  var rule: String
  var key: [String]
  var at: EventTime
  var message: String
  var exposure: (amount: ExactDecimal, currency: String)?

  var stands: Bool { state != "withdrawn" }

  init?(_ record: JSONValue) {
    guard let id = record["id"]?.text, let state = record["state"]?.text, let rule = record["rule"]?.text,
      let time = record["at"]?.text.flatMap({ EventTime(rfc3339: $0) })
    else { return nil }
    (self.id, self.state, self.rule, at) = (id, state, rule, time)
    revision = record["revision"]?.digits.flatMap { Int($0) } ?? 0
    severity = record["severity"]?.text ?? "medium"
    message = record["message"]?.text ?? rule
    key = (record["key"]?.members ?? []).map(\.value.plain)
    if let amount = record["exposure"]?["amount"]?.text.flatMap({ ExactDecimal(digits: $0) }) {
      exposure = (amount, record["exposure"]?["currency"]?.text ?? "")
    }
  }
}

/// A KPI's value for one window, as it was published.
struct PublishedKPI: Sendable {
  var name: String
  var key: [String]
  var start: EventTime
  var isFinal: Bool
  var value: String?

  init?(_ record: JSONValue) {
    guard let name = record["kpi"]?.text, let start = record["window"]?["start"]?.text.flatMap({ EventTime(rfc3339: $0) }) else {
      return nil
    }
    (self.name, self.start) = (name, start)
    key = (record["key"]?.members ?? []).map(\.value.plain)
    if case .bool(true) = record["final"] { isFinal = true } else { isFinal = false }
    value = record["value"]?.plain
  }
}

extension JSONValue {
  /// A text without quotes, a number by its digits, the rest as JSON.
  var plain: String {
    switch self {
    case .string(let text): text
    case .number(let digits): digits
    default: compact
    }
  }

  fileprivate var digits: String? {
    if case .number(let digits) = self { return digits }
    return nil
  }
}
