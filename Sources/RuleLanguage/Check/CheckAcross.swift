import Diagnostics
import EventModel

/// What is only seen when all rules are at hand: rules that say the same, and corrections that go round.
struct ProgramMistakes {
  private(set) var diagnostics: [Diagnostic] = []

  /// - Parameter rules: all that are right, in order of name.
  init(_ rules: [CheckedRule], allowed: [String: Set<String>]) {
    compare(rules)
    checkCorrections(of: rules)
    let names = Dictionary(rules.map { ($0.span, $0.name) }) { first, _ in first }
    diagnostics.removeAll { diagnostic in
      diagnostic.severity == .warning
        && names[diagnostic.span].flatMap { allowed[$0] }?.contains(diagnostic.code.description) ?? false
    }
  }

  // MARK: - Rules that say the same

  private mutating func compare(_ rules: [CheckedRule]) {
    compareConditions(rules)
    var firsts: [String: CheckedRule] = [:]
    for rule in rules where rule.notes.mode == .active {
      guard let text = rule.demandText else { continue }
      if let first = firsts[text] { diagnostics.append(.duplicateRule(rule.name, at: rule.span, first: first)) }
      firsts[text] = firsts[text] ?? rule
    }
  }

  /// A condition that asks for all that another asks for, of events that the other looks at, too, is seen whenever it is violated.
  private mutating func compareConditions(_ rules: [CheckedRule]) {
    var groups: [String: [(rule: CheckedRule, parts: Set<ConditionPart>)]] = [:]
    for rule in rules {
      guard case .condition = rule.form, rule.notes.mode == .active, rule.patterns.count == 1 else { continue }
      let key = rule.key.flatMap(\.expressions).map(\.canonicalText).joined(separator: " ")
      let parts = Set([rule.patterns[0].where, rule.when].compactMap { $0 }.flatMap(\.conjuncts).map { ConditionPart($0) })
      groups["by \(key) \(rule.notes.reign)", default: []].append((rule, parts))
    }
    for group in groups.sorted(by: { $0.key < $1.key }).map(\.value) { compare(conditions: group) }
  }

  private static let mostCompared = 16

  private mutating func compare(conditions group: [(rule: CheckedRule, parts: Set<ConditionPart>)]) {
    // By one of their parts: who asks for less asks for one of the same subject. A rule is compared with those that ask for least.
    var bySubject: [String: [(index: Int, part: ConditionPart)]] = [:]
    var twins: [Set<ConditionPart>: [Int]] = [:]
    for (index, (_, parts)) in group.enumerated() {
      if let part = parts.min(by: { $0.subject < $1.subject }) { bySubject[part.subject, default: []].append((index, part)) }
      twins[parts, default: []].append(index)
    }
    let candidates = bySubject.mapValues { all in
      let byDemand = all.sorted { a, b in
        let (first, second) = (group[a.index].parts.count, group[b.index].parts.count)
        return first != second ? first < second : a.part == b.part ? a.index < b.index : b.part.implies(a.part)
      }
      return byDemand.prefix(Self.mostCompared).map(\.index)
    }
    func covers(_ other: Int, _ index: Int) -> Bool {
      let (wide, narrow) = (group[other], group[index])
      return Set(narrow.rule.patterns[0].kinds).isSubset(of: wide.rule.patterns[0].kinds)
        && wide.parts.allSatisfy { part in narrow.parts.contains { $0.implies(part) } }
    }
    for (index, (rule, parts)) in group.enumerated() {
      let near = Set(parts.map(\.subject)).flatMap { candidates[$0] ?? [] } + (twins[parts] ?? []).prefix(Self.mostCompared)
      let others = Set(near).filter { $0 != index && covers($0, index) }.sorted()
      // Of two that say the same the second is told.
      if let twin = others.first(where: { $0 < index && covers(index, $0) }) {
        diagnostics.append(.duplicateRule(rule.name, at: rule.span, first: group[twin].rule))
      } else if let wider = others.first(where: { !covers(index, $0) }) {
        diagnostics.append(.shadowedRule(rule.name, at: rule.span, by: group[wider].rule))
      }
    }
  }

  // MARK: - Corrections that go round

  /// From a rule by its corrections to the rules on those kinds, and on (language.md 21.2).
  private mutating func checkCorrections(of rules: [CheckedRule]) {
    var readers: [EventPattern.Kind: [Int]] = [:]
    for (index, rule) in rules.enumerated() where rule.notes.mode != .off {
      for kind in Set(rule.patterns.flatMap(\.kinds)) { readers[kind, default: []].append(index) }
    }
    for (start, rule) in rules.enumerated() where rule.notes.mode != .off {
      for correction in rule.notes.corrections {
        guard let way = way(from: correction.kind, to: start, rules, readers) else { continue }
        diagnostics.append(.correctionCycle(correction.span, rule: rule.name, by: way.map { rules[$0].name }))
      }
    }
  }

