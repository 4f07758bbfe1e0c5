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
    guard var checked = check(syntax, context)?.expression else { return nil }
    checked.type = unifier.settled(checked.type)
    return checked
  }

  /// The names for which a name may stand: in the container `a.b`, `x` is `a.b.x`, else `a.x`, else `x`.
  func containerNames(of name: String, _ context: Context) -> [String] {
    var container = context.container.split(separator: ".")
    var names: [String] = []
    while !container.isEmpty {
      names.append((container.map(String.init) + [name]).joined(separator: "."))
      container.removeLast()
    }
    return names + [name]
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
    for name in isAbsolute ? [path] : containerNames(of: path, context) {
      if let local = context.locals.last(where: { $0.name == name && $0.operand.isGiven }) {
        var operand = local.operand
        operand.syntax = syntax
        operand.expression.span = syntax.span
        return operand
      }
      if let (value, type) = Self.constants[name] {
        return Operand(expression: CheckedExpression(.literal(value), type: type, span: syntax.span), syntax: syntax)
      }
    }
    return nil
  }

  /// Names of types, and the one value of the one enumeration.
  private static let constants: [String: (Value, ValueType)] = {
    let types = [
      "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "optional_type", "decimal",
      "google.protobuf.Timestamp", "google.protobuf.Duration", "net.IP", "net.CIDR",
    ]
    var constants = Dictionary(uniqueKeysWithValues: types.map { ($0, (Value.type($0), ValueType.type)) })
    constants["google.protobuf.NullValue.NULL_VALUE"] = (.int(0), .int)
    return constants
  }()
}

extension ExpressionSyntax {
  /// `a.b.c` as text, and whether a dot stands before it.
  var dottedName: (path: String, isAbsolute: Bool)? {
    switch kind {
    case .name(let word, let hasLeadingDot): return (word.text, hasLeadingDot)
    case .select(let object, let word):
      guard let (path, isAbsolute) = object.dottedName else { return nil }
      return ("\(path).\(word.text)", isAbsolute)
    default: return nil
    }
  }
}
