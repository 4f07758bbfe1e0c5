internal import EventModel

extension FunctionTable {
  static let optionals: [FunctionEntry] = [
    FunctionEntry("optional.of", .unary { (a) throws(EvaluationError) in .optional(a) }, .function(.a, gives: .optional(.a))),
    FunctionEntry("optional.none", .variadic { (_) throws(EvaluationError) in .optional(nil) }, .function(gives: .optional(.a))),
    FunctionEntry(
      "optional.ofNonZeroValue", .unary { (a) throws(EvaluationError) in .optional(a.isZero ? nil : a) },
      .function(.a, gives: .optional(.a))),
    FunctionEntry("hasValue", .unary(hasValue), .method(.optional(.a), gives: .bool)),
    FunctionEntry("value", .unary(value), .method(.optional(.a), gives: .a)),
    FunctionEntry("or", .otherwise(unwraps: false), .method(.optional(.a), .optional(.a), gives: .optional(.a))),
    FunctionEntry("orValue", .otherwise(unwraps: true), .method(.optional(.a), .a, gives: .a)),
  ]

  private static func hasValue(_ a: Value) throws(EvaluationError) -> Value {
    guard case .optional(let inner) = a else { throw .noSuchOverload("hasValue", [a]) }
    return .bool(inner != nil)
  }

  private static func value(_ a: Value) throws(EvaluationError) -> Value {
    guard case .optional(let inner) = a else { throw .noSuchOverload("value", [a]) }
    guard let inner else { throw .invalid("the optional has no value") }
    return inner
  }
}

extension Value {
  /// CEL's zero value of the type: 0, the empty text, list or map, false, null.
  var isZero: Bool {
    switch self {
    case .null: true
    case .bool(let x): !x
    case .int(let x): x == 0
    case .uint(let x): x == 0
    case .double(let x): x == 0
    case .decimal(let x): x.coefficient == 0
    case .string(let x): x.isEmpty
    case .bytes(let x): x.isEmpty
    case .list(let x): x.isEmpty
    case .map(let x): x.isEmpty
    case .timestamp(let x): x == Timestamp(seconds: 0)
    case .duration(let x): x == .zero
    case .type, .address: false
    case .optional(let x): x == nil
    }
  }
}
