import Diagnostics

/// What the language has and this version does not evaluate: the rule is checked like any other, and marked.
extension RuleChecker {
  mutating func checkSupport(of rule: RuleSyntax) {
    switch rule.form {
    case nil: break
    case .joins(let joins): for join in joins { report("`with`", join.span) }
    case .forbid(let steps, let last): for step in steps + [last] { report("`\(step.keyword.text)`", step.keyword.span) }
    case .expect(let step): report(step.reach)
    case .over(let window):
      if case .all = window.kind { report("a limit `over all`", window.span) }
    }
    checkSupport(of: rule.notes)
  }

  mutating func checkSupport(of kpi: KPISyntax) {
    checkSupport(of: kpi.notes)
  }

  mutating func report(_ what: String, _ span: SourceSpan) { missing.append((what, span)) }

  private mutating func report(_ reach: SpanSyntax) {
    switch reach.kind {
    case .due: report("`due`", reach.span)
    case .within(_, let counting?, _): report("`counting`", counting.span)
    case .within: break
    }
  }

  mutating func checkSupport(of notes: [NoteSyntax]) {
    for note in notes {
      switch note.content {
      case .suppress, .was, .effective, .correct: report("`\(note.keyword.text)`", note.keyword.span)
      case .start(.duration), .start(.earliest): report("`start` with a time before the rule", note.span)
      case .mode(let word) where word.text == "quiet": report("`mode quiet`", note.span)
      case .scope(let word) where word.text != "region": report("`scope \(word.text)`", note.span)
      default: break
      }
    }
  }

  /// What the checked expressions and patterns ask for: it may stand in a let.
  mutating func checkSupportOfParts() {
    for expression in expressions.finished + expressions.aggregates.compactMap(\.argument) {
      expression.visitAll { part in
        if case .lookup(let table, _, _) = part.kind { missing.append(("look-ups in `\(context.tables[table].name)`", part.span)) }
      }
    }
    for pattern in patterns where pattern.kinds.contains(where: { $0.stream >= context.topicStreams }) {
      missing.append(("a rule on violations of another rule", pattern.syntax.span))
    }
  }
}

extension RuleChecker {
  /// False: an expression is too high to be checked.
  mutating func checkHeights(_ expressions: [ExpressionSyntax]) -> Bool {
    let high = expressions.filter { $0.height(context.letHeights) > ExpressionSyntax.maximumHeight }
    for expression in high { diagnostics.append(.tooDeepWithLets(at: expression.span)) }
    return high.isEmpty
  }

  /// A let, param or table that was found wrong stands in one of the expressions: that was said at its declaration, and is not said again.
  func restsOnMistakes(_ expressions: [ExpressionSyntax]) -> Bool {
    let params = context.params(of: name)
    return expressions.contains { expression in
      expression.namesInIt.contains { name in
        switch context.names.values[name]?.keyword {
        case "let": context.lets[name] == nil
        case "param": params[name] == nil
        case "table": !context.tables.contains { $0.name == name }
        default: false
        }
      }
    }
  }
}
