import Diagnostics
import EventModel

// What lies outside the rule's own events: rows of tables (language.md 19), and a KPI's earlier values (18.5).

extension ExpressionChecker {
  /// `prices.get(l.sku, o.currency)`, `prices.find(…)`
  mutating func lookup(
    _ index: Int, _ name: Word, _ method: Word, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context
  ) -> Operand? {
    let table = context.scope.tables[index]
    guard method.text == "get" || method.text == "find" else {
      report(.tableMethod(method, of: table))
      return nil
    }
    guard arguments.count == table.key.count else {
      report(.lookupKey(table, at: syntax.span))
      return nil
    }
    var key: [Operand] = []
    for (path, argument) in zip(table.key, arguments) {
      guard let type = table.row.field(at: path)?.type.valueType else { preconditionFailure("a table's key is made of single values") }
      guard let operand = check(argument, context.wanting(type)) else { continue }
      if let converted = converted(operand, to: type, context) {
        key.append(converted)
      } else {
        report(.wrongType(operand, wanted: type, role: "`\(path)` of the key of `\(table.name)`"))
      }
    }
    guard key.count == table.key.count else { return nil }
    let isOptional = method.text == "find"
    let row = ValueType.object(table.row)
    var operand = Operand(
      expression: CheckedExpression(
        .lookup(table: index, key: key.map(\.expression), isOptional: isOptional), type: isOptional ? .optional(row) : row,
        span: syntax.span), syntax: syntax, described: .object(table.row))
    operand.row = Operand.Row(table: table, key: key)
    return operand
  }

  /// `ago(7d)`
  mutating func ago(_ name: Word, _ arguments: [ExpressionSyntax], _ syntax: ExpressionSyntax, _ context: Context) -> Operand? {
    guard let type = context.scope.past else {
      report(.agoNotHere(name))
      return nil
    }
    guard arguments.count == 1, let operand = check(arguments[0], context.wanting(.duration)),
      case .literal(.duration(let duration)) = operand.expression.kind, duration > .zero
    else {
      report(.badAgo(at: syntax.span))
      return nil
    }
    return Operand(expression: CheckedExpression(.ago(duration), type: type, span: syntax.span), syntax: syntax)
  }
}

extension RuleChecker {
  /// Rows are asked for when a verdict is given: what is decided when an event is read cannot wait for them.
  mutating func checkLookups(of rule: CheckedRule) {
    refuseLookups(rule.key.flatMap(\.expressions), in: "the key")
    switch rule.form {
    case .limit, .kpi:
      refuseLookups(rule.patterns.compactMap(\.where), in: "`where` of a window's events")
      refuseLookups(rule.aggregates.compactMap(\.argument), in: "a window function")
    case .lifecycle: refuseLookups(rule.patterns.compactMap(\.where), in: "`where` of a state")
    case .condition, .obligation, .prohibition, .join: break
    }
  }

  private mutating func refuseLookups(_ expressions: [CheckedExpression], in place: String) {
    for expression in expressions {
      expression.visitAll { if case .lookup = $0.kind { diagnostics.append(.lookupNotHere(at: $0.span, in: place)) } }
    }
  }
}

extension Operand.Row {
  /// What the part of the key was asked by that is this field of the row.
  func keyed(_ field: String) -> Operand? {
    zip(table.key, key).first { $0.0.steps == [field] }?.1
  }
}
