package import Diagnostics
package import RuleLanguage

/// What tests have seen of a program's rules: which clauses took part, and which conditions were true, and false.
///
///     var coverage = Coverage(of: program)
///     for test in program.tests { coverage.add(Coverage(of: program, by: test)) }
///     for gap in coverage.gaps { … }
package struct Coverage: Sendable {
  /// Something that a test can see.
  package struct Point: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      /// A rule says something: a violation, or a KPI's value.
      case rule(String)
      /// An event takes part, of a kind that a pattern names, or of the stream that it names whole.
      case event(String)
      /// One side of `&&`, `||`, `!` or `?:`, or a condition as a whole.
      case condition
    }

    package var kind: Kind
    package var span: SourceSpan

    /// Of the rule or event; empty: it has none.
    fileprivate var name: String {
      switch kind {
      case .rule(let name), .event(let name): name
      case .condition: ""
      }
    }
  }

  /// Was it true, and was it false: what is asked of a point.
  package struct Seen: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let yes = Seen(rawValue: 1)
    package static let no = Seen(rawValue: 2)
  }

  private var points: [Point: Seen] = [:]

  /// Every point of the rules that the engine evaluates; nothing of them has been seen.
  package init(of program: CheckedProgram) {
    for rule in program.rules where rule.notes.mode != .off {
      for point in ObservedRule(rule, in: program, by: Observations()).points { points[point] = [] }
    }
  }

  /// What one test sees. A rule is seen by those tests that expect something of it.
  package init(of program: CheckedProgram, by test: CheckedTest) {
    guard test.missing.isEmpty else { return }
    let observations = Observations()
    let named = test.namedRules
    var observed = program
    var rules: [ObservedRule] = []
    for index in program.rules.indices
    where !named.isDisjoint(with: program.rules[index].verdictNames) && program.rules[index].notes.mode != .off {
      rules.append(ObservedRule(program.rules[index], in: program, by: observations))
      observed.rules[index] = rules[rules.count - 1].rule
    }
    let (said, events) = TestRun.observed(test, in: observed)
    for rule in rules {
      for point in rule.points { points[point, default: []].formUnion(rule.seen(point, saying: said, reading: events)) }
    }
  }

  package mutating func add(_ other: Coverage) {
    points.merge(other.points) { $0.union($1) }
  }

  /// What must be seen of a point.
  private static func wanted(_ point: Point) -> Seen { point.kind == .condition ? [.yes, .no] : .yes }

  /// Sides of points: a condition has two, all else one.
  package var count: Int { points.keys.reduce(0) { $0 + Self.wanted($1).rawValue.nonzeroBitCount } }
  package var seenCount: Int { points.reduce(0) { $0 + Self.wanted($1.key).intersection($1.value).rawValue.nonzeroBitCount } }

  /// From 0 to 100, rounded down; of nothing 100.
  package var percent: Int { count == 0 ? 100 : seenCount * 100 / count }

  /// What no test has seen, in the order of files and places.
  package var gaps: [(point: Point, missing: Seen)] {
    points.map { (point: $0.key, missing: Self.wanted($0.key).subtracting($0.value)) }.filter { !$0.missing.isEmpty }.sorted {
      let (a, b) = ($0.point.span, $1.point.span)
      if a == b { return $0.point.name < $1.point.name }
      return (a.file, a.range.lowerBound, a.range.upperBound) < (b.file, b.range.lowerBound, b.range.upperBound)
    }
  }
}
