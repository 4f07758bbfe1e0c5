import Diagnostics

/// The order in which rules are checked: each after those on whose violations it is (language.md 22).
struct RuleOrder {
  /// Indexes of declarations.
  private(set) var order: [Int] = []
  /// Rules that rest on themselves, each with the name by which it does.
  private(set) var cycles: [DottedName] = []
  private let uses: [[(declaration: Int, name: DottedName)]]
  private var state: [State]
  private enum State { case new, open, done }

  /// - Parameters:
  ///   - count: how many declarations there are.
  ///   - uses: of each the declarations that it rests on, and where it names them.
  init(uses: [[(declaration: Int, name: DottedName)]]) {
    self.uses = uses
    state = Array(repeating: .new, count: uses.count)
    for start in uses.indices where state[start] == .new { visit(from: start) }
  }

  /// Depth first, without recursion: a chain of rules may be long.
  private mutating func visit(from start: Int) {
    var path = [(declaration: start, next: 0)]
    state[start] = .open
    while let (declaration, next) = path.last {
      guard next < uses[declaration].count else {
        state[declaration] = .done
        order.append(declaration)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let use = uses[declaration][next]
      switch state[use.declaration] {
      case .new:
        state[use.declaration] = .open
        path.append((use.declaration, 0))
      case .open: cycles.append(use.name)
      case .done: break
      }
    }
  }
}

extension RuleSyntax {
  /// The names of its patterns, where they may be rules.
  var patternNames: [DottedName] {
    let form =
      switch form {
      case nil, .over: [PatternSyntax]()
      case .joins(let joins): joins.map(\.pattern)
      case .expect(let step): [step.pattern] + (step.unless.map { [$0] } ?? [])
      case .forbid(let steps, let last): (steps + [last]).flatMap { step in [step.pattern] + (step.unless.map { [$0] } ?? []) }
      }
    let opening: [DottedName] =
      if case .over(let window)? = self.form, case .all(let name, _, _) = window.kind { [name] } else { [] }
    return (on.patterns + form).flatMap(\.names) + opening
  }
}
