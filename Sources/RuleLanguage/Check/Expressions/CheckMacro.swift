import Diagnostics
import EventModel

extension ExpressionChecker {
  /// What a macro became; `value` is nil when it had mistakes.
  struct MacroResult { var value: Operand? }

  /// A method that is a macro: expanded to a comprehension, as CEL does. Nil when the name and the number of arguments are no macro's.
  mutating func macro(
    _ name: Word, _ receiver: ExpressionSyntax, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context
  ) -> MacroResult? {
    switch (name.text, arguments.count) {
    case ("existsOne", 2): return MacroResult(value: fold("exists_one", receiver, variables: 1, arguments, syntax, context))
    case ("exists", 2), ("all", 2), ("exists_one", 2), ("filter", 2), ("map", 2), ("map", 3):
      return MacroResult(value: fold(name.text, receiver, variables: 1, arguments, syntax, context))
    case ("exists", 3), ("all", 3), ("exists_one", 3):
      return MacroResult(value: fold(name.text, receiver, variables: 2, arguments, syntax, context))
    case ("existsOne", 3): return MacroResult(value: fold("exists_one", receiver, variables: 2, arguments, syntax, context))
    case ("transformList", 3), ("transformList", 4):
      return MacroResult(value: fold("map", receiver, variables: 2, arguments, syntax, context))
    case ("transformMap", 3), ("transformMap", 4):
      return MacroResult(value: fold(name.text, receiver, variables: 2, arguments, syntax, context))
    case ("transformMapEntry", 3), ("transformMapEntry", 4):
      return MacroResult(value: fold(name.text, receiver, variables: 2, arguments, syntax, context))
    case ("sortBy", 2): return MacroResult(value: sorted(receiver, arguments, syntax, context))
    case ("optMap", 2), ("optFlatMap", 2):
      return MacroResult(value: optionalMap(receiver, arguments, isFlat: name.text == "optFlatMap", syntax, context))
    default: return nil
    }
  }

  private mutating func fold(
    _ name: String, _ receiver: ExpressionSyntax, variables count: Int, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax,
    _ context: Context
  ) -> Operand? {
    guard let range = check(receiver, context.wanting(nil)) else { return nil }
    return fold(name, over: range, variables: count, arguments, syntax, context)
  }

  private mutating func fold(
    _ name: String, over range: Operand, variables count: Int, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax,
    _ context: Context
  ) -> Operand? {
    guard let elements = elements(of: range, count: count, at: context.locals.count) else {
      report(.badMacro(name, "goes over lists and maps, not over \(unifier.settled(range.type).described)", at: range.span))
      return nil
    }
    var inner = context.wanting(nil)
    for (argument, operand) in zip(arguments, elements) {
      guard let variable = variable(argument, of: name, inner) else { return nil }
      inner.locals.append(Context.Local(name: variable, operand: operand))
    }
    let body = Array(arguments.dropFirst(count))
    let accumulator = inner.locals.count
    inner.locals.append(Context.Local(name: nil, operand: elements[0]))
    return expand(name, range, count, body, Fold(accumulator: accumulator, key: elements[0]), syntax, inner)
  }

  private struct Fold {
    var accumulator: Int
    /// The element of one variable, of two the index or key.
    var key: Operand
  }

  /// The variables of a comprehension over a list (index and element, or element) or a map (key and value, or key).
  private mutating func elements(of range: Operand, count: Int, at depth: Int) -> [Operand]? {
    func local(_ offset: Int, _ type: ValueType) -> Operand {
      Operand(
        expression: CheckedExpression(.local(depth + offset), type: type, span: range.span), syntax: range.syntax, around: range.around)
    }
    switch unifier.resolved(range.type) {
    case .list(let type):
      var element = local(count - 1, type)
      element.currency = range.currency
      element.isNonNegative = range.isNonNegative
      if case .list(let described)? = range.described {
        element.described = described
        describe(&element)
      }
      return count == 1 ? [element] : [local(0, .int), element]
    case .map(let key, let type):
      guard count == 2 else { return [local(0, key)] }
      var member = local(1, type)
      member.currency = range.currency
      if case .map(let described)? = range.described {
        member.described = described
        describe(&member)
      }
      return [local(0, key), member]
    case .dyn, .variable:
      _ = unifier.accept(.dyn, as: range.type)
      return (0..<count).map { local($0, .dyn) }
    default: return nil
    }
  }

  /// A macro's variable: a name that is not taken.
  mutating func variable(_ syntax: ExpressionSyntax, of macro: String, _ context: Context) -> String? {
    if dialect != .rules, let name = syntax.numberedVariable { return name }
    guard case .name(let word, false) = syntax.kind else {
      report(.badMacro(macro, "begins with a name for the element: `x.\(macro)(e, …)`", at: syntax.span))
      return nil
    }
    if dialect == .rules, context.scope.names.contains(word.text) || context.locals.contains(where: { $0.name == word.text }) {
      report(.variableTaken(word))
      return nil
    }
    return word.text
  }

