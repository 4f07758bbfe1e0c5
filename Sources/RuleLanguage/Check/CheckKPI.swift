import Diagnostics
import EventModel

/// Checks a KPI (language.md 18).
extension RuleChecker {
  mutating func check(_ kpi: KPISyntax, documentation: String?, span: SourceSpan) -> CheckedRule? {
    checkSupport(of: kpi.notes)
    windowed = Set(kpi.on.patterns.indices)
    guard resolve(kpi.on.patterns.map { ($0, .on) }), !restsOnMistakes(kpi.expressions), checkHeights(kpi.expressions),
      checkKeyAndConditions(kpi.by)
    else { return nil }
    let scope = scopeAfterPatterns
    let amount = expressions.check(kpi.measure, in: scope, for: "`measure`")
    if let amount { checkMeasure(amount.expression) }
    let when = kpi.when.flatMap { expressions.check($0.condition, in: scope, wanting: .bool, for: "`when`")?.expression }
    let window = self.window(kpi.window, in: .kpi)
    var target: Measure.Target?
    if let amount { target = self.target(of: kpi, measuring: amount, window, in: scope) }
    if !kpi.items.contains(where: { $0.keyword.text == "target" }) {
      let idle = kpi.notes.first { ["severity", "violation", "suppress", "correct"].contains($0.keyword.text) }
      if let idle { diagnostics.append(.noteWithoutTarget(idle.keyword)) }
    }
    var notes = checkNotes(kpi.notes, in: scope, documentation: documentation)
    checkProtected(notes, measure: amount?.expression)
    if let amount, let target {
      say(target, of: amount.expression, in: &notes, isWorded: kpi.notes.contains { $0.keyword.text == "violation" })
    }
    let (emitEvery, fill) = (length(of: "emit", kpi.items), length(of: "fill", kpi.items))
    if case .session? = window, let item = kpi.items.first(where: { $0.keyword.text == "fill" }) {
      diagnostics.append(.sessionFilled(item.span))
    }
    guard let window, let measure = amount?.expression, !allDiagnostics.hasErrors else { return nil }
    return CheckedRule(
      name: name, documentation: documentation, patterns: eventPatterns, key: key,
      form: .kpi(Measure(window: window, expression: measure, emitEvery: emitEvery, fill: fill, target: target)), when: when,
      aggregates: expressions.aggregates, notes: notes, span: span)
  }

  /// A target is what was expected, the value what there is; a message that is not given says both (language.md 18.4).
  private func say(_ target: Measure.Target, of measure: CheckedExpression, in notes: inout CheckedNotes, isWorded: Bool) {
    notes.expected = notes.expected ?? target.bound
    notes.actual = notes.actual ?? measure
    guard !isWorded else { return }
    let isSentence = if case .text(let text)? = notes.message.last { text.hasSuffix(".") } else { false }
    notes.message += [
      .text(isSentence ? " It is " : ": it is "), .expression(measure), .text(", and not \(target.sign) "), .expression(target.bound),
    ]
  }

  /// `emit every D`, `fill D`
  private mutating func length(of keyword: String, _ items: [KPISyntax.Item]) -> Duration? {
    var found: (word: Word, length: Duration)?
    for item in items where item.keyword.text == keyword {
      switch item.content {
      case .emitEvery(let duration), .fill(let duration):
        if let found { diagnostics.append(.standsTwice(item.keyword, first: found.word)) }
        if duration.value <= .zero { diagnostics.append(.emptyLength(duration.span)) }
        checkBound(duration)
        found = found ?? (item.keyword, duration.value)
      case .target: break
      }
    }
    return found?.length
  }

  private mutating func target(of kpi: KPISyntax, measuring measure: CheckedAmount, _ window: Window?, in scope: Scope) -> Measure.Target? {
    var scope = scope
    scope.past = measure.expression.type
    scope.windowPatterns = nil
    var found: (word: Word, target: Measure.Target?)?
    for item in kpi.items {
      guard case .target(let comparison, let syntax) = item.content else { continue }
      if let found { diagnostics.append(.standsTwice(item.keyword, first: found.word)) }
      let bound = expressions.check(syntax, in: scope, wanting: measure.expression.type, for: "`target`")?.expression
      if let bound, let window { checkAgo(in: bound, window) }
      found =
        found ?? (item.keyword, bound.map { Measure.Target(comparison: FunctionTable.function("_\(comparison.rawValue)_"), bound: $0) })
    }
    // A target judges, so what it judges is exact (language.md 3.8).
    if found != nil { expressions.checkExact(inVerdict: measure.expression) }
    return found?.target
  }

  /// `ago` asks for a window that there was (language.md 18.5).
  private mutating func checkAgo(in bound: CheckedExpression, _ window: Window) {
    let (step, name): (Duration, String) =
      switch window {
      case .tumbling(let size): (size, size.ruleText)
      case .hopping(_, let step): (step, step.ruleText)
      case .calendar(.hour, _), .calendar(.day, _): (.seconds(86_400), "a day")
      case .calendar(.week, _), .calendar(.month, _): (.seconds(604_800), "a week")
      case .session, .sliding, .all: (.zero, "")
      }
    bound.visitAll { part in
      guard case .ago(let duration) = part.kind else { return }
      if step <= .zero {
        expressions.report(.agoOfSession(part.span))
      } else if duration.microseconds % step.microseconds != 0 {
        expressions.report(.agoBetweenWindows(part.span, duration, step: name))
      }
    }
  }

  /// A measure is one number, or a duration.
  private mutating func checkMeasure(_ measure: CheckedExpression) {
    switch measure.type {
    case .int, .uint, .double, .decimal, .duration: break
    default: diagnostics.append(.badMeasure(measure.span, measure.type))
    }
  }
}
