import Diagnostics
import EventModel
import Testing

@testable import RuleLanguage

/// Checks expressions over three patterns: `o` (an order), `p` (a captured or refunded payment), and in windows `r` (a refund).
enum ExpressionFixture {
  static func schema(_ text: String) -> [(label: String, fields: ObjectType)] {
    let (schema, diagnostics) = EventSchema.read(
      file: "s.json", kindField: FieldPath(["type"]), namedAt: SourceSpan(file: "s", range: 0..<0)
    ) { _ in Array(text.utf8) }
    precondition(diagnostics.isEmpty, "the schema is right: \(diagnostics)")
    return schema?.kinds.map { (label: $0.name, fields: $0.fields) } ?? []
  }

  static let orders = schema(
    ##"""
    {"properties": {
      "type": {"enum": ["placed"]}, "order_id": {"type": "string"}, "currency": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
      "tier": {"enum": ["gold", "silver"]}, "rush": {"type": "boolean"}, "weight": {"type": "number", "minimum": 0}, "count": {"type": "integer"},
      "total": {"$ref": "#/$defs/money"}, "tax": {"$ref": "#/$defs/money"}, "discount": {"$ref": "#/$defs/money"}, "fee": {"type": "number", "format": "decimal", "x-currency": "EUR"},
      "factor": {"type": "number", "format": "decimal"}, "note": {"type": ["string", "null"]}, "odd": {"type": ["string", "integer"]}, "labels": {"type": "object", "additionalProperties": {"type": "string"}},
      "tags": {"type": "array", "items": {"type": "string"}},
      "ship_to": {"properties": {"country": {"type": "string"}, "zip": {"type": "string"}}, "required": ["country"]},
      "customer": {"properties": {"email": {"type": "string"}}},
      "lines": {"type": "array", "items": {"properties": {"sku": {"type": "string"}, "quantity": {"type": "integer", "minimum": 0}, "price": {"$ref": "#/$defs/money"}, "gift": {"type": "string"}},
        "required": ["sku", "quantity", "price"]}}},
     "required": ["type", "order_id", "currency", "at", "tier", "rush", "weight", "count", "total", "tax", "fee", "factor", "labels", "tags", "ship_to", "lines", "odd"],
     "$defs": {"money": {"type": ["number", "string"], "format": "decimal", "x-currency": "currency", "minimum": 0}}}
    """##)

  static let payments = schema(
    ##"""
    {"oneOf": [{"$ref": "#/$defs/captured"}, {"$ref": "#/$defs/refunded"}], "required": ["type", "payment_id", "currency", "amount"],
     "properties": {"type": {"type": "string"}, "payment_id": {"type": "string"}, "currency": {"type": "string"}, "amount": {"type": "number", "format": "decimal", "x-currency": "currency"}},
     "$defs": {"captured": {"properties": {"type": {"const": "captured"}, "code": {"type": "string"}, "auth": {"type": "string"}}, "required": ["code", "auth"]},
      "refunded": {"properties": {"type": {"const": "refunded"}, "code": {"type": "integer"}}, "required": ["code"]}}}
    """##)

  /// `o` and `p`, as in a join; with `isWindow`, `o` and `p` are the patterns of a window.
  static func scope(isWindow: Bool = false, keyed: Bool = true) -> Scope {
    var scope = Scope(
      lets: lets, params: ["limit": (index: 0, type: .decimal), "patience": (index: 1, type: .duration)])
    scope.patterns = [
      Scope.Pattern(index: 0, alias: "o", kinds: orders, isWindowed: isWindow),
      Scope.Pattern(index: 1, alias: "p", kinds: payments, isWindowed: isWindow),
    ]
    if isWindow { scope.windowPatterns = [0, 1] }
    if keyed {
      let path = FieldPath(["order_id"])
      scope.keyParts = [
        KeyPart(
          name: "order", type: .string,
          expressions: [0, 1].map { CheckedExpression(.field(pattern: $0, path), type: .string, span: SourceSpan(file: "e", range: 0..<0)) }
        )
      ]
    }
    return scope
  }

  static let lets: [String: ExpressionSyntax] = [
    "embargoed": syntax(#"["KP", "SY"]"#), "limits": syntax(#"{"EUR": 2000.10, "JPY": 300000}"#), "share": syntax("0.1 * 3"),
    "cycle": syntax("1 + cycle"),
    "mixed": syntax(#"[1, "a"]"#),
  ]

  static func syntax(_ text: String) -> ExpressionSyntax {
    let (syntax, diagnostics) = ExpressionSyntax.parse(SourceText(file: "e", text: text))
    guard let syntax, diagnostics.isEmpty else { preconditionFailure("`\(text)` is an expression: \(diagnostics)") }
    return syntax
  }

  /// The type of the expression, or its mistakes: `TN0200 [totl] message / help`.
  static func outcome(_ text: String, in scope: Scope = scope(), wanting: ValueType? = nil) -> String {
    var checker = ExpressionChecker()
    let amount = checker.check(syntax(text), in: scope, wanting: wanting, for: "`when`")
    let mistakes = checker.diagnostics.map { mistake in
      let place = String(decoding: Array(text.utf8)[mistake.span.range.clamped(to: 0..<text.utf8.count)], as: UTF8.self)
      return "\(mistake.code) [\(place)] \(mistake.message)" + (mistake.help.map { " / \($0)" } ?? "")
    }
    if let amount, mistakes.isEmpty { return amount.expression.type.described }
    return mistakes.joined(separator: "\n")
  }
}

/// Values for expressions: fields by `pattern path`, as in `0 total`.
struct ExpressionValues: Activation {
  var fields: [String: Value] = [:]
  var key: [Value] = []
  var params: [Value] = []
  var aggregates: [Value] = []

  func field(_ pattern: Int, _ path: FieldPath) throws(EvaluationError) -> Value? {
    guard let value = fields["\(pattern) \(path)"] else { return nil }
    if case .type = value { throw EvaluationError(.field(path.description), "`\(path)` is not as its schema says") }
    return value
  }
  func keyPart(_ index: Int) throws(EvaluationError) -> Value { key[index] }
  var wholeKey: String { key.map(\.keyText).joined(separator: "/") }
  func param(_ index: Int) -> Value { params[index] }
  func aggregate(_ index: Int) throws(EvaluationError) -> Value { aggregates[index] }
  func exposure() throws(EvaluationError) -> Value { .decimal(.zero) }
  func exposureCurrency() throws(EvaluationError) -> Value { .string("EUR") }
}
