import Diagnostics
import EventModel

/// Checks one rule or KPI: patterns, key, conditions and notes, in the order in which they stand.
struct RuleChecker {
  let context: ProgramContext
  let name: String
  /// For messages: "rule `payments.capture_timeout`".
  let owner: String
  let nameSpan: SourceSpan
  var expressions = ExpressionChecker()
  var diagnostics: [Diagnostic] = []
  var patterns: [ResolvedPattern] = []
  var key: [KeyPart] = []
  /// By index of `patterns`.
  var conditions: [CheckedExpression?] = []

  init(_ name: DottedName, owner: String, in context: ProgramContext) {
    self.context = context
    self.name = name.text
    self.owner = owner
    nameSpan = name.span
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
    explained.help = "an alias is known in its own `where` and in those after it; a violation has no event of `expect` or `unless`"
    return explained
  }

  // MARK: - Patterns

  /// Finds the kinds of all patterns, and checks their aliases. False: some could not be found, so no expression can be checked.
  mutating func resolve(_ all: [(PatternSyntax, EventPattern.Role)]) -> Bool {
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

  /// Checks the `where` of each pattern. Each sees its own alias and those before it.
  mutating func checkConditions(isWindow: Bool) {
    for (index, pattern) in patterns.enumerated() {
      guard let syntax = pattern.syntax.condition else {
        conditions.append(nil)
        continue
      }
      // The patterns of a limit stand beside each other: none is before another.
      var scope = scope(of: isWindow ? [index] : Array(0...index))
      for condition in conditions.compactMap(\.self) where !isWindow { scope.assume(condition) }
      conditions.append(expressions.check(syntax, in: scope, wanting: .bool, for: "`where`")?.expression)
    }
  }

  // MARK: - Scopes

  /// A scope in which the aliases of some patterns are known, and key, lets and params.
  func scope(of visible: [Int], isWindowed: Bool = false) -> Scope {
    var scope = Scope(lets: context.lets, params: context.params(of: name))
    scope.patterns = visible.map { index in
      Scope.Pattern(
        index: index, alias: patterns[index].syntax.alias?.text,
        kinds: patterns[index].kinds.map { kind in
          (label: context.label(of: kind), fields: context.streams[kind.stream].schema.kinds[kind.kind].fields)
        }, isWindowed: isWindowed)
    }
    scope.keyParts = key
    return scope
  }

  /// The scope of what stands after the patterns: `when`, the notes, a KPI's measure. In a window the events stand only in window functions.
  func scope(isWindow: Bool) -> Scope {
    let visible = isWindow ? Array(patterns.indices) : [0]
    var scope = scope(of: visible, isWindowed: isWindow)
    if isWindow { scope.windowPatterns = visible }
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

  /// The length of a span: a duration, or a param that is one.
  mutating func length(_ syntax: LengthSyntax) -> SpanLength? {
    switch syntax {
    case .duration(let duration): return .fixed(duration.value)
    case .param(let name):
      let params = context.params(of: self.name)
      guard let param = params[name.text] else {
        // A param with mistakes says so where it is declared.
        if context.names.values[name.text]?.keyword != "param" { diagnostics.append(.unknownParam(name, params: params.keys.sorted())) }
        return nil
      }
      if param.type == .duration { return .param(param.index) }
      diagnostics.append(.paramIsNoDuration(name))
      return nil
    }
  }
}
