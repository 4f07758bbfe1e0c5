import Diagnostics
import EventModel

extension ExpressionChecker {
  mutating func unary(_ sign: UnaryOperator, _ inner: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    switch sign {
    case .not:
      guard let operand = truth(inner, of: "!", context) else { return nil }
      var kind = CheckedExpression.Kind.not(operand.expression)
      if case .literal(.bool(let flag)) = operand.expression.kind { kind = .literal(.bool(!flag)) }
      return Operand(expression: CheckedExpression(kind, type: .bool, span: syntax.span), syntax: syntax)
    case .negate:
      guard let operand = check(inner, context) else { return nil }
      guard var result = apply("-_", [operand], isMethod: false, syntax, context) else { return nil }
      result.isLiteral = operand.isLiteral
      result.currency = operand.currency
      return result
    }
  }

  mutating func binary(
    _ sign: BinaryOperator, _ span: SourceSpan, _ left: ExpressionSyntax, _ right: ExpressionSyntax, _ syntax: ExpressionSyntax,
    _ context: Context
  ) -> Operand? {
    switch sign {
    case .and, .or: return logic(sign, left, right, syntax, context)
    case .equal, .notEqual: return equality(sign, span, left, right, syntax, context)
    case .in: return membership(span, left, right, syntax, context)
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let (a, b) = sides(left, right, context.wanting(nil)) else { return nil }
      guard haveOneCurrency(a, b, span, context) else { return nil }
      var result = apply(sign.function, [a, b], isMethod: false, syntax, context, at: span)
      result?.schemaRange = schemaRange(a, b)
      return result
    case .add, .subtract, .multiply, .divide, .remainder:
      return arithmetic(sign, span, left, right, syntax, context)
    }
  }

  /// What the schema says of the side that is compared with a literal.
  private func schemaRange(_ a: Operand, _ b: Operand) -> KnownRange? {
    guard dialect == .rules else { return nil }
    if case .literal = b.expression.kind { return KnownRange(a) }
    if case .literal = a.expression.kind { return KnownRange(b) }
    return nil
  }

  /// Both sides; a side made of literals becomes decimal where the other is.
  mutating func sides(_ left: ExpressionSyntax, _ right: ExpressionSyntax, _ context: Context) -> (Operand, Operand)? {
    let (first, second) = (check(left, context), check(right, context))
    guard var a = first, var b = second else { return nil }
    if a.isLiteral, b.type.holdsDecimal, !a.type.holdsDecimal {
      guard let again = check(left, context.wanting(a.type.withDecimals)) else { return nil }
      a = again
    }
    if b.isLiteral, a.type.holdsDecimal, !b.type.holdsDecimal {
      guard let again = check(right, context.wanting(b.type.withDecimals)) else { return nil }
      b = again
    }
    return (a, b)
  }

  private mutating func arithmetic(
    _ sign: BinaryOperator, _ span: SourceSpan, _ left: ExpressionSyntax, _ right: ExpressionSyntax, _ syntax: ExpressionSyntax,
    _ context: Context
  ) -> Operand? {
    guard let (a, b) = sides(left, right, context) else { return nil }
    if sign == .divide || sign == .remainder, a.type == .decimal || b.type == .decimal {
      report(sign == .divide ? .decimalDivision(at: span) : .noOverload("%", [a.type, b.type], at: span, help: nil))
      return nil
    }
    if sign == .add || sign == .subtract, !haveOneCurrency(a, b, span, context) { return nil }
    guard var result = apply(sign.function, [a, b], isMethod: false, syntax, context, at: span) else { return nil }
    result.isLiteral = a.isLiteral && b.isLiteral && result.type.isNumber
    result.isNonNegative = a.isNonNegative && b.isNonNegative && sign != .subtract && result.type.isNumber
    switch sign {
    case .add, .subtract: result.currency = a.currency ?? b.currency
    // An amount of one currency stays one when it is taken several times.
    case .multiply: result.currency = a.currency == nil ? b.currency : b.currency == nil ? a.currency : nil
    default: break
    }
    return result
  }

