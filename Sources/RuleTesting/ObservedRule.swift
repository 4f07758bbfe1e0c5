internal import Diagnostics
internal import EventModel
internal import RuleLanguage
internal import Synchronization

/// How conditions came out, by place.
final class Observations: Sendable {
  private let seen = Mutex<[SourceSpan: Coverage.Seen]>([:])

  func note(_ truth: Bool, at span: SourceSpan) {
    seen.withLock { _ = $0[span, default: []].insert(truth ? .yes : .no) }
  }

  func at(_ span: SourceSpan) -> Coverage.Seen { seen.withLock { $0[span] ?? [] } }
}

/// A rule that says the same, and tells how each side of its conditions came out.
struct ObservedRule {
  private(set) var rule: CheckedRule
  private(set) var points: [Coverage.Point] = []
  private let observations: Observations
  /// The kinds of the patterns' events, by the name that the rule has for them.
  private var kinds: [String: Set<EventPattern.Kind>] = [:]

  init(_ original: CheckedRule, in program: CheckedProgram, by observations: Observations) {
    rule = original
    self.observations = observations
    for name in original.namesThatSpeak { points.append(.init(kind: .rule(name), span: original.span)) }
    for index in original.patterns.indices { observe(pattern: index, in: program) }
    rule.when = original.when.map { condition($0) }
    for index in original.aggregates.indices { rule.aggregates[index].argument = original.aggregates[index].argument.map { value($0) } }
    for part in original.key.indices { rule.key[part].expressions = original.key[part].expressions.map { value($0) } }
    if case .kpi(var measure) = original.form {
      measure.expression = value(measure.expression)
      rule.form = .kpi(measure)
    }
    observeNotes(original.notes)
  }

  private mutating func observeNotes(_ notes: CheckedNotes) {
    rule.notes.severities = notes.severities.map { ($0.level, $0.when.map { condition($0) }) }
    rule.notes.exposure = notes.exposure.map { value($0) }
    rule.notes.expected = notes.expected.map { value($0) }
    rule.notes.actual = notes.actual.map { value($0) }
    rule.notes.details = notes.details.map { ($0.name, value($0.value)) }
    rule.notes.message = notes.message.map { part in
      if case .expression(let expression) = part { .expression(value(expression)) } else { part }
    }
  }

  /// That an event takes part is told by what is asked last of it: what its condition asks of other events, too, else all of it.
  private mutating func observe(pattern index: Int, in program: CheckedProgram) {
    let pattern = rule.patterns[index]
    for (name, named) in program.names(of: pattern) {
      kinds[name, default: []].formUnion(named)
      points.append(.init(kind: .event(name), span: pattern.span))
    }
    guard let asked = pattern.where else {
      rule.patterns[index].where = observed(CheckedExpression(.literal(.bool(true)), type: .bool, span: pattern.span), at: pattern.span)
      return
    }
    let (own, others) = (asked.conjuncts.filter { $0.reads(only: index) }, asked.conjuncts.filter { !$0.reads(only: index) })
    let last = observed(condition(Self.conjunction(others.isEmpty ? own : others)), at: pattern.span)
    rule.patterns[index].where = others.isEmpty || own.isEmpty ? last : Self.conjunction([condition(Self.conjunction(own)), last])
  }

  /// - Parameter parts: at least one.
  private static func conjunction(_ parts: [CheckedExpression]) -> CheckedExpression {
    parts.dropFirst().reduce(parts[0]) { whole, part in
      CheckedExpression(.and(whole, part), type: .bool, span: whole.span.joined(with: part.span))
    }
  }

  /// What has become of a point in a world in which these rules and KPIs spoke, and these events were read.
  func seen(_ point: Coverage.Point, saying said: Set<String>, reading events: Set<EventPattern.Kind>) -> Coverage.Seen {
    switch point.kind {
    case .rule(let name): return said.contains(name) ? .yes : []
    case .condition: return observations.at(point.span)
    case .event(let label):
      // Violations of other rules are events, too.
      let isThere = said.contains(label) || kinds[label]?.isDisjoint(with: events) == false
      return isThere ? observations.at(point.span).intersection(.yes) : []
    }
  }

  // MARK: - Expressions

  /// Tells how an expression comes out, for a place.
  private func observed(_ expression: CheckedExpression, at span: SourceSpan) -> CheckedExpression {
    let observations = observations
    let observer = Function.observer { value in
      if case .bool(let truth) = value { observations.note(truth, at: span) }
    }
    return CheckedExpression(.call(observer, [expression]), type: expression.type, span: expression.span)
  }

  /// An expression whose truth is a point, or that of its sides.
  private mutating func condition(_ expression: CheckedExpression) -> CheckedExpression {
    var result = expression
    switch expression.kind {
    case .and(let a, let b): result.kind = .and(condition(a), condition(b))
    case .or(let a, let b): result.kind = .or(condition(a), condition(b))
    case .not(let a): result.kind = .not(condition(a))
    case .conditional(let test, let yes, let no): result.kind = .conditional(condition(test), then: condition(yes), else: condition(no))
    case .bind(let bound, let inner): result.kind = .bind(value(bound), in: condition(inner))
    // What a macro is made of has no text of its own; a literal is as it is.
    case .literal, .local: break
    default:
      points.append(.init(kind: .condition, span: expression.span))
      return observed(value(expression), at: expression.span)
    }
    return result
  }

  /// An expression whose parts may hold conditions.
  private mutating func value(_ expression: CheckedExpression) -> CheckedExpression {
    var result = expression
    switch expression.kind {
    case .and, .or, .not: return condition(expression)
    case .conditional(let test, let yes, let no): result.kind = .conditional(condition(test), then: value(yes), else: value(no))
    case .bind(let bound, let inner): result.kind = .bind(value(bound), in: value(inner))
    case .call(let function, let arguments): result.kind = .call(function, arguments.map { value($0) })
    case .select(let object, let name): result.kind = .select(value(object), name)
    case .hasMember(let object, let name): result.kind = .hasMember(value(object), name)
    case .optionalSelect(let object, let name): result.kind = .optionalSelect(value(object), name)
    case .list(let elements): result.kind = .list(elements.map { value($0) })
    case .map(let members): result.kind = .map(members.map { (value($0.key), value($0.value)) })
    case .comprehension(var fold):
      fold.range = value(fold.range)
      fold.step = value(fold.step)
      result.kind = .comprehension(fold)
    case .literal, .field, .hasField, .optionalField, .keyPart, .wholeKey, .param, .aggregate, .lookup, .ago, .transition, .exposure,
      .exposureCurrency, .local:
      break
    }
    return result
  }
}

extension CheckedRule {
  /// The names under which it can say something: a lifecycle has two, unless there is no longest stay.
  fileprivate var namesThatSpeak: [String] {
    guard case .lifecycle(let lifecycle) = form, lifecycle.states.allSatisfy({ $0.longestStay == nil }) else { return verdictNames }
    return [verdictNames[0]]
  }
}
