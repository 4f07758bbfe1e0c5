import Diagnostics

/// What the language has and this version does not evaluate: the rule is checked like any other, and marked.
extension RuleChecker {
  mutating func checkSupport(of rule: RuleSyntax) {
    if case .over(let window) = rule.form {
      switch window.kind {
      case .sliding, .all: break
      default: report(window, of: "a limit")
      }
    }
    checkSupport(of: rule.notes)
  }

  mutating func checkSupport(of kpi: KPISyntax) {
    if case .tumbling = kpi.window.kind {} else { report(kpi.window, of: "a KPI") }
    for item in kpi.items where item.keyword.text != "emit" { report("`\(item.keyword.text)`", item.span) }
    checkSupport(of: kpi.notes)
  }

  mutating func report(_ what: String, _ span: SourceSpan) { missing.append((what, span)) }

  private mutating func report(_ window: WindowSyntax, of what: String) {
    let kind =
      switch window.kind {
      case .sliding: "sliding"
      case .tumbling: "tumbling"
      case .hopping: "hopping"
      case .session: "session"
      case .calendar: "calendar"
      case .all: "all"
      }
    report("\(what) `over \(kind)`", window.span)
  }

  mutating func checkSupport(of notes: [NoteSyntax]) {
    for note in notes {
      switch note.content {
      case .start(.duration), .start(.earliest): report("`start` with a time before the rule", note.span)
      case .scope(let word) where word.text != "region": report("`scope \(word.text)`", note.span)
      default: break
      }
    }
  }

  /// What the checked expressions and patterns ask for: it may stand in a let.
  mutating func checkSupportOfParts() {
    if let percentile = expressions.aggregates.first(where: { $0.name == .percentile }) {
      missing.append(("`percentile`", percentile.argument?.span ?? nameSpan))
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
