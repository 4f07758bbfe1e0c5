package import Diagnostics

/// What is said of the mistakes of schemas. The examples are schema files of a stream whose kind field is `type`.
package enum SchemaCatalogue {
  package static let entries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .schemaNotFound, .error, "a schema file that is not there",
      explanation:
        "A stream names its schema, and a schema the files of its parts; they are looked for beside it and in the folder of schemas.",
      bad: "", good: event("\"total\": {\"type\": \"number\"}")),
    DiagnosticEntry(
      .schemaNotJSON, .error, "a schema file that is not JSON", explanation: "Schemas are JSON texts in UTF-8, without comments.",
      bad: "{\"type\": \"object\",}\n", good: event("\"total\": {\"type\": \"number\"}")),
    DiagnosticEntry(
      .schemaReference, .error, "a reference that leads to nothing",
      explanation: "`$ref` leads to `#/…` in the same file, or to `other.json#/…` in a file beside it.",
      bad: event("\"total\": {\"$ref\": \"#/$defs/money\"}"),
      good: event("\"total\": {\"$ref\": \"#/properties/tax\"}, \"tax\": {\"type\": \"number\"}")),
    DiagnosticEntry(
      .schemaReferenceCycle, .error, "a schema that holds itself",
      explanation: "Events have a fixed shape: what a reference leads to cannot lead back to it.",
      bad: event("\"parent\": {\"$ref\": \"#\"}"), good: event("\"parent\": {\"type\": \"string\"}")),
    DiagnosticEntry(
      .schemaKeyword, .error, "a keyword without the form that JSON Schema gives it",
      explanation: "Keywords that say something about types, and those that Tenet adds, are read strictly. All others are left alone.",
      bad: event("\"total\": {\"type\": \"money\"}"), good: event("\"total\": {\"type\": \"number\"}")),
    DiagnosticEntry(
      .schemaDuplicateKey, .error, "a name that stands twice in one object",
      explanation: "Readers of JSON disagree on which of the two holds.",
      bad: event("\"total\": {\"type\": \"string\"}, \"total\": {\"type\": \"number\"}"), good: event("\"total\": {\"type\": \"number\"}")),
    DiagnosticEntry(
      .schemaKind, .error, "kinds of events that the schema does not tell apart",
      explanation: "The field that `kind` names lists its values by `enum`, or by `const` in each alternative of `oneOf`.",
      bad: "{\"type\": \"object\", \"properties\": {\"type\": {\"type\": \"string\"}}}\n", good: event("\"total\": {\"type\": \"number\"}")),
    DiagnosticEntry(
      .schemaAnnotation, .error, "an annotation of Tenet's that cannot be",
      explanation: """
        `x-currency` names the field with the currency of an amount, or is one; `x-minor-units` is `true` for integers that count cents and \
        the like; `x-personal` is `true` or `false`; `x-residency` names a zone.
        """,
      bad: event("\"total\": {\"type\": \"number\", \"format\": \"decimal\", \"x-currency\": \"currency\"}"),
      good: event(
        "\"currency\": {\"type\": \"string\"}, \"total\": {\"type\": \"number\", \"format\": \"decimal\", \"x-currency\": \"currency\"}")),
    DiagnosticEntry(
      .schemaNotSupported, .error, "a keyword of JSON Schema that is not supported",
      explanation: "What an event looks like is told by `properties`, `allOf`, `oneOf` and `anyOf`, and not by conditions.",
      bad:
        "{\"properties\": {\"type\": {\"enum\": [\"placed\"]}}, \"if\": {\"required\": [\"total\"]}, \"then\": {\"required\": [\"tax\"]}}\n",
      good: event("\"total\": {\"type\": \"number\"}")),
    DiagnosticEntry(
      .schemaNoObject, .error, "a schema of something that is no object", explanation: "An event is a JSON object.",
      bad:
        "{\"oneOf\": [{\"type\": \"object\", \"properties\": {\"type\": {\"const\": \"placed\"}}}, {\"type\": \"array\", \"properties\": {\"type\": {\"const\": \"x\"}}}]}\n",
      good: event("\"total\": {\"type\": \"number\"}")),
  ]

  private static func event(_ properties: String) -> String {
    "{\"type\": \"object\", \"properties\": {\"type\": {\"enum\": [\"placed\", \"cancelled\"]}, \(properties)}}\n"
  }
}
