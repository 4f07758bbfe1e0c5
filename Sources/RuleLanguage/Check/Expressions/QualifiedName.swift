import EventModel

// CEL's own dialect: variables are given from outside, and names may have dots.

extension ExpressionChecker {
  /// Checks an expression of CEL over variables, which are the outermost locals, in this order. `container`: the name space in which names
  /// are looked for first.
  mutating func check(
    _ syntax: ExpressionSyntax, variables: [(name: String, type: ValueType)], container: String = ""
  ) -> CheckedExpression? {
    var context = Context(scope: Scope())
    context.container = container
    for (index, variable) in variables.enumerated() {
      let expression = CheckedExpression(.local(index), type: variable.type, span: syntax.span)
      context.locals.append(Context.Local(name: variable.name, operand: Operand(expression: expression, syntax: syntax, isGiven: true)))
    }
    return check(syntax, context)?.expression
  }

  /// What a name with dots stands for as a whole, if anything: in the container `a.b`, `x` is `a.b.x`, else `a.x`, else `x`.
  func qualifiedName(_ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard let (path, isAbsolute) = syntax.dottedName else { return nil }
    // A macro's variable hides what is given.
    if let root = path.split(separator: ".").first, !isAbsolute,
      let local = context.locals.last(where: { $0.name.map { $0 == root } ?? false }), !local.operand.isGiven
    {
      return nil
    }
    var container = isAbsolute ? [] : context.container.split(separator: ".")
    while true {
      let name = (container.map(String.init) + [path]).joined(separator: ".")
      if let local = context.locals.last(where: { $0.name == name && $0.operand.isGiven }) {
        var operand = local.operand
        operand.syntax = syntax
        operand.expression.span = syntax.span
        return operand
      }
      if let type = Self.typeNames[name] {
        return Operand(expression: CheckedExpression(.literal(.type(type)), type: .type, span: syntax.span), syntax: syntax)
      }
      guard container.popLast() != nil else { return nil }
    }
  }

  private static let typeNames = Dictionary(
    uniqueKeysWithValues: [
      "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "optional_type", "google.protobuf.Timestamp",
      "google.protobuf.Duration",
    ].map { ($0, $0) })
}

extension ExpressionSyntax {
  /// `a.b.c` as text, and whether a dot stands before it.
  fileprivate var dottedName: (path: String, isAbsolute: Bool)? {
    switch kind {
    case .name(let word, let hasLeadingDot): return (word.text, hasLeadingDot)
    case .select(let object, let word):
      guard let (path, isAbsolute) = object.dottedName else { return nil }
      return ("\(path).\(word.text)", isAbsolute)
    default: return nil
    }
  }
}