  // MARK: - Logic

  /// A part that must be true or false.
  mutating func truth(_ syntax: ExpressionSyntax, of operation: String, _ context: Context) -> Operand? {
    guard let operand = check(syntax, context.wanting(nil)) else { return nil }
    guard operand.type == .bool || operand.type == .dyn || dialect != .rules && unifier.accept(operand.type, as: .bool) else {
      report(.wrongType(operand, wanted: .bool, role: "a side of `\(operation)`"))
      return nil
    }
    warnIfDecided(operand, context, isAlternative: operation == "||")
    return operand
  }

  private mutating func logic(
    _ sign: BinaryOperator, _ left: ExpressionSyntax, _ right: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    let isAnd = sign == .and
    let first = truth(left, of: sign.rawValue, context)
    // The right side is of account only where the left one did not decide.
    let second = truth(right, of: sign.rawValue, first.map { context.assuming($0.expression, is: isAnd) } ?? context)
    guard let first, let second else { return nil }
    warnIfOneSideDecides([first, second], isAnd: isAnd, at: syntax.span)
    let kind: CheckedExpression.Kind = isAnd ? .and(first.expression, second.expression) : .or(first.expression, second.expression)
    return Operand(expression: CheckedExpression(kind, type: .bool, span: syntax.span), syntax: syntax)
  }

  mutating func conditional(
    _ condition: ExpressionSyntax, _ yes: ExpressionSyntax, _ no: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    guard let test = truth(condition, of: "?:", context) else { return nil }
    let whenTrue = context.assuming(test.expression, is: true)
    let whenFalse = context.assuming(test.expression, is: false)
    let (first, second) = (check(yes, whenTrue), check(no, whenFalse))
    guard var a = first, var b = second else { return nil }
    if a.isLiteral, b.type.holdsDecimal, !a.type.holdsDecimal, let again = check(yes, whenTrue.wanting(a.type.withDecimals)) { a = again }
    if b.isLiteral, a.type.holdsDecimal, !b.type.holdsDecimal, let again = check(no, whenFalse.wanting(b.type.withDecimals)) { b = again }
    guard haveOneCurrency(a, b, syntax.span, context) else { return nil }
    guard let type = dialect == .rules ? a.type.joined(with: b.type) : unifier.join(a.type, b.type) ?? a.type.joined(with: b.type) else {
      report(.branchesDiffer(a, b, at: syntax.span))
      return nil
    }
    let branches = [a, b].map { converted($0, to: type, context)?.expression ?? $0.expression }
    var result = Operand(
      expression: CheckedExpression(.conditional(test.expression, then: branches[0], else: branches[1]), type: type, span: syntax.span),
      syntax: syntax)
    result.isLiteral = a.isLiteral && b.isLiteral
    result.isNonNegative = a.isNonNegative && b.isNonNegative
    result.currency = a.currency ?? b.currency
    return result
  }

  // MARK: - Equality

  private mutating func equality(
    _ sign: BinaryOperator, _ span: SourceSpan, _ left: ExpressionSyntax, _ right: ExpressionSyntax, _ syntax: ExpressionSyntax,
    _ context: Context
  ) -> Operand? {
    let inner = context.wanting(nil)
    if dialect == .rules, let other = left.isNull ? right : right.isNull ? left : nil {
      // The field's own mistakes count; that it may be absent is what is asked.
      guard let operand = resolve(other, inner) else { return nil }
      // What is known is null, or is not: the value of a row of a test's cases, say.
      if case .literal = operand.expression.kind {
        let truth = CheckedExpression(.literal(.bool((operand.type == .null) == (sign == .equal))), type: .bool, span: syntax.span)
        return Operand(expression: truth, syntax: syntax)
      }
      report(.comparedToNull(operand, isEqual: sign == .equal, at: syntax.span))
      return nil
    }
    guard let (a, b) = sides(left, right, inner) else { return nil }
    if mixesDecimalAndDouble(a, b, span) { return nil }
    guard dialect == .rules ? a.type.joined(with: b.type) != nil : areComparable(a, b) else {
      report(.neverEqual(a, b, at: span))
      return nil
    }
    guard isPossible(a, b), haveOneCurrency(a, b, span, context) else { return nil }
    var result = Operand(expression: call(sign.function, [a.expression, b.expression], type: .bool, at: syntax.span), syntax: syntax)
    result.schemaRange = schemaRange(a, b)
    if [a, b].contains(where: { $0.isTheOneValue }), [a, b].contains(where: \.isLiteralText) { result.schemaTruth = sign == .equal }
    return result
  }

