import Diagnostics
import EventModel

/// Checks a rule: its form decides which clauses it has.
extension RuleChecker {
  /// The rule, or nil with at least one diagnostic.
  mutating func check(_ rule: RuleSyntax, documentation: String?, span: SourceSpan) -> CheckedRule? {
    let isSupported = checkSupport(of: rule)
    var all: [(PatternSyntax, EventPattern.Role)] = rule.on.patterns.map { ($0, .on) }
    if case .expect(let step)? = rule.form {
      all.append((step.pattern, .expect))
      if let unless = step.unless { all.append((unless, .unless)) }
    }
    checkClauses(of: rule)
    guard resolve(all), isSupported, !restsOnMistakes(rule.expressions), checkHeights(rule.expressions) else { return nil }
    if rule.form == nil, rule.by == nil { checkStreamKeys() }
    let isWindow = if case .over? = rule.form { true } else { false }
    checkKey(rule.by, isLast: false)
    checkConditions(isWindow: isWindow)
    checkKey(rule.by, isLast: true)
    if rule.by != nil, key.count != rule.by?.parts.count { return nil }
    let form = form(of: rule)
    let scope = scope(isWindow: isWindow)
    let when = rule.when.flatMap { expressions.check($0.condition, in: scope, wanting: .bool, for: "`when`")?.expression }
    if isWindow, let when { expressions.checkDistinct(inVerdict: when) }
    let notes = checkNotes(rule.notes, in: scope, documentation: documentation)
    checkProtected(notes)
    guard let form, !allDiagnostics.hasErrors else { return nil }
    return CheckedRule(
      name: name, documentation: documentation, patterns: eventPatterns, key: key, form: form, when: when,
      aggregates: expressions.aggregates, notes: notes, span: span)
  }

  private mutating func form(of rule: RuleSyntax) -> CheckedRule.Form? {
    switch rule.form {
    case nil: return .condition
    case .expect(let step):
      guard case .within(let length, _, let direction) = step.reach.kind, let within = self.length(length) else { return nil }
      let directions: [String: Obligation.Direction] = ["after": .after, "before": .before, "around": .around]
      return .obligation(
        Obligation(
          expected: 1, excuse: step.unless == nil ? nil : 2, within: within,
          direction: direction.flatMap { directions[$0.text] } ?? .after))
    case .over(let window):
      guard case .sliding(let length) = window.kind, let size = self.length(length) else { return nil }
      if case .fixed(.zero) = size { diagnostics.append(.emptyLength(length.span)) }
      warnOfShortWindow(length)
      return .limit(.sliding(size))
    case .joins, .forbid: return nil
    }
  }

  /// Which clauses go together (language.md 1.7, 7.2).
  private mutating func checkClauses(of rule: RuleSyntax) {
    switch rule.form {
    case .expect, .forbid:
      if let when = rule.when { diagnostics.append(.whenWithSpan(when, form: rule.form)) }
      if rule.by == nil { diagnostics.append(.keyMissing(owner, at: nameSpan)) }
    case .joins:
      if rule.by == nil { diagnostics.append(.keyMissing(owner, at: nameSpan)) }
    case .over(let window):
      if rule.when == nil { diagnostics.append(.limitWithoutWhen(window.span)) }
    case nil: break
    }
    if rule.on.patterns.count > 1 {
      if case .over? = rule.form { return }
      diagnostics.append(.severalPatterns(rule.on.patterns[1].span))
    }
  }

  /// A condition without `by` has the key of its streams: the same for all.
  private mutating func checkStreamKeys() {
    let streams = Set(patterns[0].kinds.map(\.stream)).sorted().map { context.streams[$0] }
    if Set(streams.map(\.key)).count > 1 { diagnostics.append(.streamKeysDiffer(patterns[0].syntax, streams)) }
  }

  /// A window that is shorter than what its streams may be out of order (language.md 25.1).
  mutating func warnOfShortWindow(_ length: LengthSyntax) {
    guard case .duration(let size) = length, size.value > .zero else { return }
    let streams = Set(patterns.flatMap(\.kinds).map(\.stream)).map { context.streams[$0] }
    guard let worst = streams.max(by: { ($0.disorder, $1.name) < ($1.disorder, $0.name) }), worst.disorder > size.value else { return }
    diagnostics.append(.shortWindow(size.span, stream: worst))
  }
}
