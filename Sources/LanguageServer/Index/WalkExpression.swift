import Diagnostics
import EventModel
import RuleLanguage

/// Names in expressions.
extension SymbolWalk {
  /// Notes the names in an expression; what is known of its value.
  @discardableResult mutating func expression(_ expression: ExpressionSyntax) -> Shape? {
    switch expression.kind {
    case .name(let name, _):
      use(name)
      return scope[name.text]?.shape ?? declared[.value(name.text)]?.shape
    case .select(let operand, let word), .optionalSelect(let operand, let word):
      return member(word, of: self.expression(operand))
    case .index(let operand, let index), .optionalIndex(let operand, let index):
      let shape = self.expression(operand)
      self.expression(index)
      return shape?.element
    case .parenthesized(let inner): return self.expression(inner)
    case .call(let function, _, let arguments):
      note(.function(function.text), function.span)
      let shapes = arguments.map { argument in self.expression(argument) }
      return ["first", "last", "min", "max", "sum"].contains(function.text) ? shapes.first ?? nil : nil
    case .methodCall(let receiver, let method, let arguments): return call(method, of: receiver, arguments)
    default:
      for part in expression.parts { self.expression(part) }
      return nil
    }
  }

  /// What is known of an expression whose names are noted elsewhere.
  func shape(of expression: ExpressionSyntax) -> Shape? {
    var copy = self
    return copy.expression(expression)
  }

  /// Macros that bind names to what they go over, and how many names.
  private static let macros: [String: Int] = [
    "exists": 0, "all": 0, "exists_one": 0, "existsOne": 0, "filter": 1, "map": 1, "sortBy": 1, "optMap": 1, "optFlatMap": 1,
    "transformList": 2, "transformMap": 2, "transformMapEntry": 2,
  ]

  private mutating func call(_ method: Word, of receiver: ExpressionSyntax, _ arguments: [ExpressionSyntax]) -> Shape? {
    if case .name(let space, _) = receiver.kind, scope[space.text] == nil, declared[.value(space.text)] == nil {
      let name = "\(space.text).\(method.text)"
      if FunctionCatalogue.description(of: name) != nil {
        note(.function(name), space.span.joined(with: method.span))
        if name == "cel.bind", arguments.count == 3, case .name(let bound, _) = arguments[0].kind {
          let shape = expression(arguments[1])
          return within([(bound, shape)], of: arguments[2].span) { $0.expression(arguments[2]) }
        }
        arguments.forEach { expression($0) }
        return nil
      }
    }
    let shape = expression(receiver)
    if FunctionCatalogue.description(of: method.text) != nil { note(.function(method.text), method.span) }
    guard var count = Self.macros[method.text], arguments.count >= 2 else {
      arguments.forEach { expression($0) }
      return ["orValue", "first", "last", "value"].contains(method.text) ? shape : nil
    }
    if count == 0 { count = arguments.count - 1 }
    let names = arguments.prefix(count).compactMap { argument in
      if case .name(let name, _) = argument.kind { name } else { nil }
    }
    guard names.count == count, arguments.count > count else { return nil }
    let element = method.text.hasPrefix("opt") ? shape : shape?.element
    let bound = names.enumerated().map { ($1, $0 == count - 1 ? element : nil) }
    let rest = Array(arguments.dropFirst(count))
    within(bound, of: rest[0].span.joined(with: rest[rest.count - 1].span)) { walk in
      for part in rest { walk.expression(part) }
      return nil
    }
    return ["filter", "sortBy"].contains(method.text) ? shape : nil
  }

  /// Walks with names that are known for so long.
  @discardableResult private mutating func within(
    _ names: [(Word, Shape?)], of span: SourceSpan, _ walk: (inout SymbolWalk) -> Shape?
  ) -> Shape? {
    let outer = scope
    defer { scope = outer }
    for (name, shape) in names {
      declare(name, as: "variable", name.text, shape: shape, within: span.joined(with: name.span))
    }
    return walk(&self)
  }
}

extension TypeSyntax {
  var text: String { arguments.isEmpty ? name.text : "\(name.text)(\(arguments.map(\.text).joined(separator: ", ")))" }

  /// As a field's type, as far as there is one.
  var shape: Shape? {
    switch name.text {
    case "string": Shape(type: .string(allowed: nil))
    case "bool": Shape(type: .bool)
    case "int": Shape(type: .integer(minimum: nil, maximum: nil))
    case "double": Shape(type: .number(minimum: nil, maximum: nil))
    case "decimal": Shape(type: .decimal(minimum: nil, minorUnits: false, currency: nil))
    case "timestamp": Shape(type: .timestamp)
    default: nil
    }
  }
}
