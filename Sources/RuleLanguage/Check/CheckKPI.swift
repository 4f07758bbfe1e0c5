import Diagnostics
import EventModel

/// Checks a KPI (language.md 18).
extension RuleChecker {
  mutating func check(_ kpi: KPISyntax, documentation: String?, span: SourceSpan) -> CheckedRule? {
    let isSupported = checkSupport(of: kpi)
    guard resolve(kpi.on.patterns.map { ($0, .on) }), isSupported, !restsOnMistakes(kpi.expressions), checkHeights(kpi.expressions) else {
      return nil
    }
    checkKey(kpi.by, isLast: false)
    checkConditions(isWindow: true)
    checkKey(kpi.by, isLast: true)
    if kpi.by != nil, key.count != kpi.by?.parts.count { return nil }
    let scope = scope(isWindow: true)
    let measure = expressions.check(kpi.measure, in: scope, for: "`measure`")?.expression
    if let measure { checkMeasure(measure) }
    let when = kpi.when.flatMap { expressions.check($0.condition, in: scope, wanting: .bool, for: "`when`")?.expression }
    let notes = checkNotes(kpi.notes, in: scope, documentation: documentation)
    checkProtected(notes, measure: measure)
    guard case .tumbling(let size) = kpi.window.kind else { return nil }
    if size.value <= .zero { diagnostics.append(.emptyLength(size.span)) }
    warnOfShortWindow(.duration(size))
    let emitEvery = emitEvery(kpi.items)
    guard let measure, !allDiagnostics.hasErrors else { return nil }
    return CheckedRule(
      name: name, documentation: documentation, patterns: eventPatterns, key: key,
      form: .kpi(Measure(window: .tumbling(size.value), expression: measure, emitEvery: emitEvery)), when: when,
      aggregates: expressions.aggregates, notes: notes, span: span)
  }

  private mutating func emitEvery(_ items: [KPISyntax.Item]) -> Duration? {
    for item in items {
      if case .emitEvery(let duration) = item.content {
        if duration.value <= .zero { diagnostics.append(.emptyLength(duration.span)) }
        return duration.value
      }
    }
    return nil
  }

  /// A measure is one number, or a text that reads as one value of the window.
  private mutating func checkMeasure(_ measure: CheckedExpression) {
    switch measure.type {
    case .int, .uint, .double, .decimal, .duration: break
    default: diagnostics.append(.badMeasure(measure.span, measure.type))
    }
  }
}
