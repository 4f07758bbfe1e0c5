import Diagnostics
import EventModel

/// Mistakes of schema files: TN0300–TN0349. They are found by `EventModel`; the examples are schemas, but for the file that is not there.
enum SchemaCatalogue {
  static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .schemaNotFound, .error, "a schema file that is not there",
      explanation: "A stream's `schema` names a file in the folder of schemas.",
      bad: stream(schema: "order-events.json"), good: stream(schema: "order-event.schema.json")),
    entry(
      .schemaNotJSON, "a schema that is not JSON", "A schema is a JSON text in UTF-8.",
      bad: "{\"type\": \"object\"", good: event()),
    entry(
      .schemaReference, "a `$ref` that leads nowhere",
      "A `$ref` names a place in this file (`#/$defs/amount`) or in a file beside it (`common.schema.json#/$defs/amount`).",
      bad: event(##""total": {"$ref": "#/$defs/amont"}"##, defs: amount),
      good: event(##""total": {"$ref": "#/$defs/amount"}"##, defs: amount)),
    entry(
      .schemaReferenceCycle, "a `$ref` that leads back to itself", "Events are of a bounded depth, so a schema does not hold itself.",
      bad: event(##""parent": {"$ref": "#"}"##), good: event(#""parent": {"type": "string"}"#)),
    entry(
      .schemaKeyword, "a keyword of JSON Schema that is used wrongly",
      "Types, lists and bounds have the forms of JSON Schema 2020-12.",
      bad: event(#""total": {"type": "money"}"#), good: event(#""total": {"type": "number"}"#)),
    entry(
      .schemaDuplicateKey, "a member that stands twice in a schema",
      "Of two members of one name a reader of JSON takes one, and readers differ.",
      bad: event(#""total": {"type": "number"}, "total": {"type": "string"}"#), good: event(#""total": {"type": "number"}"#)),
    entry(
      .schemaKind, "a kind field that the schema does not tell",
      "The field that a stream names as its `kind` lists its values, in `const` or `enum`: these are the kinds of events.",
      bad: event(kind: #"{"type": "string"}"#), good: event(kind: #"{"enum": ["raised", "cleared"]}"#)),
    entry(
      .schemaAnnotation, "an annotation of Tenet's that is used wrongly",
      "`x-currency` names a field or a currency, `x-minor-units` is for integers with a currency, `x-personal` is a bool.",
      bad: event(#""total": {"type": "string", "format": "decimal", "x-currency": "curency"}, "currency": {"type": "string"}"#),
      good: event(#""total": {"type": "string", "format": "decimal", "x-currency": "currency"}, "currency": {"type": "string"}"#)),
    entry(
      .schemaNotSupported, "a keyword of JSON Schema that Tenet does not read",
      "What says in other ways which fields an event has cannot be passed over.",
      bad: event(###""total": {"$dynamicRef": "#amount"}"###), good: event(#""total": {"type": "number"}"#)),
    entry(
      .schemaNoObject, "a schema that describes no object", "An event is a JSON object.",
      bad: #"{"type": "string"}"# + "\n", good: event()),
  ]

  private static func entry(_ code: DiagnosticCode, _ title: String, _ explanation: String, bad: String, good: String) -> DiagnosticEntry {
    DiagnosticEntry(code, .error, title, explanation: explanation, bad: bad, good: good, example: .schema)
  }

  private static func stream(schema: String) -> String {
    "stream clicks { topic \"clicks.v1\"  schema \"\(schema)\"  kind type  time occurred_at  id event_id within 1h }\n"
  }

  private static let amount = #""amount": {"type": "string", "format": "decimal"}"#

  /// An event with some properties more.
  private static func event(_ more: String = "", kind: String = #"{"const": "raised"}"#, defs: String = "") -> String {
    """
    {
      "type": "object",
      "required": ["type", "at", "id"],
      "properties": {
        "type": \(kind),
        "at": {"type": "string", "format": "date-time"},
        "id": {"type": "string"}\(more.isEmpty ? "" : ",\n    \(more)")
      }\(defs.isEmpty ? "" : ",\n  \"$defs\": {\(defs)}")
    }

    """
  }
}
