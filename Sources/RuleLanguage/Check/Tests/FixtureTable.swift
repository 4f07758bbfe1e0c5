import Diagnostics

/// The fixtures of a program, each followed down to the kind of event that it is made of.
struct FixtureTable {
  /// Each may stand on so many others.
  static let maximumDepth = 100

  struct Resolved {
    /// The kind of event.
    var base: DottedName
    /// Fields to set, the outermost fixture's first.
    var layers: [InitializersSyntax]
    /// How many fixtures it goes through.
    var depth: Int
  }

  private let syntax: [String: FixtureSyntax]
  private var resolved: [String: Resolved] = [:]
  /// Made of themselves, or of too many others: that was said, of one of them.
  private var broken: Set<String> = []
  private(set) var diagnostics: [Diagnostic] = []

  init(_ fixtures: [FixtureSyntax]) {
    syntax = Dictionary(fixtures.map { ($0.name.text, $0) }) { first, _ in first }
    for fixture in fixtures { resolve(fixture.name.text) }
  }

  func isFixture(_ name: DottedName) -> Bool { name.parts.count == 1 && syntax[name.parts[0].text] != nil }

  /// What an event's name stands for: a fixture, or a kind by itself. nil: a fixture that is broken.
  subscript(name: DottedName) -> Resolved? {
    isFixture(name) ? resolved[name.parts[0].text] : Resolved(base: name, layers: [], depth: 0)
  }

  /// Follows a fixture without recursion: a chain of them may be long.
  private mutating func resolve(_ name: String) {
    var path: [FixtureSyntax] = []
    var onPath: Set<String> = []
    var next = name
    while let fixture = syntax[next], resolved[next] == nil, !broken.contains(next) {
      guard onPath.insert(next).inserted else {
        broken.formUnion(onPath)
        diagnostics.append(.fixtureCycle(fixture.name))
        return
      }
      path.append(fixture)
      guard fixture.base.parts.count == 1 else { break }
      next = fixture.base.text
    }
    for fixture in path.reversed() {
      guard var below = self[fixture.base] else {
        broken.insert(fixture.name.text)
        continue
      }
      below.depth += 1
      if let fields = fixture.fields { below.layers.insert(fields, at: 0) }
      if below.depth > Self.maximumDepth {
        broken.insert(fixture.name.text)
        diagnostics.append(.fixtureTooDeep(fixture.name))
      } else {
        resolved[fixture.name.text] = below
      }
    }
  }
}
