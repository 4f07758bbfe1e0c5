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

  /// Conditions, by the events that they are of: one that asks for all that another asks for is seen whenever it is violated.
  private mutating func compare(_ rules: [CheckedRule]) {
    var groups: [String: [(rule: CheckedRule, parts: Set<String>)]] = [:]
    for rule in rules {
      guard case .condition = rule.form, rule.notes.mode == .active, rule.patterns.count == 1 else { continue }
      let kinds = rule.patterns[0].kinds.map { "\($0.stream).\($0.kind)" }.sorted().joined(separator: " ")
      let key = rule.key.flatMap(\.expressions).map(\.canonicalText).joined(separator: " ")
      let parts = Set([rule.patterns[0].where, rule.when].compactMap { $0 }.flatMap(\.conjuncts).map(\.canonicalText))
      // A rule of many conditions is compared with those of its events alone.
      groups["\(kinds) by \(key) in \(rule.notes.scope)", default: []].append((rule, parts))
    }
    for group in groups.sorted(by: { $0.key < $1.key }).map(\.value) {
      var firsts: [Set<String>: Int] = [:]
      // By one of their parts: who asks for less asks for one of the same.
      var byPart: [String: [Int]] = [:]
      for (index, (_, parts)) in group.enumerated() where firsts[parts] == nil {
        firsts[parts] = index
        if let part = parts.min() { byPart[part, default: []].append(index) }
      }
      for (index, (rule, parts)) in group.enumerated() {
        if let twin = firsts[parts], twin != index {
          diagnostics.append(.duplicateRule(rule.name, at: rule.span, first: group[twin].rule))
          continue
        }
        let wider = parts.flatMap { byPart[$0] ?? [] }.filter { other in
          group[other].parts.count < parts.count && group[other].parts.isSubset(of: parts)
        }
        if let first = wider.min() { diagnostics.append(.shadowedRule(rule.name, at: rule.span, by: group[first].rule)) }
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