  /// The rules on the shortest way; nil: there is none.
  private func way(
    from kind: EventPattern.Kind, to end: Int, _ rules: [CheckedRule], _ readers: [EventPattern.Kind: [Int]]
  ) -> [Int]? {
    var seen: Set<Int> = []
    var ways = (readers[kind] ?? []).map { [$0] }
    var next = 0
    while next < ways.count {
      let way = ways[next]
      next += 1
      guard let rule = way.last, seen.insert(rule).inserted else { continue }
      if rule == end { return way.dropLast() }
      for correction in rules[rule].notes.corrections { ways += (readers[correction.kind] ?? []).map { way + [$0] } }
    }
    return nil
  }
}

/// One of the conditions that `&&` holds together. One on a number says from where on, or up to where.
private struct ConditionPart: Hashable {
  /// What it is about: with a bound the value and the direction, else all of it.
  var subject: String
  private var bound: ExactDecimal?
  private var isLower = false
  private var isStrict = false

  init(_ expression: CheckedExpression) {
    subject = expression.canonicalText
    guard case .call(let function, let sides) = expression.kind, sides.count == 2 else { return }
    let signs = ["_>_": (true, true), "_>=_": (true, false), "_<_": (false, true), "_<=_": (false, false)]
    guard let (isLower, isStrict) = signs[function.name] else { return }
    if let number = sides[1].literalNumber {
      (bound, self.isLower, self.isStrict) = (number, isLower, isStrict)
      subject = sides[0].canonicalText + (isLower ? " >" : " <")
    } else if let number = sides[0].literalNumber {
      (bound, self.isLower, self.isStrict) = (number, !isLower, isStrict)
      subject = sides[1].canonicalText + (isLower ? " <" : " >")
    }
  }

  /// Where this holds the other does.
  func implies(_ other: ConditionPart) -> Bool {
    guard subject == other.subject else { return false }
    guard let bound, let least = other.bound else { return self == other }
    if bound == least { return isStrict || !other.isStrict }
    return isLower ? least < bound : bound < least
  }
}

extension CheckedExpression {
  fileprivate var literalNumber: ExactDecimal? {
    guard case .literal(let value) = kind else { return nil }
    switch value {
    case .int(let number): return ExactDecimal(number)
    case .uint(let number): return ExactDecimal(number)
    case .decimal(let number): return number
    default: return nil
    }
  }
}

extension CheckedNotes {
  /// Over which events, and on which days, a rule holds.
  fileprivate var reign: String { "\(scope) " + (effective.map { "\($0.from) \($0.to) \($0.zone)" } ?? "always") }
}

extension CheckedRule {
  /// A text that is the same for rules, but conditions and KPIs, that demand the same of the same events.
  fileprivate var demandText: String? {
    guard let form = formText else { return nil }
    let events = patterns.map { pattern in
      "\(pattern.role) " + pattern.kinds.map { "\($0.stream).\($0.kind)" }.sorted().joined(separator: " ")
        + " where \(pattern.where?.canonicalText ?? "")"
    }
    let parts = key.map { part in part.expressions.map(\.canonicalText).joined(separator: " | ") }
    let windows = aggregates.map { "\($0.name) \($0.pattern ?? -1) \($0.argument?.canonicalText ?? "") \($0.rank ?? 0)" }
    return ([form, notes.reign, when?.canonicalText ?? ""] + events + parts + windows).joined(separator: "\n")
  }

  private var formText: String? {
    func text(_ reach: Reach) -> String { "\(reach.within) \(reach.direction) \(reach.counting ?? -1) \(reach.due?.canonicalText ?? "")" }
    switch form {
    case .condition, .kpi: return nil
    case .obligation(let obligation): return "expect \(text(obligation.reach))"
    case .prohibition(let prohibition): return "forbid " + prohibition.steps.map { text($0.reach) }.joined(separator: ", ")
    case .join(let joins): return "with " + joins.map { "\($0.quantifier) \(text($0.reach))" }.joined(separator: ", ")
    case .limit(let window): return "over \(window)"
    case .lifecycle(let lifecycle):
      return "lifecycle "
        + lifecycle.states.map { "\($0.next) \($0.longestStay.map(text) ?? "") \($0.isInitial) \($0.isEnd)" }.joined(separator: ", ")
    }
  }
}