  /// In CEL's own dialect.
  private mutating func areComparable(_ a: Operand, _ b: Operand) -> Bool {
    if unifier.join(a.type, b.type) != nil { return true }
    return unifier.settled(a.type).joined(with: unifier.settled(b.type)) != nil
  }

  private mutating func membership(
    _ span: SourceSpan, _ left: ExpressionSyntax, _ right: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    let inner = context.wanting(nil)
    let (first, second) = (check(left, inner), check(right, inner))
    guard var element = first, var collection = second else { return nil }
    if collection.isLiteral, element.type == .decimal, !collection.type.holdsDecimal, case .list = collection.type {
      guard let again = check(right, inner.wanting(collection.type.withDecimals)) else { return nil }
      collection = again
    }
    if element.isLiteral, collection.type.holdsDecimal, case .list = collection.type {
      guard let again = check(left, inner.wanting(.decimal)) else { return nil }
      element = again
    }
    switch unifier.resolved(collection.type) {
    case .list(let type), .map(let type, _):
      guard dialect == .rules ? element.type.joined(with: type) != nil : unifier.join(element.type, type) != nil else {
        report(.neverIn(element, collection, at: span))
        return nil
      }
      if case .literal(.list(let values)) = collection.expression.kind {
        for value in values { if !isPossible(element, value, at: collection.span) { return nil } }
      }
    case .dyn, .variable: break
    default:
      report(.noOverload("in", [element.type, collection.type], at: span, help: "on the right of `in` stands a list or a map"))
      return nil
    }
    return Operand(expression: call("@in", [element.expression, collection.expression], type: .bool, at: syntax.span), syntax: syntax)
  }

  /// Reports a comparison of a field with a text that its schema does not list.
  private mutating func isPossible(_ a: Operand, _ b: Operand) -> Bool {
    if case .literal(let value) = b.expression.kind { return isPossible(a, value, at: b.span) }
    if case .literal(let value) = a.expression.kind { return isPossible(b, value, at: a.span) }
    return true
  }

  private mutating func isPossible(_ field: Operand, _ value: Value, at span: SourceSpan) -> Bool {
    guard case .string(let allowed?)? = field.described, case .string(let text) = value,
      !allowed.contains(where: { $0.utf8.elementsEqual(text.utf8) })
    else { return true }
    report(.impossibleValue(text, of: field, allowed: allowed, at: span))
    return false
  }

  mutating func mixesDecimalAndDouble(_ a: Operand, _ b: Operand, _ span: SourceSpan) -> Bool {
    guard a.type == .decimal && b.type == .double || a.type == .double && b.type == .decimal else { return false }
    report(.decimalAndDouble(a.type == .double ? a : b, at: span))
    return true
  }
}

extension Operand {
  /// A field that is there, and has one value by its schema. A comparison with another value is a mistake of its own.
  fileprivate var isTheOneValue: Bool {
    guard case .string(let allowed?)? = described else { return false }
    return allowed.count == 1 && mayBeAbsent.isEmpty
  }

  fileprivate var isLiteralText: Bool { if case .literal(.string) = expression.kind { true } else { false } }
}

extension ExpressionSyntax {
  fileprivate var isNull: Bool { if case .literal(.null) = withoutParentheses.kind { true } else { false } }
}
