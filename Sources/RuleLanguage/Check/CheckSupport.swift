import Diagnostics

/// What the language has and this version does not evaluate: the rule is checked like any other, and marked.
extension RuleChecker {
  mutating func report(_ what: String, _ span: SourceSpan) { missing.append((what, span)) }

  mutating func checkSupport(of notes: [NoteSyntax]) {
    for note in notes {
      switch note.content {
      case .start(.duration), .start(.earliest): report("`start` with a time before the rule", note.span)
      case .scope(let word) where word.text == "global": report("`scope global`", note.span)
      default: break
      }
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
