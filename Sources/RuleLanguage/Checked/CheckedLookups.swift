extension CheckedExpression {
  /// Whether it asks for rows of tables (language.md 19).
  package var looksUp: Bool {
    if case .lookup = kind { return true }
    return children.contains { $0.looksUp }
  }
}

extension CheckedRule {
  /// Every expression of the rule: of its patterns, key, form, window functions and notes.
  package var everyExpression: [CheckedExpression] {
    patterns.compactMap(\.where) + key.flatMap(\.expressions) + (when.map { [$0] } ?? []) + aggregates.compactMap(\.argument)
      + form.expressions + notes.allExpressions
  }

  /// The tables that it asks for rows: indexes into `CheckedProgram.tables`, ascending.
  package var tables: [Int] {
    var found: Set<Int> = []
    for expression in everyExpression {
      expression.visitAll { if case .lookup(let table, _, _) = $0.kind { found.insert(table) } }
    }
    return found.sorted()
  }
}

extension CheckedProgram {
  /// The tables that some rule asks: those whose topics are read. Indexes into `tables`, ascending.
  package var tablesRead: [Int] { Set(rules.flatMap(\.tables)).sorted() }

  /// The topics that the rules are evaluated from, each once, in order.
  package var inputTopics: [String] { Set(streams.map(\.topic) + tablesRead.map { tables[$0].topic }).sorted() }
}

extension CheckedRule.Form {
  fileprivate var expressions: [CheckedExpression] {
    switch self {
    case .condition, .limit: []
    case .obligation(let obligation): [obligation.reach.due].compactMap { $0 }
    case .prohibition(let prohibition): prohibition.steps.compactMap(\.reach.due)
    case .join(let joins): joins.compactMap(\.reach.due)
    case .lifecycle(let lifecycle): lifecycle.states.compactMap(\.longestStay?.due)
    case .kpi(let measure): [measure.expression] + (measure.target.map { [$0.bound] } ?? [])
    }
  }
}
