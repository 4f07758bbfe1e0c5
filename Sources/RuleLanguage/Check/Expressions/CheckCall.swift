import Diagnostics
import EventModel

extension ExpressionChecker {
  /// `size(x)`
  mutating func call(_ name: Word, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    if name.text == "has" { return has(arguments, syntax, context) }
    if dialect == .rules, name.text == "ago" { return ago(name, arguments, syntax, context) }
    if isWindowFunction(name.text, arguments, context) { return windowFunction(name, arguments, syntax, context) }
    if dialect == .rules, let refusal = Diagnostic.notInRules(name) {
      report(refusal)
      return nil
    }
    return function(name, arguments, isMethod: false, syntax, context)
  }

  /// `x.size()`, `x.exists(e, …)`, and functions with a dot in their names: `optional.of(x)`.
  mutating func methodCall(
    _ receiver: ExpressionSyntax, _ method: Word, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    if case .name(let space, _) = receiver.kind, !isKnown(space.text, context) {
      if let index = context.scope.tables.firstIndex(where: { $0.name == space.text }) {
        return lookup(index, space, method, arguments, syntax, context)
      }
      let name = Word("\(space.text).\(method.text)", span: space.span.joined(with: method.span))
      if name.text == "cel.bind" { return bind(arguments, syntax, context) }
      if dialect == .rules, let refusal = Diagnostic.notInRules(name) {
        report(refusal)
        return nil
      }
      if space.text == "cel", let operand = block(name, arguments, syntax, context) { return operand.value }
      if FunctionTable.entry(name.text) != nil { return function(name, arguments, isMethod: false, syntax, context) }
      if FunctionTable.spaces.contains(space.text) {
        return unknownFunction(name, arguments, isMethod: false, syntax, context)
      }
    }
    if dialect != .rules, let name = qualifiedFunction(receiver, method, context) {
      return function(name, arguments, isMethod: false, syntax, context)
    }
    if let operand = macro(method, receiver, arguments, syntax, context) { return operand.value }
    // What is asked of an address: that there are none is said of the address.
    if dialect == .rules, case .call(let function, _, _) = receiver.kind, let refusal = Diagnostic.notInRules(function) {
      report(refusal)
      return nil
    }
    return function(method, [receiver] + arguments, isMethod: true, syntax, context)
  }

  private func isKnown(_ name: String, _ context: Context) -> Bool {
    context.scope.names.contains(name) || context.locals.contains { $0.name == name }
  }

  /// A function that is declared or the language's own, by its full name: in CEL's own dialect names are looked for in the container first,
  /// `com.example.f`, `com.f`, `f`.
  func entry(_ name: String, _ context: Context) -> FunctionEntry? {
    guard dialect != .rules else { return FunctionTable.entry(name) }
    return containerNames(of: name, context).lazy.compactMap { known in
      guard let declared = declaredFunctions[known] else { return FunctionTable.entry(known) }
      return FunctionTable.entry(known).map { declared.or($0.overloads) } ?? declared
    }.first
  }

  /// `f`, where `a.b.f(x)` is a call of a function of that name.
  private func qualifiedFunction(_ receiver: ExpressionSyntax, _ method: Word, _ context: Context) -> Word? {
    guard let (path, _) = receiver.dottedName, !isKnown(receiver.rootName ?? "", context) else { return nil }
    let name = "\(path).\(method.text)"
    return entry(name, context).map { _ in Word(name, span: receiver.span.joined(with: method.span)) }
  }

  private mutating func function(
    _ name: Word, _ arguments: [ExpressionSyntax], isMethod: Bool, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    guard let entry = entry(name.text, context), name.text.utf8.first != 0x40, name.text.utf8.first != 0x5F else {
      return unknownFunction(name, arguments, isMethod: isMethod, syntax, context)
    }
    // Many numbers are a list of numbers.
    if arguments.count > 2, name.text == "math.greatest" || name.text == "math.least" {
      let list = ExpressionSyntax(.list(arguments.map { ListElementSyntax(isOptional: false, value: $0) }), span: syntax.span)
      return function(name, [list], isMethod: isMethod, syntax, context)
    }
    // Numbers alone that stand where a decimal is wanted are decimals: `max(0.10, 0.20)`, `[0.10, 0.20].sum()`.
    var wanted: ValueType?
    if context.wanted == .decimal, Self.keepsLiterals.contains(name.text) { wanted = isMethod ? .list(.decimal) : .decimal }
    var operands: [Operand] = []
    for argument in arguments {
      if name.text == "format", isMethod, case .list(let elements) = argument.kind {
        // What stands in places of a text may be of many types.
        if let operand = mixedList(elements, argument, context.wanting(nil)) { operands.append(operand) }
      } else if let operand = check(argument, context.wanting(wanted)) {
        operands.append(operand)
      }
    }
    guard operands.count == arguments.count else { return nil }
    guard checkCurrencies(of: name.text, operands, syntax, context),
      var result = apply(entry, operands, isMethod: isMethod, syntax, context, at: name.span)
    else { return nil }
    carry(name.text, operands, to: &result)
    return result
  }

