import Diagnostics

/// What the language has and this engine does not evaluate: said once at each place, never passed over.
extension RuleChecker {
  /// False: the rule needs something of it.
  mutating func checkSupport(of rule: RuleSyntax) -> Bool {
    let known = diagnostics.count
    switch rule.form {
    case nil: break
    case .joins(let joins): for join in joins { report("`with`", join.span) }
    case .forbid(let steps, let last): for step in steps + [last] { report("`\(step.keyword.text)`", step.span) }
    case .expect(let step): report(step.reach)
    case .over(let window):
      if case .sliding = window.kind { break }
      report(window, of: "a limit")
    }
    reportNotes(rule.notes)
    reportFunctions(in: rule.expressions)
    return diagnostics.count == known
  }

  mutating func checkSupport(of kpi: KPISyntax) -> Bool {
    let known = diagnostics.count
    if case .tumbling = kpi.window.kind {} else { report(kpi.window, of: "a KPI") }
    for item in kpi.items where item.keyword.text != "emit" { report("`\(item.keyword.text)`", item.span) }
    reportNotes(kpi.notes)
    reportFunctions(in: kpi.expressions)
    return diagnostics.count == known
  }

  private mutating func report(_ what: String, _ span: SourceSpan) { diagnostics.append(.notSupported(what, at: span)) }

  private mutating func report(_ reach: SpanSyntax) {
    switch reach.kind {
    case .due: report("`due`", reach.span)
    case .within(_, let counting?, _): report("`counting`", counting.span)
    case .within: break
    }
  }

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

  /// Look-ups in tables, and `percentile`. A let that uses them is said at the let's place.
  private mutating func reportFunctions(in expressions: [ExpressionSyntax]) {
    var found: [(what: String, span: SourceSpan)] = []
    for expression in expressions { expression.forEach { context.findUnsupported(in: $0, &found) } }
    for (what, span) in found { report(what, span) }
  }

  private mutating func reportNotes(_ notes: [NoteSyntax]) {
    for note in notes {
      switch note.content {
      case .suppress, .was, .effective, .correct: report("`\(note.keyword.text)`", note.span)
      case .start(.duration), .start(.earliest): report("`start` with a time before the rule", note.span)
      case .mode(let word) where word.text == "quiet": report("`mode quiet`", note.span)
      case .scope(let word) where word.text != "region": report("`scope \(word.text)`", note.span)
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

  /// A let or param that was found wrong stands in one of the expressions: that was said at its declaration, and is not said again.
  func restsOnMistakes(_ expressions: [ExpressionSyntax]) -> Bool {
    let params = context.params(of: name)
    return expressions.contains { expression in
      expression.namesInIt.contains { name in
        switch context.names.values[name]?.keyword {
        case "let": context.lets[name] == nil
        case "param": params[name] == nil
        default: false
        }
      }
    }
  }
}

extension ProgramContext {
  /// What an expression itself needs that is not supported, its parts apart.
  func findUnsupported(in expression: ExpressionSyntax, _ found: inout [(what: String, span: SourceSpan)]) {
    switch expression.kind {
    case .methodCall(let receiver, let method, _):
      if case .name(let name, _) = receiver.kind, names.values[name.text]?.keyword == "table" {
        found.append(("`\(name.text).\(method.text)`", receiver.span.joined(with: method.span)))
      }
    case .call(let function, _, _):
      if function.text == "percentile" { found.append(("`percentile`", function.span)) }
    default: break
    }
  }
}
