import Diagnostics

/// How many parts the lets of a program have in all places where rules name them. A list of thousands that thousands of rules name is a table.
struct LetBudget {
  static let most = 8_000_000
  private var taken = 0

  /// True: it is exceeded by what a rule names.
  mutating func takes(_ parts: Int) -> Bool {
    taken += parts
    return taken > Self.most && parts > 1_000
  }
}

/// How large lets become when the lets that they name are put in: an expression is checked with them in their places, and a few lines of
/// lets that name each other twice would fill any memory.
struct LetBounds {
  struct Measure {
    var nodes: Int
    var height: Int
  }

  /// More nodes are a mistake, unless they are written in the let itself.
  static let maximumNodes = 20_000

  private let lets: [String: ExpressionSyntax]
  private(set) var measures: [String: Measure] = [:]

  init(_ lets: [String: ExpressionSyntax]) {
    self.lets = lets
    for name in lets.keys.sorted() { measure(name) }
  }

  /// The let is too large with what it names. What is only written large is not meant: nobody writes that by mistake.
  func isTooLarge(_ name: String) -> Bool {
    guard let measure = measures[name], let own = lets[name] else { return false }
    return measure.height > ExpressionSyntax.maximumHeight || (measure.nodes > Self.maximumNodes && measure.nodes > own.measure().nodes)
  }

  /// Measures a let after those that it names, without recursion: a chain of lets may be long. Those of a cycle count as single nodes.
  private mutating func measure(_ name: String) {
    var path = [name]
    var entered: Set<String> = [name]
    while let current = path.last {
      guard let syntax = lets[current] else { preconditionFailure("only lets are on the path") }
      let next = syntax.namesInIt.sorted().first { lets[$0] != nil && measures[$0] == nil && !entered.contains($0) }
      if let next {
        path.append(next)
        entered.insert(next)
      } else {
        measures[current] = syntax.measure { measures[$0] }
        path.removeLast()
      }
    }
  }
}

extension ExpressionSyntax {
  /// How high it is with lets in their places.
  func height(_ lets: [String: Int]) -> Int { measure { name in lets[name].map { LetBounds.Measure(nodes: 1, height: $0) } }.height }

  /// Nodes and height, with what `inner` says of names in their place.
  fileprivate func measure(_ inner: (String) -> LetBounds.Measure? = { _ in nil }) -> LetBounds.Measure {
    // To look a let up is a level, too.
    if case .name(let name, _) = kind, let measure = inner(name.text) {
      return LetBounds.Measure(nodes: measure.nodes, height: measure.height + 1)
    }
    var result = LetBounds.Measure(nodes: 1, height: 1)
    for part in parts {
      let measure = part.measure(inner)
      result.nodes = min(result.nodes + measure.nodes, 1_000_000_000)
      result.height = max(result.height, min(measure.height, 1_000_000) + 1)
    }
    return result
  }
}