  /// A mistake; without types an error of the evaluation, which `&&` and `||` may absorb.
  private mutating func unknownFunction(
    _ name: Word, _ arguments: [ExpressionSyntax], isMethod: Bool, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    guard dialect == .uncheckedCEL else {
      report(.unknownFunction(name, isMethod: isMethod))
      return nil
    }
    return failing(.init(.noSuchOverload, "there is no function `\(name.text)`"), syntax)
  }

  /// What always ends in an error, when it is evaluated.
  func failing(_ error: EvaluationError, _ syntax: ExpressionSyntax) -> Operand {
    let function = Function("@fail", .variadic { (_) throws(EvaluationError) in throw error })
    return Operand(expression: CheckedExpression(.call(function, []), type: .dyn, span: syntax.span), syntax: syntax)
  }

  private mutating func checkCurrencies(of name: String, _ operands: [Operand], _ syntax: ExpressionSyntax, _ context: Context) -> Bool {
    guard ["min", "max", "math.greatest", "math.least", "or", "orValue"].contains(name), operands.count == 2 else { return true }
    return haveOneCurrency(operands[0], operands[1], syntax.span, context)
  }

  /// What functions leave of currency and sign.
  private func carry(_ name: String, _ operands: [Operand], to result: inout Operand) {
    switch name {
    case "slice", "sort", "distinct", "reverse", "flatten", "first", "last":
      // The elements are what they were.
      guard let list = operands.first else { break }
      (result.currency, result.around, result.isNonNegative) = (list.currency, list.around, list.isNonNegative)
      switch (name, list.described) {
      case ("first", .list(let element)?), ("last", .list(let element)?), ("flatten", .list(let element)?): result.described = element
      case (_, let described): result.described = described
      }
    case "abs", "min", "max", "sum", "round", "roundHalfUp", "or", "orValue", "value", "optional.of", "@widen", "math.abs", "math.greatest",
      "math.least":
      result.currency = operands.lazy.compactMap(\.currency).first
      result.isNonNegative = name == "abs" || name == "math.abs" || (result.type.isNumber && operands.allSatisfy(\.isNonNegative))
      if name == "value", let held = operands.first { result.described = held.described }
    case "div" where operands.count > 1: result.currency = operands[1].currency == nil ? operands[0].currency : nil
    case "size": result.isNonNegative = true
    default: break
    }
    result.isLiteral = Self.keepsLiterals.contains(name) && operands.allSatisfy(\.isLiteral) && !operands.isEmpty
  }

  /// Functions whose result is a number literal, too, if all their arguments are.
  private static let keepsLiterals: Set<String> = ["abs", "min", "max", "sum", "math.abs", "math.greatest", "math.least"]

  // MARK: - Overloads

  /// Calls a function or operator of the table.
  mutating func apply(
    _ name: String, _ operands: [Operand], isMethod: Bool, _ syntax: ExpressionSyntax, _ context: Context, at span: SourceSpan? = nil
  ) -> Operand? {
    guard let entry = FunctionTable.entry(name) else { preconditionFailure("`\(name)` is in the table of functions") }
    return apply(entry, operands, isMethod: isMethod, syntax, context, at: span)
  }

  /// Calls a function with the overload that fits best.
  private mutating func apply(
    _ entry: FunctionEntry, _ operands: [Operand], isMethod: Bool, _ syntax: ExpressionSyntax, _ context: Context, at span: SourceSpan?
  ) -> Operand? {
    let overloads = entry.overloads.filter { $0.isMethod == isMethod }
    if dialect != .rules, let type = fittingType(overloads, operands) {
      return finished(entry.function, operands.map(\.expression), type: type, syntax)
    }
    let mayHoldDecimals =
      dialect == .rules || operands.contains { $0.type.holdsDecimal }
      || overloads.allSatisfy { $0.parameters.contains(where: \.holdsDecimal) }
    guard mayHoldDecimals, let (overload, bindings) = best(overloads, for: operands) else {
      if dialect == .uncheckedCEL { return failing(.noSuchOverload(entry.function.name, count: operands.count), syntax) }
      reportNoOverload(entry, operands, isMethod: isMethod, at: span ?? syntax.span)
      return nil
    }
    var arguments: [CheckedExpression] = []
    for (operand, parameter) in zip(operands, overload.parameters) {
      let type = bindings.type(of: parameter)
      if operand.isLiteral, type.holdsDecimal, !operand.type.holdsDecimal {
        guard let again = check(operand.syntax, context.wanting(type)) else { return nil }
        arguments.append(again.expression)
      } else {
        arguments.append(operand.expression)
      }
    }
    return finished(entry.function, arguments, type: bindings.type(of: overload.result), syntax)
  }

