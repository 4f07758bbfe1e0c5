import Diagnostics
import EventModel

/// Checks one rule or KPI: patterns, key, conditions and notes, in the order in which they stand.
struct RuleChecker {
  /// The engine tells by a bit each which patterns of a rule an event matches.
  static let mostPatterns = 16
  static let mostStates = 64

  let context: ProgramContext
  let name: String
  /// For messages: "rule `payments.capture_timeout`".
  let owner: String
  let nameSpan: SourceSpan
  var expressions = ExpressionChecker()
  var diagnostics: [Diagnostic] = []
  var patterns: [ResolvedPattern] = []
  var key: [KeyPart] = [] {
    didSet {
      keyScope.facts = Facts()
      keyScope.keyParts = key
    }
  }
  /// Knows the key, and what holds of it: the beginning of every scope.
  private var keyScope: Scope
  /// By index of `patterns`.
  var conditions: [CheckedExpression?] = []
  /// Patterns whose events stand only in window functions, but for their own `where`.
  var windowed: Set<Int> = []
  /// Where its violations are published.
  var scope = CheckedNotes.Scope.region
  /// What this version does not evaluate, in the order found.
  var missing: [(what: String, span: SourceSpan)] = []

  init(_ name: DottedName, owner: String, in context: ProgramContext) {
    self.context = context
    self.name = name.text
    self.owner = owner
    nameSpan = name.span
    keyScope = Scope(lets: context.lets, params: context.params(of: name.text), tables: context.tables)
  }

  /// All that was found wrong, with the expressions' mistakes.
  var allDiagnostics: [Diagnostic] { diagnostics + expressions.diagnostics.map(explained) }

  /// An alias of the rule that is not known where it stands: with where it is.
  private func explained(_ diagnostic: Diagnostic) -> Diagnostic {
    guard diagnostic.code == .unknownExpressionName,
      let alias = patterns.compactMap(\.syntax.alias).first(where: { diagnostic.message.hasPrefix("`\($0.text)` ") })
    else { return diagnostic }
    var explained = diagnostic
    explained.notes.append(Diagnostic.Note("it is an alias of this rule", at: alias.span))
    let isWindowed = patterns.indices.contains { windowed.contains($0) && patterns[$0].syntax.alias == alias }
    explained.help =
      isWindowed
      ? "it is all events of the span: outside its own `where` it stands in window functions"
      : "an alias is known in its own `where` and in those after it; a violation has no event of `expect` or `unless`"
    return explained
  }

  // MARK: - Patterns

  /// Finds the kinds of all patterns, and checks their aliases. False: some could not be found, so no expression can be checked.
  mutating func resolve(_ all: [(PatternSyntax, EventPattern.Role)]) -> Bool {
    let isLifecycle = all.first?.1 == .state
    let most = isLifecycle ? Self.mostStates : Self.mostPatterns
    guard all.count <= most else {
      diagnostics.append(.manyPatterns(at: all[most].0.span, most: most, isLifecycle: isLifecycle))
      return false
    }
    var isWhole = true
    for (syntax, role) in all {
      if let pattern = context.resolve(syntax, role: role, &diagnostics) {
        patterns.append(pattern)
      } else {
        isWhole = false
      }
    }
    var aliases: [String: Word] = [:]
    for alias in all.compactMap(\.0.alias) {
      context.names.checkLocal(alias, as: "alias", &diagnostics)
      if let first = aliases[alias.text] {
        diagnostics.append(.nameTaken(alias.text, at: alias.span, as: "alias", first: Names.Declared(keyword: "alias", span: first.span)))
        isWhole = false
      }
      aliases[alias.text] = alias
    }
    return isWhole
  }

  /// Checks the key and the `where`s, which may read each other. False: a part of the key is missing.
  mutating func checkKeyAndConditions(_ by: KeySyntax?) -> Bool {
    checkKey(by, isLast: false)
    checkConditions()
    checkKey(by, isLast: true)
    return by == nil || key.count == by?.parts.count
  }

  /// Checks the `where` of each pattern. Each sees its own alias and those before it, of which there is one event for it: not those of a
  /// window, which stand beside each other, and none that would excuse.
  private mutating func checkConditions() {
    for (index, pattern) in patterns.enumerated() {
      guard let syntax = pattern.syntax.condition else {
        conditions.append(nil)
        continue
      }
      let before = (0..<index).filter { !windowed.contains($0) && patterns[$0].role.isBefore(pattern.role) }
      var scope = scope(of: before + [index])
      for other in before { if let condition = conditions[other] { scope.assume(condition) } }
      conditions.append(expressions.check(syntax, in: scope, wanting: .bool, for: "`where`")?.expression)
    }
  }

  // MARK: - Scopes

  /// A scope in which the aliases of some patterns are known, and key, lets and params.
  func scope(of visible: [Int], windowed: Set<Int> = []) -> Scope {
    var scope = keyScope
    scope.patterns = visible.map { index in
      Scope.Pattern(
        index: index, alias: patterns[index].syntax.alias?.text,
        kinds: patterns[index].kinds.map { kind in
          (label: context.label(of: kind), fields: context.streams[kind.stream].schema.kinds[kind.kind].fields)
        }, isWindowed: windowed.contains(index))
    }
    return scope
  }

  /// The scope of what stands after the patterns: `when`, the notes, a KPI's measure. It knows the events of a violation: not those that are
  /// missing from it.
  var scopeAfterPatterns: Scope {
    let visible = patterns.indices.filter { patterns[$0].role.isOfViolation }
    var scope = scope(of: visible, windowed: windowed)
    if !windowed.isEmpty { scope.windowPatterns = windowed.sorted() }
    for index in visible where index < conditions.count {
      if let condition = conditions[index] { scope.assume(condition) }
    }
    return scope
  }

  // MARK: - The result

  /// The patterns, with the fields that the checked expressions read.
  var eventPatterns: [EventPattern] {
    patterns.enumerated().map { index, pattern in
      EventPattern(
        role: pattern.role, alias: pattern.syntax.alias?.text, kinds: pattern.kinds,
        where: index < conditions.count ? conditions[index] : nil, fields: expressions.fields[index] ?? [], span: pattern.syntax.span)
    }
  }
}

extension EventPattern.Role {
  /// Its event is known where one of the other role is looked for: an expected event that came needs no excuse.
  fileprivate func isBefore(_ other: EventPattern.Role) -> Bool {
    switch self {
    case .on, .then, .with: true
    case .forbid: other == .unless
    case .expect, .unless, .opening, .state: false
    }
  }

  /// A violation has its event.
  fileprivate var isOfViolation: Bool {
    switch self {
    case .on, .then, .with, .forbid: true
    case .expect, .unless, .opening, .state: false
    }
  }
}
