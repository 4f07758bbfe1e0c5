import Diagnostics
package import EventModel

extension ExpressionChecker {
  /// A name alone: a macro's variable, an alias, a part of the key, a let, a param, or what the place lets be named.
  mutating func name(_ word: Word, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    let scope = context.scope
    if dialect != .rules, let operand = qualifiedName(syntax, context) { return operand }
    if let local = context.locals.last(where: { $0.name.map { $0.utf8.elementsEqual(word.text.utf8) } ?? false }) {
      var operand = local.operand
      operand.syntax = syntax
      operand.expression.span = syntax.span
      return operand
    }
    if let pattern = scope.patterns.first(where: { $0.alias == word.text }) {
      guard !pattern.isWindowed || context.isInWindowFunction else {
        report(.windowedEventOutside(word))
        return nil
      }
      return eventOperand(pattern.narrowed(by: scope.facts), syntax)
    }
    if let index = scope.keyParts.firstIndex(where: { $0.name == word.text }) { return keyPart(index, syntax, context) }
    if let text = scope.lets[word.text] { return letValue(word, text, syntax, context) }
    if let param = scope.params[word.text] {
      return Operand(expression: CheckedExpression(.param(param.index), type: param.type, span: syntax.span), syntax: syntax)
    }
    if let exposure = scope.exposure {
      if word.text == "exposure" {
        return Operand(
          expression: CheckedExpression(.exposure, type: exposure.type, span: syntax.span), syntax: syntax, isNonNegative: true)
      }
      if word.text == "currency" {
        return Operand(expression: CheckedExpression(.exposureCurrency, type: .string, span: syntax.span), syntax: syntax)
      }
    }
    if scope.transitions.contains(word.text) {
      return Operand(
        expression: CheckedExpression(.transition(isTarget: word.text == "to"), type: .string, span: syntax.span), syntax: syntax)
    }
    if scope.knowsKey, word.text == "key" {
      return Operand(expression: CheckedExpression(.wholeKey, type: .string, span: syntax.span), syntax: syntax)
    }
    if dialect == .uncheckedCEL { return failing(.init(.field(word.text), "`\(word.text)` is not a name here"), syntax) }
    if let table = scope.tables.first(where: { $0.name == word.text }) {
      report(.tableAsValue(word, table))
      return nil
    }
    if scope.withheldParams.contains(word.text) {
      report(.notConstant(word))
      return nil
    }
    report(.unknownName(word, scope: scope, locals: context.locals.compactMap(\.name)))
    return nil
  }

  /// The event that an alias stands for.
  func eventOperand(_ pattern: Scope.Pattern, _ syntax: ExpressionSyntax) -> Operand {
    let fields = pattern.kinds.dropFirst().reduce(pattern.kinds.first?.fields ?? ObjectType(fields: [])) { $0.union($1.fields) }
    return Operand(
      expression: CheckedExpression(.field(pattern: pattern.index, FieldPath([])), type: .object(fields), span: syntax.span),
      syntax: syntax,
      isEvent: true)
  }

  /// A part of the key: what its expressions have in common is known of it.
  private func keyPart(_ index: Int, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    let part = context.scope.keyParts[index]
    var operand = Operand(expression: CheckedExpression(.keyPart(index), type: part.type, span: syntax.span), syntax: syntax)
    let descriptions = part.expressions.map { description(of: $0, context) }
    if let first = descriptions.first, let described = first, descriptions.allSatisfy({ $0 != nil }) {
      operand.described = descriptions.dropFirst().reduce(described) { $0.union($1 ?? .unknown) }
    }
    return operand
  }

  private func description(of expression: CheckedExpression, _ context: Context) -> FieldType? {
    guard case .field(let index, let path) = expression.kind, let pattern = context.scope.patterns.first(where: { $0.index == index })
    else {
      return nil
    }
    return pattern.kinds.reduce(nil as FieldType?) { known, kind in
      guard let type = kind.fields.type(at: path.steps[...]) else { return known }
      return known?.union(type) ?? type
    }
  }

  /// A let is checked as if its text stood here.
  private mutating func letValue(_ word: Word, _ text: ExpressionSyntax, _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    if let start = context.lets.firstIndex(of: word.text) {
      let round = context.lets[start...]
      report(.letCycle(word, by: round.compactMap { name in context.scope.lets[name].map { (name, $0.span) } }))
      lostLets.formUnion(round)
      return nil
    }
    let use = LetUse(name: word.text, wanted: context.wanted)
    if var known = letValues[use] {
      known.syntax = syntax
      known.expression.span = syntax.span
      return known
    }
    var inner = Context(
      scope: Scope(lets: context.scope.lets, params: context.scope.params, tables: context.scope.tables), wanted: context.wanted)
    inner.lets = context.lets + [word.text]
    guard var operand = check(text, inner) else { return nil }
    if dialect == .rules { letValues[use] = operand }
    operand.syntax = syntax
    operand.expression.span = syntax.span
    return operand
  }
}

extension Scope.Pattern {
  /// Without the kinds that it cannot be of where the facts hold.
  func narrowed(by facts: Facts) -> Scope.Pattern {
    var narrowed = self
    narrowed.kinds = facts.remaining(kinds, of: index)
    return narrowed
  }

  /// The kinds for messages: "`orders.placed`".
  var label: String { kinds.map { "`\($0.label)`" }.joined(separator: " or ") }
}

extension ObjectType {
  /// The type of the field at the path.
  package func type(at path: ArraySlice<String>) -> FieldType? {
    guard let first = path.first, let field = self[first] else { return nil }
    guard path.count > 1 else { return field.type }
    guard case .object(let inner) = field.type else { return nil }
    return inner.type(at: path.dropFirst())
  }
}