  private mutating func expand(
    _ name: String, _ range: Operand, _ variables: Int, _ body: [ExpressionSyntax], _ fold: Fold, _ syntax: ExpressionSyntax,
    _ context: Context
  ) -> Operand? {
    let span = syntax.span
    func expression(_ kind: CheckedExpression.Kind, _ type: ValueType) -> CheckedExpression {
      CheckedExpression(kind, type: type, span: span)
    }
    func accumulator(_ type: ValueType) -> CheckedExpression { expression(.local(fold.accumulator), type) }
    func literal(_ value: Value, _ type: ValueType) -> CheckedExpression { expression(.literal(value), type) }
    func operand(
      initial: CheckedExpression, while condition: CheckedExpression, step: CheckedExpression, result: CheckedExpression
    ) -> Operand {
      let comprehension = Comprehension(
        range: range.expression, isTwoVariable: variables == 2, initial: initial, condition: condition, step: step, result: result)
      return Operand(expression: expression(.comprehension(comprehension), result.type), syntax: syntax)
    }
    let always = literal(.bool(true), .bool)

    if name == "map" {
      var inner = context
      var test: Operand?
      if body.count == 2 {
        guard let condition = truth(body[0], of: "map", context) else { return nil }
        inner = context.assuming(condition.expression, is: true)
        test = condition
      }
      guard let value = check(body[body.count - 1], inner) else { return nil }
      let type = ValueType.list(value.type)
      let appended = expression(.call(FunctionTable.function("@append"), [accumulator(type), value.expression]), type)
      let step = test.map { expression(.conditional($0.expression, then: appended, else: accumulator(type)), type) } ?? appended
      var result = operand(initial: literal(.list([]), type), while: always, step: step, result: accumulator(type))
      result.currency = value.currency
      result.isNonNegative = value.isNonNegative
      return result
    }
    if name == "transformMap" || name == "transformMapEntry" {
      var (inner, test) = (context, nil as CheckedExpression?)
      if body.count == 2 {
        guard let condition = truth(body[0], of: name, context) else { return nil }
        inner = context.assuming(condition.expression, is: true)
        test = condition.expression
      }
      guard let member = check(body[body.count - 1], inner) else { return nil }
      let isEntry = name == "transformMapEntry"
      guard let type = isEntry ? mapType(of: member, in: name) : .map(fold.key.type, member.type) else { return nil }
      let parts = isEntry ? [accumulator(type), member.expression] : [accumulator(type), fold.key.expression, member.expression]
      let inserted = expression(.call(FunctionTable.function(isEntry ? "@insertAll" : "@insert"), parts), type)
      let step = test.map { expression(.conditional($0, then: inserted, else: accumulator(type)), type) } ?? inserted
      var result = operand(initial: literal(.map([:]), type), while: always, step: step, result: accumulator(type))
      result.currency = member.currency
      return result
    }
    guard let test = truth(body[0], of: name, context) else { return nil }
    switch name {
    case "exists":
      return operand(
        initial: literal(.bool(false), .bool), while: expression(.not(accumulator(.bool)), .bool),
        step: expression(.or(accumulator(.bool), test.expression), .bool), result: accumulator(.bool))
    case "all":
      return operand(
        initial: always, while: accumulator(.bool), step: expression(.and(accumulator(.bool), test.expression), .bool),
        result: accumulator(.bool))
    case "exists_one":
      let more = expression(.call(FunctionTable.function("_+_"), [accumulator(.int), literal(.int(1), .int)]), .int)
      let step = expression(.conditional(test.expression, then: more, else: accumulator(.int)), .int)
      let isOne = expression(.call(FunctionTable.function("_==_"), [accumulator(.int), literal(.int(1), .int)]), .bool)
      return operand(initial: literal(.int(0), .int), while: always, step: step, result: isOne)
    default:
      let type = ValueType.list(fold.key.type)
      let appended = expression(.call(FunctionTable.function("@append"), [accumulator(type), fold.key.expression]), type)
      let step = expression(.conditional(test.expression, then: appended, else: accumulator(type)), type)
      var result = operand(initial: literal(.list([]), type), while: always, step: step, result: accumulator(type))
      result.described = range.described
      result.around = range.around
      result.currency = range.currency
      result.isNonNegative = range.isNonNegative
      return result
    }
  }

  /// The type of a map that another is to take in.
  private mutating func mapType(of operand: Operand, in macro: String) -> ValueType? {
    switch unifier.resolved(operand.type) {
    case .map(let key, let value): return .map(key, value)
    case .dyn, .variable: return .map(.dyn, .dyn)
    default:
      report(.badMacro(macro, "wants a map for each element, and this is \(unifier.settled(operand.type).described)", at: operand.span))
      return nil
    }
  }

  /// `list.sortBy(e, key)`: the list, and the list of its keys.
  private mutating func sorted(
    _ receiver: ExpressionSyntax, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    guard let list = check(receiver, context.wanting(nil)) else { return nil }
    let type = unifier.resolved(list.type)
    switch type {
    case .list, .dyn, .variable: break
    default:
      report(.badMacro("sortBy", "is for lists, not for \(type.described)", at: receiver.span))
      return nil
    }
    var local = list
    local.expression.kind = .local(context.locals.count)
    local.isLiteral = false
    var inner = context.wanting(nil)
    inner.locals.append(Context.Local(name: nil, operand: local))
    guard let keys = fold("map", over: local, variables: 1, arguments, syntax, inner) else { return nil }
    if case .list(let key) = unifier.resolved(keys.type), !key.mayBeSorted {
      report(.badMacro("sortBy", "wants keys that have an order, and this is \(key.described)", at: arguments[1].span))
      return nil
    }
    let sorted = CheckedExpression(
      .call(FunctionTable.function("@sortBy"), [local.expression, keys.expression]), type: list.type, span: syntax.span)
    var result = list
    result.expression = CheckedExpression(.bind(list.expression, in: sorted), type: list.type, span: syntax.span)
    result.syntax = syntax
    result.isLiteral = false
    return result
  }
}

extension ValueType {
  /// Values of the type have an order among themselves.
  fileprivate var mayBeSorted: Bool {
    switch self {
    case .bool, .int, .uint, .double, .decimal, .string, .bytes, .timestamp, .duration, .dyn, .variable: true
    default: false
    }
  }
}
