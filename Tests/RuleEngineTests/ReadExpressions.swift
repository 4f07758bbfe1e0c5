import EventModel
import RuleLanguage

/// Literals for expressions made by hand.
enum Expression {
  static func literal(_ value: Value, _ type: ValueType) -> CheckedExpression {
    CheckedExpression(.literal(value), type: type, span: Fixture.nowhere)
  }
  static func int(_ value: Int64) -> CheckedExpression { literal(.int(value), .int) }
  static func double(_ value: Double) -> CheckedExpression { literal(.double(value), .double) }
  static func string(_ value: String) -> CheckedExpression { literal(.string(value), .string) }
  static func bool(_ value: Bool) -> CheckedExpression { literal(.bool(value), .bool) }
  static func decimal(_ digits: String) -> CheckedExpression {
    guard let value = ExactDecimal(digits: digits) else { preconditionFailure("`\(digits)` is a decimal") }
    return literal(.decimal(value), .decimal)
  }
}

extension CheckedExpression {
  private static func bool(_ kind: Kind) -> CheckedExpression { CheckedExpression(kind, type: .bool, span: Fixture.nowhere) }

  static func field(_ path: String, of pattern: Int = 0) -> CheckedExpression { bool(.field(pattern: pattern, Fixture.path(path))) }
  static func has(_ path: String) -> CheckedExpression { bool(.hasField(pattern: 0, Fixture.path(path))) }
  static func and(_ a: CheckedExpression, _ b: CheckedExpression) -> CheckedExpression { bool(.and(a, b)) }
  static func or(_ a: CheckedExpression, _ b: CheckedExpression) -> CheckedExpression { bool(.or(a, b)) }
  static func not(_ a: CheckedExpression) -> CheckedExpression { bool(.not(a)) }
  static func conditional(_ a: CheckedExpression, _ b: CheckedExpression, _ c: CheckedExpression) -> CheckedExpression {
    bool(.conditional(a, then: b, else: c))
  }
  static func list(_ elements: [CheckedExpression]) -> CheckedExpression { bool(.list(elements)) }

  /// An operator as rules write it.
  static func call(_ name: String, _ a: CheckedExpression, _ b: CheckedExpression) -> CheckedExpression {
    let cel = name == "in" ? "@in" : "_\(name)_"
    let function = Function(name: cel) { values throws(EvaluationError) in .bool(try Self.holds(name, values[0], values[1])) }
    return bool(.call(function, [a, b]))
  }

  private static func holds(_ name: String, _ a: Value, _ b: Value) throws(EvaluationError) -> Bool {
    switch name {
    case "==": return a == b
    case "!=": return a != b
    case "in":
      guard case .list(let elements) = b else { throw EvaluationError(.noSuchOverload, "no such overload") }
      return elements.contains(a)
    default:
      guard let order = a.order(to: b) else { throw EvaluationError(.noSuchOverload, "no such overload") }
      switch name {
      case "<": return order == .ascending
      case "<=": return order == .ascending || order == .same
      case ">": return order == .descending
      default: return order == .descending || order == .same
      }
    }
  }
}
