import Diagnostics
import EventModel

/// Checks a rule: its form decides which clauses it has.
extension RuleChecker {
  /// The rule, or nil with at least one diagnostic.
  mutating func check(_ rule: RuleSyntax, documentation: String?, span: SourceSpan) -> CheckedRule? {
    checkSupport(of: rule.notes)
    let isResolved = resolve(patterns(of: rule))
    checkClauses(of: rule)
    guard isResolved, !restsOnMistakes(rule.expressions), checkHeights(rule.expressions) else { return nil }
    if rule.form == nil, rule.by == nil { checkStreamKeys() }
    guard checkKeyAndConditions(rule.by) else { return nil }
    let form = form(of: rule)
    let scope = scopeAfterPatterns
    let when = rule.when.flatMap { expressions.check($0.condition, in: scope, wanting: .bool, for: "`when`")?.expression }
    if scope.windowPatterns != nil, let when { expressions.checkDistinct(inVerdict: when) }
    if case .over? = rule.form, let when { warnOfTooLittle(when) }
    let notes = checkNotes(rule.notes, in: scope, documentation: documentation)
    checkProtected(notes)
    guard let form, !allDiagnostics.hasErrors else { return nil }
    return CheckedRule(
      name: name, documentation: documentation, patterns: eventPatterns, key: key, form: form, when: when,
      aggregates: expressions.aggregates, notes: notes, span: span)
  }

  /// The patterns in the order in which they know each other's aliases.
  private mutating func patterns(of rule: RuleSyntax) -> [(PatternSyntax, EventPattern.Role)] {
    var all: [(PatternSyntax, EventPattern.Role)] = rule.on.patterns.map { ($0, .on) }
    switch rule.form {
    case nil: break
    case .expect(let step): all += [(step.pattern, .expect)] + excuse(of: step)
    case .forbid(let steps, let last):
      for step in steps { all += [(step.pattern, .then)] + excuse(of: step) }
      all += [(last.pattern, .forbid)] + excuse(of: last)
    case .joins(let joins):
      for join in joins {
        if join.quantifier?.text == "all" { windowed.insert(all.count) }
        all.append((join.pattern, .with))
      }
    case .over(let window):
      windowed = Set(all.indices)
      if case .all(let opening, _, _) = window.kind {
        all.append((PatternSyntax(names: [opening], alias: nil, condition: nil, span: opening.span), .opening))
      }
    }
    return all
  }

  private func excuse(of step: StepSyntax) -> [(PatternSyntax, EventPattern.Role)] { step.unless.map { [($0, .unless)] } ?? [] }

  private mutating func form(of rule: RuleSyntax) -> CheckedRule.Form? {
    switch rule.form {
    case nil: return .condition
    case .expect(let step):
      guard let reach = reach(of: step.reach) else { return nil }
      return .obligation(Obligation(expected: 1, excuse: step.unless == nil ? nil : 2, reach: reach))
    case .forbid(let steps, let last): return prohibition(steps + [last])
    case .joins(let joins):
      let checked = joins.enumerated().compactMap { index, join -> Join? in
        guard let reach = reach(join.within, counting: join.counting, join.direction) else { return nil }
        let quantifier = join.quantifier.flatMap { Join.Quantifier(rawValue: $0.text) } ?? .each
        return Join(quantifier: quantifier, pattern: index + 1, reach: reach)
      }
      return checked.count == joins.count ? .join(checked) : nil
    case .over(let window): return self.window(window, in: .rule).map { .limit($0) }
    }
  }

  private mutating func prohibition(_ steps: [StepSyntax]) -> CheckedRule.Form? {
    var checked: [Prohibition.Step] = []
    var next = 1
    for step in steps {
      let reach = reach(of: step.reach)
      if steps.count > 1, let reach, reach.direction != .after, case .within(_, _, let direction?) = step.reach.kind {
        diagnostics.append(.chainDirection(direction))
      }
      if step.keyword.text == "then", case .due = step.reach.kind { diagnostics.append(.dueInThen(step.reach.span)) }
      if let reach { checked.append(Prohibition.Step(pattern: next, excuse: step.unless == nil ? nil : next + 1, reach: reach)) }
      next += step.unless == nil ? 1 : 2
    }
    return checked.count == steps.count ? .prohibition(Prohibition(steps: checked)) : nil
  }

  /// Which clauses go together (language.md 1.7, 7.2).
  private mutating func checkClauses(of rule: RuleSyntax) {
    switch rule.form {
    case .expect, .forbid:
      if let when = rule.when { diagnostics.append(.whenWithSpan(when, form: rule.form)) }
      if rule.by == nil { diagnostics.append(.keyMissing(owner, common: commonFields, at: nameSpan)) }
    case .joins:
      if rule.by == nil { diagnostics.append(.keyMissing(owner, common: commonFields, at: nameSpan)) }
    case .over(let window):
      if rule.when == nil { diagnostics.append(.limitWithoutWhen(window.span)) }
      if case .all = window.kind, rule.by == nil { diagnostics.append(.keyMissing(owner, common: commonFields, at: nameSpan)) }
    case nil: break
    }
    if rule.on.patterns.count > 1 {
      if case .over? = rule.form { return }
      diagnostics.append(.severalPatterns(rule.on.patterns[1].span))
    }
  }

  /// Fields that all patterns have, of one type, that may be a key: those that some stream is keyed by first.
  private var commonFields: [String] {
    func types(_ pattern: ResolvedPattern) -> [String: FieldType] {
      let kinds = pattern.kinds.map { context.streams[$0.stream].schema.kinds[$0.kind].fields.fields }
      var types = Dictionary(kinds.first?.map { ($0.name, $0.type) } ?? []) { first, _ in first }
      for fields in kinds.dropFirst() { types = types.filter { name, type in fields.contains { $0.name == name && $0.type == type } } }
      return types
    }
    guard let first = patterns.first else { return [] }
    var common = types(first)
    for pattern in patterns.dropFirst() {
      let others = types(pattern)
      common = common.filter { others[$0] == $1 }
    }
    let streams = patterns.flatMap(\.kinds).map { context.streams[$0.stream] }
    let keys = streams.flatMap(\.key).map(\.description)
    // Of what all events of a stream have, its kind, time and id are no key.
    let own = Set(streams.flatMap { [$0.kind, $0.time, $0.id].compactMap { $0?.description } })
    let isKey = { (name: String) in keys.contains(name) }
    let names = common.keys.filter { name in
      guard !own.contains(name), case .string(allowed: nil)? = common[name] else { return isKey(name) }
      return isKey(name) || name.hasSuffix("_id") || name.hasSuffix("Id")
    }
    return names.sorted { (isKey($0) ? 0 : 1, $0) < (isKey($1) ? 0 : 1, $1) }
  }

  /// A condition without `by` has the key of its streams: the same for all.
  private mutating func checkStreamKeys() {
    let streams = Set(patterns[0].kinds.map(\.stream)).sorted().map { context.streams[$0] }
    if Set(streams.map(\.key)).count > 1 { diagnostics.append(.streamKeysDiffer(patterns[0].syntax, streams)) }
  }
}
