internal import EventModel
internal import RuleLanguage

/// Which rules look at the violations of which (language.md 22), and what their clocks are by that. Rules are named by their matchers.
struct RuleChain {
  /// Each behind those that it sees.
  let order: [Int]
  /// By matcher: the matchers whose violations it sees.
  let seen: [[Int]]
  /// By matcher: how far behind its clock the violations are that others see: its lateness, and the largest skew of its streams, in
  /// microseconds.
  private let distances: [Int64]
  /// By matcher: how far its clock stays behind those of the streams, for the rules that it sees.
  let lags: [Int64]

  /// - Parameter rules: the rule of each matcher.
  init(_ program: CheckedProgram, rules: [Int]) {
    let seen = rules.map { rule in program.rulesSeen(by: program.rules[rule]).compactMap { rules.firstIndex(of: $0) } }
    var (order, isPlaced) = ([Int](), rules.map { _ in false })
    // The checker refuses circles.
    while order.count < rules.count {
      for index in rules.indices where !isPlaced[index] && seen[index].allSatisfy({ isPlaced[$0] }) {
        order.append(index)
        isPlaced[index] = true
      }
    }
    let distances = rules.map { rule in
      let rule = program.rules[rule]
      let skew = rule.patterns.flatMap(\.kinds).map { program.stream(of: $0).skew }.max() ?? .zero
      return (program.lateness(of: rule) + skew).microseconds
    }
    var lags = rules.map { _ in Int64(0) }
    for index in order { lags[index] = seen[index].map { lags[$0] + distances[$0] }.max() ?? 0 }
    (self.order, self.seen, self.distances, self.lags) = (order, seen, distances, lags)
  }

  /// The clock of a rule: that of its own streams, or that up to which the rules that it sees, which were applied before, have said all.
  /// `isResumed`: what was due before the engine ended may not have been said.
  func clock(
    _ index: Int, own: EventTime, _ clocks: [EventTime], _ matchers: [any Matcher], isResumed: Bool = false
  ) -> EventTime {
    seen[index].reduce(own) { clock, other in
      var known = clocks[other]
      if known == .distantPast { return known }
      if isResumed || matchers[other].isBehind { known = min(known, EventTime(microseconds: matchers[other].earliest - 1)) }
      return min(clock, known.advanced(byMicroseconds: -distances[other]))
    }
  }
}
