import Diagnostics
import EventModel

/// Mistakes in streams: TN0350–TN0399.
extension DiagnosticCode {
  static let unknownStreamField = DiagnosticCode(350)
  static let badStreamField = DiagnosticCode(351)
  static let delayBelowDisorder = DiagnosticCode(352)
  static let topicTwice = DiagnosticCode(353)
  static let unknownKindValue = DiagnosticCode(354)
}

extension Diagnostic {
  static func unknownStreamField(_ path: PathSyntax, _ what: String, kind: String, schema: String, names: [String]) -> Diagnostic {
    let nearest = nearestName(to: path.text, among: names)
    let place = kind.isEmpty ? "`\(schema)`" : "kind `\(kind)` of `\(schema)`"
    return Diagnostic(
      .unknownStreamField, .error, "the \(what) field `\(path.text)` is not in \(place)", at: path.span,
      help: nearest.map { "did you mean `\($0)`?" }, edit: nearest.map { Edit(replace: path.span, with: $0) })
  }

  static func streamFieldDiffers(_ path: PathSyntax, _ what: String, schema: String) -> Diagnostic {
    Diagnostic(
      .badStreamField, .error, "the \(what) field `\(path.text)` has different types in the kinds of `\(schema)`", at: path.span)
  }

  static func badStreamField(_ path: PathSyntax, _ what: String, is type: FieldType, wanted: String) -> Diagnostic {
    Diagnostic(.badStreamField, .error, "the \(what) field `\(path.text)` is \(type.name), and must be \(wanted)", at: path.span)
  }

  static func delayBelowDisorder(_ span: SourceSpan, disorder: SourceSpan?) -> Diagnostic {
    Diagnostic(
      .delayBelowDisorder, .error, "`delay` is less than `disorder`", at: span,
      notes: [Note(disorder == nil ? "`disorder` is 30s unless given" : "`disorder` is here", at: disorder)],
      help: "an event may become readable at least as late as it may be out of order")
  }

  static func topicTwice(_ topic: Spanned<String>, first: Names.Declared, name: String) -> Diagnostic {
    Diagnostic(
      .topicTwice, .error, "topic `\(topic.value)` is read by \(first.keyword) `\(name)` already", at: topic.span,
      notes: [Note("it is declared here", at: first.span)],
      help: first.keyword == "stream" ? "kinds of events of one topic are one stream with `kind`" : "a topic is one stream or one table")
  }

  static func kindsWithoutKind(_ word: Word, of owner: String) -> Diagnostic {
    Diagnostic(
      .unknownKindValue, .error, "\(owner) names kinds and has no `kind`", at: word.span,
      help: "`kind` is the field that tells the kinds apart")
  }

  static func unknownKindValue(_ value: Spanned<String>, known: [String], of owner: String) -> Diagnostic {
    let nearest = nearestName(to: value.value, among: known)
    return Diagnostic(
      .unknownKindValue, .error, "the schema of \(owner) has no kind `\(value.value)`", at: value.span,
      help: nearest.map { "did you mean `\($0)`?" } ?? "it has " + known.quoted)
  }
}

extension FieldType {
  /// For messages: "a string", "an object".
  var name: String {
    switch self {
    case .string: "a string"
    case .bool: "a bool"
    case .integer: "an integer"
    case .number: "a number"
    case .decimal: "a decimal"
    case .timestamp: "a `date-time`"
    case .date: "a `date`"
    case .list: "an array"
    case .object, .map: "an object"
    case .unknown: "of no type that rules know"
    }
  }
}

enum StreamCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .unknownStreamField, .error, "a field of a stream that its schema does not have",
      explanation: "`key`, `time` and `id` name fields that every kind of event in the stream has.",
      bad: stream("time occured_at"), good: stream("time occurred_at")),
    DiagnosticEntry(
      .badStreamField, .error, "a field of a stream with a type that does not do",
      explanation: "The time of an event is a `date-time`, its id a string or an integer; a key is made of single values.",
      bad: stream("time order_id"), good: stream("time occurred_at")),
    DiagnosticEntry(
      .delayBelowDisorder, .error, "a delay that is less than the disorder",
      explanation: """
        `disorder` says how far out of order the events of a partition may stand, `delay` how long after its time an event may become \
        readable. What is out of order became readable late.
        """,
      bad: stream("time occurred_at  disorder 10s  delay 5s"), good: stream("time occurred_at  disorder 10s  delay 15s")),
    DiagnosticEntry(
      .topicTwice, .error, "a topic that two streams or tables read",
      explanation: "A topic belongs to one stream or table. Its kinds of events are told apart by `kind`, or in `where`.",
      bad: stream("time occurred_at") + stream("time occurred_at", named: "sales"), good: stream("time occurred_at")),
    DiagnosticEntry(
      .unknownKindValue, .error, "a kind that the schema does not have",
      explanation: "`kinds` gives names to values of the kind field that are no names. The values are those of the schema.",
      bad: stream("time occurred_at  kind type  kinds { placed: \"order-placed\" }"),
      good: stream("time occurred_at  kind type  kinds { ordered: \"placed\" }")),
  ]

  private static func stream(_ items: String, named name: String = "shop_orders") -> String {
    "stream \(name) { topic \"shop-orders.v1\"  schema \"order-event.schema.json\"  id event_id within 1h  \(items) }\n"
  }
}