  /// The type of a call in CEL's own dialect: of all overloads that take the arguments; where they give different types it is not known.
  private mutating func fittingType(_ overloads: [Overload], _ operands: [Operand]) -> ValueType? {
    var result: ValueType?
    for overload in overloads where overload.parameters.count == operands.count {
      let instance = unifier.instance(of: overload)
      guard unifier.accept(operands.map(\.type), as: instance.parameters) else { continue }
      let type = unifier.resolved(instance.result)
      if let known = result, known != type { return .dyn }
      result = type
    }
    return result
  }

  /// The overload to which the arguments are nearest. Literals may become decimals, at a price.
  private func best(_ overloads: [Overload], for operands: [Operand]) -> (Overload, TypeBindings)? {
    var best: (overload: Overload, bindings: TypeBindings, cost: Int)?
    for overload in overloads where overload.parameters.count == operands.count && !(dialect == .rules && overload.isOfMixedTypes) {
      var bindings = TypeBindings()
      var cost = 0
      for (operand, parameter) in zip(operands, overload.parameters) {
        let type = unifier.resolved(operand.type)
        if let fit = bindings.cost(of: type, as: parameter) {
          cost += fit
        } else if operand.isLiteral, let fit = bindings.cost(of: type.withDecimals, as: parameter) {
          cost += fit + 2
        } else {
          cost = .max
          break
        }
      }
      if cost < best?.cost ?? .max { best = (overload, bindings, cost) }
    }
    return best.map { ($0.overload, $0.bindings) }
  }

  /// The call, folded if it is known before events come; what then ends in an error always does.
  private mutating func finished(_ function: Function, _ arguments: [CheckedExpression], type: ValueType, _ syntax: ExpressionSyntax)
    -> Operand?
  {
    var operand = Operand(expression: CheckedExpression(.call(function, arguments), type: type, span: syntax.span), syntax: syntax)
    let values = arguments.compactMap { argument -> Value? in
      if case .literal(let value) = argument.kind { value } else { nil }
    }
    do {
      if values.count == arguments.count {
        let value = try function.apply(values)
        // The sum of nothing is a zero of the list's type.
        operand.expression.kind = .literal(type == .decimal ? value.widened.map { .decimal($0) } ?? value : value)
      } else if function.name == "matches", arguments.count == 2, case .literal(.string(let pattern)) = arguments[1].kind {
        operand.expression.kind = .call(FunctionTable.matches(try RegularExpression(pattern)), arguments)
      }
      if dialect == .rules, function.name == "format", let mistake = try formatMistake(arguments) {
        report(mistake)
        return nil
      }
      if dialect == .rules, FunctionTable.takeZones.contains(function.name), arguments.count == 2,
        case .literal(.string(let zone)) = arguments[1].kind, CivilTimeZone(celName: zone) == nil
      {
        report(.unknownTimeZone(zone, at: arguments[1].span))
        return nil
      }
    } catch {
      guard dialect == .rules else { return operand }
      report(.alwaysFails(error, at: syntax.span))
      return nil
    }
    return operand
  }

  private mutating func reportNoOverload(_ entry: FunctionEntry, _ operands: [Operand], isMethod: Bool, at span: SourceSpan) {
    let types = operands.map { unifier.settled($0.type) }
    if operands.count == 2, mixesDecimalAndDouble(operands[0], operands[1], span) { return }
    if types.first == .double, let decimal = operands.first, ["div", "round", "roundHalfUp"].contains(entry.function.name) {
      return report(.decimalAndDouble(decimal, at: span))
    }
    var diagnostic = Diagnostic.noOverload(entry, types, isMethod: isMethod, at: span)
    if diagnostic.help == nil, types.contains(where: \.isNumber), let quoted = operands.compactMap(\.quotedNumber).first {
      diagnostic.help = "a number stands without quotes: `\(quoted)`"
    }
    report(diagnostic)
  }
}

extension Operand {
  /// The number that a literal text holds.
  fileprivate var quotedNumber: String? {
    guard case .literal(.string(let text)) = expression.kind, ExactDecimal(digits: text) != nil else { return nil }
    return text
  }
}
