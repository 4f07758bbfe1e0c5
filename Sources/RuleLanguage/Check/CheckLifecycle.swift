import Diagnostics
import EventModel

/// Checks a lifecycle (language.md 17): its states, which of them there is a way to, and what each is entered by.
extension RuleChecker {
  mutating func check(_ lifecycle: LifecycleSyntax, documentation: String?, span: SourceSpan) -> CheckedRule? {
    checkSupport(of: lifecycle.notes)
    let states = LifecycleStates(lifecycle)
    diagnostics += states.diagnostics
    guard let streams = streams(of: lifecycle.on) else { return nil }
    var found: [(PatternSyntax, EventPattern.Role)] = []
    for name in states.names {
      guard let pattern = pattern(of: name, states, in: streams, on: lifecycle.on) else { continue }
      found.append((pattern, .state))
    }
    guard found.count == states.names.count, resolve(found) else { return nil }
    checkApart(states.names)
    guard !restsOnMistakes(lifecycle.expressions), checkHeights(lifecycle.expressions), checkKeyAndConditions(lifecycle.by) else {
      return nil
    }
    states.checkWays(&diagnostics)
    var checked: [Lifecycle.State] = []
    for (index, name) in states.names.enumerated() {
      let stay = states.stays[name.text].flatMap { reach($0.within, counting: $0.counting, nil) }
      checked.append(
        Lifecycle.State(
          name: name.text, pattern: index, next: states.next[index].sorted(), longestStay: stay, isInitial: states.initial.contains(index),
          isEnd: states.ends.contains(index)))
    }
    guard let retain = length(lifecycle.retain) else { return nil }
    var scope = scope(of: [])
    scope.transitions = ["from", "to"]
    let notes = checkNotes(lifecycle.notes, in: scope, documentation: documentation)
    checkProtected(notes)
    guard !allDiagnostics.hasErrors else { return nil }
    return CheckedRule(
      name: name, documentation: documentation, patterns: eventPatterns, key: key,
      form: .lifecycle(Lifecycle(states: checked, retain: retain)),
      when: nil, aggregates: [], notes: notes, span: span)
  }

  /// The kinds that `on` names, by their names alone. nil: there were mistakes.
  private mutating func streams(of on: OnSyntax) -> [String: [DottedName]]? {
    var kinds: [String: [DottedName]] = [:]
    var isWhole = true
    for pattern in on.patterns {
      if let word = pattern.alias { diagnostics.append(.patternOfLifecycle(word.span)) }
      if let condition = pattern.condition { diagnostics.append(.patternOfLifecycle(condition.span)) }
      for name in pattern.names {
        guard let found = context.kinds(of: name, &diagnostics) else {
          isWhole = false
          continue
        }
        for kind in found {
          guard let dot = context.label(of: kind).firstIndex(of: ".") else { continue }
          let label = context.label(of: kind)
          let own = String(label[label.index(after: dot)...])
          let whole = DottedName(parts: [name.parts[0], Word(own, span: name.span)], span: name.span)
          if !(kinds[own] ?? []).contains(where: { $0.text == whole.text }) { kinds[own, default: []].append(whole) }
        }
      }
    }
    return isWhole ? kinds : nil
  }

  /// What enters a state: its `state` line, or the kind of that name.
  private mutating func pattern(
    of state: Word, _ states: LifecycleStates, in kinds: [String: [DottedName]], on: OnSyntax
  ) -> PatternSyntax? {
    if let declared = states.declared[state.text] { return declared.pattern }
    guard let found = kinds[state.text] else {
      diagnostics.append(.unknownState(state, kinds: kinds.keys.sorted() + states.declared.keys.sorted(), on: on.span))
      return nil
    }
    guard found.count == 1 else {
      diagnostics.append(.ambiguousState(state, kinds: found.map(\.text)))
      return nil
    }
    let name = DottedName(parts: found[0].parts.map { Word($0.text, span: state.span) }, span: state.span)
    return PatternSyntax(names: [name], alias: nil, condition: nil, span: state.span)
  }

  /// An event enters one state: of two patterns without `where` none shares a kind.
  private mutating func checkApart(_ names: [Word]) {
    for (index, pattern) in patterns.enumerated() where pattern.syntax.condition == nil {
      for other in patterns.indices.prefix(index) where patterns[other].syntax.condition == nil {
        if pattern.kinds.contains(where: { patterns[other].kinds.contains($0) }) {
          diagnostics.append(.statesOfOneKind(names[index], names[other]))
        }
      }
    }
  }
}

/// The states and arrows of a lifecycle as they are drawn.
private struct LifecycleStates {
  /// In the order in which arrows name them.
  private(set) var names: [Word] = []
  private var numbers: [String: Int] = [:]
  private(set) var declared: [String: LifecycleSyntax.State] = [:]
  /// By index of `names`.
  private(set) var next: [Set<Int>] = []
  private(set) var stays: [String: (within: LengthSyntax, counting: Word?)] = [:]
  private(set) var initial: Set<Int> = []
  private(set) var ends: Set<Int> = []
  private(set) var diagnostics: [Diagnostic] = []
  private let name: Word

  init(_ syntax: LifecycleSyntax) {
    name = syntax.name
    for state in syntax.states {
      if let first = declared[state.name.text] {
        diagnostics.append(
          .nameTaken(state.name.text, at: state.name.span, as: "state", first: Names.Declared(keyword: "state", span: first.name.span)))
      }
      declared[state.name.text] = declared[state.name.text] ?? state
    }
    var entered: Set<Int> = []
    for arrow in syntax.arrows {
      let from = number(arrow.from)
      for target in arrow.to {
        let to = number(target)
        if !next[from].insert(to).inserted { diagnostics.append(.arrowTwice(arrow.from, target)) }
        if to != from { entered.insert(to) }
      }
      guard let within = arrow.within else { continue }
      if let first = stays[arrow.from.text] { diagnostics.append(.stayTwice(within.span, of: arrow.from, first: first.within.span)) }
      stays[arrow.from.text] = stays[arrow.from.text] ?? (within, arrow.counting)
    }
    for state in syntax.states where numbers[state.name.text] == nil {
      diagnostics.append(.stateWithoutArrow(state.name))
    }
    initial = Set(names.indices).subtracting(entered)
    for state in syntax.start + syntax.end where numbers[state.text] == nil {
      diagnostics.append(.unknownState(state, kinds: names.map(\.text), on: nil))
    }
    for state in syntax.start { if let index = numbers[state.text] { initial.insert(index) } }
    for state in syntax.end { if let index = numbers[state.text] { ends.insert(index) } }
  }

  private mutating func number(_ state: Word) -> Int {
    if let index = numbers[state.text] { return index }
    numbers[state.text] = names.count
    names.append(state)
    next.append([])
    return names.count - 1
  }

  /// There is a state to begin in, each is reached from one, and each but an end is left again.
  func checkWays(_ diagnostics: inout [Diagnostic]) {
    guard !initial.isEmpty else {
      diagnostics.append(.noInitialState(name))
      return
    }
    var reached = initial
    var waiting = Array(initial)
    while let state = waiting.popLast() {
      for other in next[state] where reached.insert(other).inserted { waiting.append(other) }
    }
    for (index, state) in names.enumerated() {
      if !reached.contains(index) { diagnostics.append(.unreachableState(state)) }
      if next[index].isEmpty, !ends.contains(index) { diagnostics.append(.deadEnd(state)) }
    }
  }
}
