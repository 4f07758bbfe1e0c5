import Diagnostics
import EventModel

extension ExpressionChecker {
  /// `o.total`
  mutating func select(_ name: Word, of object: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    if dialect != .rules, let operand = qualifiedName(syntax, context) { return operand }
    guard let base = resolve(object, context) else { return nil }
    return member(name, of: base, syntax, context)
  }

  /// A member of what has members: an event, an object, a map, an optional of these.
  mutating func member(_ name: Word, of base: Operand, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    switch unifier.resolved(base.type) {
    case .object(let object):
      guard let field = field(name, in: object, of: base, context) else { return nil }
      return member(field, of: object, base, syntax)
    case .map(let key, let value) where key == .string || key == .dyn || dialect != .rules && unifier.accept(.string, as: key):
      var operand = Operand(
        expression: CheckedExpression(.select(base.expression, name.text), type: value, span: syntax.span), syntax: syntax,
        around: base.around, currency: base.currency, isLiteral: base.isLiteral)
      if case .map(let type)? = base.described { operand.described = type }
      return operand
    case .optional(let inner): return optionalMember(name, of: base, holding: inner, syntax, context)
    case .dyn, .variable:
      // What is not known yet is no longer to be decided.
      _ = unifier.accept(.dyn, as: base.type)
      return Operand(expression: CheckedExpression(.select(base.expression, name.text), type: .dyn, span: syntax.span), syntax: syntax)
    default:
      report(.noMembers(name, of: base))
      return nil
    }
  }

  /// The field of that name, readable and of one type.
  private mutating func field(_ name: Word, in object: ObjectType, of base: Operand, _ context: Context) -> Field? {
    guard let field = object[name.text] else {
      report(.unknownField(name, in: object, of: label(of: base, context)))
      return nil
    }
    guard field.type.valueType != nil else {
      report(hasSeveralTypes(name, of: base, context) ? .fieldOfSeveralTypes(name, base) : .fieldNotReadable(name))
      return nil
    }
    return field
  }

  /// Whether the kinds of the pattern each have a type for the field that rules can read, and not the same.
  private func hasSeveralTypes(_ name: Word, of base: Operand, _ context: Context) -> Bool {
    guard case .field(let index, let path) = base.expression.kind, let pattern = context.scope.patterns.first(where: { $0.index == index })
    else {
      return false
    }
    let types = pattern.narrowed(by: context.scope.facts).kinds.compactMap { $0.fields.type(at: (path.steps + [name.text])[...]) }
    return types.count > 1 && types.allSatisfy { $0.valueType != nil }
  }

  private func label(of base: Operand, _ context: Context) -> String {
    guard case .field(let index, let path) = base.expression.kind, let pattern = context.scope.patterns.first(where: { $0.index == index })
    else {
      return "`\(base.syntax.text)`"
    }
    return path.steps.isEmpty ? pattern.narrowed(by: context.scope.facts).label : "`\(path)`"
  }

  private func member(_ field: Field, of object: ObjectType, _ base: Operand, _ syntax: ExpressionSyntax) -> Operand? {
    guard let type = field.type.valueType else { return nil }
    var operand = Operand(expression: base.expression, syntax: syntax, described: field.type)
    switch base.expression.kind {
    case .field(let pattern, let path):
      operand.expression = CheckedExpression(.field(pattern: pattern, FieldPath(path.steps + [field.name])), type: type, span: syntax.span)
      operand.around = base.around + [Operand.Around(object: object, base: .event(pattern: pattern, path))]
    default:
      operand.expression = CheckedExpression(.select(base.expression, field.name), type: type, span: syntax.span)
      let place = base.row.map { Operand.Around.Base.row(base.expression, $0) } ?? .value(base.expression)
      operand.around = base.around + [Operand.Around(object: object, base: place)]
    }
    operand.mayBeAbsent = base.mayBeAbsent
    if !field.isRequired || field.isNullable {
      operand.mayBeAbsent.append(Operand.Absence(text: operand.expression.canonicalText, name: syntax.text))
    }
    describe(&operand)
    return operand
  }

  /// Takes what the schema says of the value into account.
  func describe(_ operand: inout Operand) {
    switch operand.described {
    case .decimal(let minimum, _, let currency)?:
      operand.isNonNegative = minimum.map { $0 >= .zero } ?? false
      operand.currency = currency.flatMap { self.currency($0, of: operand) }
    case .integer(let minimum, _)?: operand.isNonNegative = minimum.map { $0 >= 0 } ?? false
    case .number(let minimum, _)?: operand.isNonNegative = minimum.map { $0 >= 0 } ?? false
    case .list(let element)?, .map(let element)?:
      // The amounts in it have a currency, whoever takes them out.
      var inner = operand
      inner.described = element
      describe(&inner)
      operand.currency = inner.currency
      operand.isNonNegative = inner.isNonNegative
    default: break
    }
  }

