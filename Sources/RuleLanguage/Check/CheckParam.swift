import Diagnostics
import EventModel

/// Checks a param: its type, its default, and one value for each region (language.md 23.1).
struct ParamChecker {
  let syntax: ParamSyntax
  /// `review_limit`, or `rule.param`.
  let name: String
  private(set) var diagnostics: [Diagnostic] = []

  init(_ syntax: ParamSyntax, name: String) {
    self.syntax = syntax
    self.name = name
  }

  mutating func check(in context: ProgramContext) -> CheckedParam? {
    guard let type = ParamType.type(of: syntax.type, &diagnostics) else { return nil }
    var expressions = ExpressionChecker()
    let scope = context.constantScope
    let defaultValue = expressions.literalValue(syntax.defaultValue, type: type, in: scope)
    var regional: [String: Value] = [:]
    var places: [String: SourceSpan] = [:]
    for region in syntax.regional {
      if let first = places[region.region.value] { diagnostics.append(.regionTwice(region.region, first: first)) }
      places[region.region.value] = region.region.span
      regional[region.region.value] = expressions.literalValue(region.value, type: type, in: scope)
    }
    diagnostics += expressions.diagnostics
    guard let defaultValue else { return nil }
    return CheckedParam(name: name, type: type, defaultValue: defaultValue, regional: regional)
  }
}

/// The types that a param may have, by their names.
enum ParamType {
  private static let simple: [(name: String, type: ValueType)] = [
    ("bool", .bool), ("int", .int), ("uint", .uint), ("double", .double), ("decimal", .decimal), ("string", .string),
    ("timestamp", .timestamp), ("duration", .duration),
  ]

  static let names = simple.map(\.name) + ["list", "map"]

  static func type(of syntax: TypeSyntax, _ diagnostics: inout [Diagnostic]) -> ValueType? {
    let arguments = syntax.arguments.map { type(of: $0, &diagnostics) }
    switch (syntax.name.text, arguments.count) {
    case ("list", 1): return arguments[0].map { .list($0) }
    case ("map", 2):
      guard let key = arguments[0], let value = arguments[1] else { return nil }
      if key == .string { return .map(key, value) }
      diagnostics.append(.typeArguments(syntax, "`string` and the type of its values"))
    case ("list", _): diagnostics.append(.typeArguments(syntax, "the type of its elements"))
    case ("map", _): diagnostics.append(.typeArguments(syntax, "`string` and the type of its values"))
    default:
      guard let type = simple.first(where: { $0.name == syntax.name.text })?.type else {
        diagnostics.append(.unknownType(syntax))
        return nil
      }
      if arguments.isEmpty { return type }
      diagnostics.append(.typeArguments(syntax, "no other types"))
    }
    return nil
  }
}
