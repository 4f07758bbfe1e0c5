import Diagnostics
import EventModel

// Macros that give a name to a value: `cel.bind`, `cel.block`, `optMap`.

extension ExpressionChecker {
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
  mutating func optionalMap(
    _ receiver: ExpressionSyntax, _ arguments: [ExpressionSyntax], isFlat: Bool, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    guard let optional = check(receiver, context.wanting(nil)) else { return nil }
    guard let type = self.held(optional) else {
      report(
        .badMacro(
          isFlat ? "optFlatMap" : "optMap", "is for optionals, not for \(unifier.settled(optional.type).described)", at: receiver.span))
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
      guard self.held(result) != nil else {
        report(.badMacro("optFlatMap", "wants an optional, and this is \(result.type.described)", at: arguments[1].span))
        return nil
      }
    }
    let resultType = isFlat ? (self.held(result).map { .optional($0) } ?? result.type) : .optional(result.type)
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

  /// `cel.block([a, b], result)`, in which `cel.index(0)` is a; and `cel.iterVar(0, 0)`, a variable of a macro. Nil for other names.
  mutating func block(_ name: Word, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> MacroResult? {
    guard dialect != .rules else { return nil }
    if let variable = syntax.numberedVariable {
      guard let local = context.locals.last(where: { $0.name == variable }) else {
        report(.badMacro(name.text, "names nothing here", at: syntax.span))
        return MacroResult(value: nil)
      }
      var operand = local.operand
      operand.syntax = syntax
      operand.expression.span = syntax.span
      return MacroResult(value: operand)
    }
    guard name.text == "cel.block" else { return nil }
    guard arguments.count == 2, case .list(let slots) = arguments[0].kind, !slots.contains(where: \.isOptional) else {
      report(.badMacro(name.text, "takes a list of values and an expression", at: syntax.span))
      return MacroResult(value: nil)
    }
    return MacroResult(value: block(slots.map(\.value), arguments[1], syntax, context))
  }

  private mutating func block(_ slots: [ExpressionSyntax], _ result: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context)
    -> Operand?
  {
    blockSlots += slots.count
    guard blockSlots <= Self.maximumBlockSlots else {
      report(.badMacro("cel.block", "has more than \(Self.maximumBlockSlots) values", at: syntax.span))
      return nil
    }
    var inner = context.wanting(nil)
    var values: [CheckedExpression] = []
    for (index, slot) in slots.enumerated() {
      guard let value = check(slot, inner) else { return nil }
      values.append(value.expression)
      var local = value
      local.expression.kind = .local(inner.locals.count)
      local.isLiteral = false
      inner.locals.append(Context.Local(name: "@index\(index)", operand: local))
    }
    guard var operand = check(result, inner) else { return nil }
    let type = operand.type
    for value in values.reversed() {
      operand.expression = CheckedExpression(.bind(value, in: operand.expression), type: type, span: syntax.span)
    }
    operand.syntax = syntax
    operand.isLiteral = false
    return operand
  }

  /// Of all blocks of an expression: each makes the checked expression one level higher.
  private static let maximumBlockSlots = 100
}

extension ExpressionSyntax {
  /// The name of the variable that `cel.index(0)`, `cel.iterVar(0, 0)` and `cel.accuVar(0, 0)` stand for.
  var numberedVariable: String? {
    guard case .methodCall(let receiver, let method, let arguments) = kind, case .name(let space, false) = receiver.kind,
      space.text == "cel"
    else { return nil }
    var numbers: [Int64] = []
    for argument in arguments {
      guard case .literal(.int(let number)) = argument.kind, number >= 0 else { return nil }
      numbers.append(number)
    }
    switch (method.text, numbers.count) {
    case ("index", 1): return "@index\(numbers[0])"
    case ("iterVar", 2), ("accuVar", 2): return "@\(method.text)\(numbers[0]):\(numbers[1])"
    default: return nil
    }
  }
}