  private func currency(_ origin: CurrencyOrigin, of operand: Operand) -> AmountCurrency? {
    switch origin {
    case .constant(let code): return AmountCurrency(constant: code)
    case .field(let name):
      guard let around = operand.around.last(where: { $0.object[name] != nil }) else { return nil }
      switch around.base {
      case .event(let pattern, let path):
        let path = FieldPath(path.steps + [name])
        let expression = CheckedExpression(.field(pattern: pattern, path), type: .string, span: operand.span)
        return AmountCurrency(expression, name: "\(operand.syntax.rootName ?? "event").\(path)")
      case .row(_, let row) where row.keyed(name) != nil:
        guard let key = row.keyed(name) else { return nil }
        return AmountCurrency(key.expression, name: key.syntax.text)
      case .value(let object), .row(let object, _):
        return AmountCurrency(CheckedExpression(.select(object, name), type: .string, span: operand.span), name: name)
      }
    }
  }

  // MARK: - Optionals

  /// `o.?discount`
  mutating func optionalSelect(_ name: Word, of object: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard let base = resolve(object, context) else { return nil }
    if case .optional(let inner) = unifier.resolved(base.type) { return optionalMember(name, of: base, holding: inner, syntax, context) }
    guard var operand = member(name, of: base, syntax, context) else { return nil }
    operand.mayBeAbsent = []
    switch operand.expression.kind {
    case .field(let pattern, let path): operand.expression.kind = .optionalField(pattern: pattern, path)
    case .select(let object, let name): operand.expression.kind = .optionalSelect(object, name)
    default: return operand
    }
    operand.expression.type = .optional(operand.expression.type)
    return operand
  }

  /// A member of what an optional holds, as an optional.
  private mutating func optionalMember(
    _ name: Word, of base: Operand, holding inner: ValueType, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    var object = base
    object.expression.type = inner
    // The way through an event goes on as one path: `o.?discount.amount`.
    if case .optionalField(let pattern, let path) = base.expression.kind { object.expression.kind = .field(pattern: pattern, path) }
    guard var operand = member(name, of: object, syntax, context) else { return nil }
    operand.mayBeAbsent = []
    switch operand.expression.kind {
    case .field(let pattern, let path): operand.expression.kind = .optionalField(pattern: pattern, path)
    default: operand.expression.kind = .optionalSelect(base.expression, name.text)
    }
    if case .optional = operand.expression.type {} else { operand.expression.type = .optional(operand.expression.type) }
    return operand
  }

  /// `has(o.discount)`
  mutating func has(_ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard arguments.count == 1, case .select(let object, let name) = arguments[0].withoutParentheses.kind else {
      report(.badMacro("has", "takes one field: `has(o.discount)`", at: syntax.span))
      return nil
    }
    guard let base = resolve(object, context) else { return nil }
    var kind: CheckedExpression.Kind
    if case .optional(let inner) = unifier.resolved(base.type),
      let value = optionalMember(name, of: base, holding: inner, arguments[0], context)
    {
      kind = .call(FunctionTable.function("hasValue"), [value.expression])
    } else {
      guard let operand = member(name, of: base, arguments[0], context) else { return nil }
      switch operand.expression.kind {
      case .field(let pattern, let path): kind = .hasField(pattern: pattern, path)
      case .select(let object, let name): kind = .hasMember(object, name)
      default: preconditionFailure("a member is a field or selected")
      }
    }
    return Operand(expression: CheckedExpression(kind, type: .bool, span: syntax.span), syntax: syntax)
  }

  // MARK: - Elements

  /// `limits[currency]`, `limits[?currency]`
  mutating func index(
    _ collection: ExpressionSyntax, _ index: ExpressionSyntax, isOptional: Bool, _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    let (first, second) = (check(collection, context.wanting(nil)), check(index, context.wanting(nil)))
    guard var base = first, let key = second else { return nil }
    if context.wanted == .decimal, base.isLiteral {
      guard let again = check(collection, context.wanting(base.type.withDecimals)) else { return nil }
      base = again
    }
    guard var operand = apply(isOptional ? "_[?_]" : "_[_]", [base, key], isMethod: false, syntax, context) else { return nil }
    operand.isLiteral = base.isLiteral && !isOptional
    operand.currency = base.currency
    operand.around = base.around
    switch base.described {
    case .list(let element)?, .map(let element)?:
      operand.described = element
      describe(&operand)
    default: break
    }
    return operand
  }
}

extension ExpressionSyntax {
  /// A way of names as it is written, for messages; else "this".
  var text: String {
    switch kind {
    case .name(let name, _): name.text
    case .select(let object, let name): "\(object.text).\(name.text)"
    case .optionalSelect(let object, let name): "\(object.text).?\(name.text)"
    case .parenthesized(let inner): inner.text
    case .index(let object, _): "\(object.text)[…]"
    case .methodCall(let receiver, let method, _): "\(receiver.text).\(method.text)(…)"
    case .call(let function, _, let arguments): arguments.isEmpty ? "\(function.text)()" : "\(function.text)(…)"
    case .literal(.string(let text)): "\"\(text)\""
    case .literal(.double(let text)): text
    case .literal(.int(let integer)): "\(integer)"
    default: "this"
    }
  }

  /// The first name of a way of names.
  var rootName: String? {
    switch kind {
    case .name(let name, _): name.text
    case .select(let object, _), .optionalSelect(let object, _), .index(let object, _), .optionalIndex(let object, _),
      .methodCall(let object, _, _), .parenthesized(let object):
      object.rootName
    default: nil
    }
  }
}
