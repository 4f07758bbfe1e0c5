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
    case ("exists", 2), ("all", 2), ("exists_one", 2), ("filter", 2), ("map", 2), ("map", 3):
      return MacroResult(value: fold(name.text, receiver, variables: 1, arguments, syntax, context))
    case ("exists", 3), ("all", 3), ("exists_one", 3):
      return MacroResult(value: fold(name.text, receiver, variables: 2, arguments, syntax, context))
    case ("existsOne", 3): return MacroResult(value: fold("exists_one", receiver, variables: 2, arguments, syntax, context))
    case ("transformList", 3), ("transformList", 4):
      return MacroResult(value: fold("map", receiver, variables: 2, arguments, syntax, context))
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
    guard let elements = elements(of: range, count: count, at: context.locals.count) else {
      report(.badMacro(name, "goes over lists and maps, not over \(range.type.described)", at: receiver.span))
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
    return expand(name, range, count, body, Fold(accumulator: accumulator, element: elements[0]), syntax, inner)
  }

  private struct Fold {
    var accumulator: Int
    var element: Operand
  }

  /// The variables of a comprehension over a list (index and element, or element) or a map (key and value, or key).
  private func elements(of range: Operand, count: Int, at depth: Int) -> [Operand]? {
    func local(_ offset: Int, _ type: ValueType) -> Operand {
      Operand(
        expression: CheckedExpression(.local(depth + offset), type: type, span: range.span), syntax: range.syntax, around: range.around)
    }
    switch range.type {
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
    case .dyn: return (0..<count).map { local($0, .dyn) }
    default: return dialect == .uncheckedCEL ? (0..<count).map { local($0, .dyn) } : nil
    }
  }

  /// A macro's variable: a name that is not taken.
  private mutating func variable(_ syntax: ExpressionSyntax, of macro: String, _ context: Context) -> String? {
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
      let type = ValueType.list(fold.element.type)
      let appended = expression(.call(FunctionTable.function("@append"), [accumulator(type), fold.element.expression]), type)
      let step = expression(.conditional(test.expression, then: appended, else: accumulator(type)), type)
      var result = operand(initial: literal(.list([]), type), while: always, step: step, result: accumulator(type))
      result.described = range.described
      result.around = range.around
      result.currency = range.currency
      result.isNonNegative = range.isNonNegative
      return result
    }
  }

  // MARK: - Bindings

  /// `cel.bind(x, value, expression)`
  mutating func bind(_ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard arguments.count == 3 else {
      report(.badMacro("cel.bind", "takes a name, a value and an expression", at: syntax.span))
      return nil
    }
    guard let variable = variable(arguments[0], of: "cel.bind", context), let value = check(arguments[1], context.wanting(nil)) else {
      return nil
    }
    var inner = context
    var local = value
    local.expression.kind = .local(context.locals.count)
    local.isLiteral = false
    local.mayBeAbsent = []
    inner.locals.append(Context.Local(name: variable, operand: local))
    guard var result = check(arguments[2], inner) else { return nil }
    result.expression = CheckedExpression(.bind(value.expression, in: result.expression), type: result.type, span: syntax.span)
    result.syntax = syntax
    result.isLiteral = false
    return result
  }

  /// `x.optMap(v, expression)`: of the optional's value, if it has one. Flat: the expression is an optional itself.
  private mutating func optionalMap(
    _ receiver: ExpressionSyntax, _ arguments: [ExpressionSyntax], isFlat: Bool, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    guard let optional = check(receiver, context.wanting(nil)) else { return nil }
    guard case .optional(let type) = optional.type == .dyn ? .optional(.dyn) : optional.type else {
      report(.badMacro(isFlat ? "optFlatMap" : "optMap", "is for optionals, not for \(optional.type.described)", at: receiver.span))
      return nil
    }
    guard let variable = variable(arguments[0], of: "optMap", context) else { return nil }
    // Two locals: the optional, and what it holds.
    let depth = context.locals.count
    func local(_ index: Int, _ type: ValueType) -> CheckedExpression { CheckedExpression(.local(index), type: type, span: syntax.span) }
    var inner = context.wanting(nil)
    var held = optional
    held.expression = local(depth + 1, type)
    held.mayBeAbsent = []
    inner.locals.append(Context.Local(name: nil, operand: optional))
    inner.locals.append(Context.Local(name: variable, operand: held))
    guard var result = check(arguments[1], inner) else { return nil }
    if isFlat {
      guard case .optional = result.type == .dyn ? .optional(.dyn) : result.type else {
        report(.badMacro("optFlatMap", "wants an optional, and this is \(result.type.described)", at: arguments[1].span))
        return nil
      }
    }
    let resultType = isFlat ? result.type : .optional(result.type)
    func call(_ name: String, _ arguments: [CheckedExpression], _ type: ValueType) -> CheckedExpression {
      CheckedExpression(.call(FunctionTable.function(name), arguments), type: type, span: syntax.span)
    }
    let whole = local(depth, optional.type)
    let mapped = CheckedExpression(
      .bind(call("value", [whole], type), in: isFlat ? result.expression : call("optional.of", [result.expression], resultType)),
      type: resultType, span: syntax.span)
    let choice = CheckedExpression(
      .conditional(
        call("hasValue", [whole], .bool), then: mapped,
        else: CheckedExpression(.literal(.optional(nil)), type: resultType, span: syntax.span)),
      type: resultType, span: syntax.span)
    result.expression = CheckedExpression(.bind(optional.expression, in: choice), type: resultType, span: syntax.span)
    result.syntax = syntax
    result.described = nil
    result.isLiteral = false
    return result
  }
}
