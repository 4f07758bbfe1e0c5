import Diagnostics
import EventModel

/// A rule, lifecycle or KPI, as it stands in its file.
private struct RuleDeclaration {
  var declaration: DeclarationSyntax
  /// For messages.
  var what: String
  var name: DottedName
  var notes: [NoteSyntax]
  /// Names of its patterns, where they may be rules.
  var patterns: [DottedName]
  var expressions: [ExpressionSyntax]

  init?(_ declaration: DeclarationSyntax) {
    self.declaration = declaration
    switch declaration.kind {
    case .rule(let rule):
      (what, name, notes, patterns, expressions) = ("rule", rule.name, rule.notes, rule.patternNames, rule.expressions)
    case .kpi(let kpi):
      (what, name, notes, patterns, expressions) = ("KPI", kpi.name, kpi.notes, kpi.on.patterns.flatMap(\.names), kpi.expressions)
    case .lifecycle(let lifecycle):
      name = DottedName(parts: [lifecycle.name], span: lifecycle.name.span)
      (what, notes, patterns, expressions) = ("lifecycle", lifecycle.notes, [], lifecycle.expressions)
    default: return nil
    }
  }
}

/// Checks the rules of a program, each after those that it rests on.
struct RulesChecker {
  private(set) var context: ProgramContext
  /// In order of name.
  private(set) var rules: [CheckedRule] = []
  private(set) var unevaluated: [UnevaluatedRule] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var letBudget = LetBudget()
  private var letValues: [ExpressionChecker.LetUse: Operand] = [:]

  init(_ declarations: [DeclarationSyntax], in context: ProgramContext) {
    self.context = context
    let declared = declarations.compactMap(RuleDeclaration.init).filter { context.names.rules[$0.name.text]?.span == $0.name.span }
    var numbers: [String: Int] = [:]
    for (index, rule) in declared.enumerated() {
      numbers[rule.name.text] = index
      if case .lifecycle = rule.declaration.kind {
        for own in Self.lifecycleRules { numbers["\(rule.name.text).\(own)"] = index }
      }
    }
    let uses = declared.map { rule in
      rule.patterns.compactMap { name in context.isKind(name) ? nil : numbers[name.text].map { (declaration: $0, name: name) } }
    }
    let order = RuleOrder(uses: uses)
    diagnostics += order.cycles.map { .ruleCycle($0) }
    let named = Set(uses.flatMap { $0.map(\.name.text) })
    var mistakes = MistakeCount()
    for index in order.order where !mistakes.isFull(diagnostics) { check(declared[index], named: named) }
    rules.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    unevaluated.sort { $0.rule.name.utf8.lexicographicallyPrecedes($1.rule.name.utf8) }
  }

  private static let lifecycleRules = ["illegal_transition", "overdue"]

  private mutating func check(_ rule: RuleDeclaration, named: Set<String>) {
    let lets = Set(rule.expressions.flatMap(\.namesInIt)).compactMap { context.letSizes[$0] }
    guard !letBudget.takes(lets.reduce(0, +)) else {
      diagnostics.append(.letsTooOftenNamed(rule.name))
      return
    }
    // The checker has the context as it was: it is gone when that changes, so that nothing of it is copied.
    guard let (checked, own) = checked(rule) else { return }
    // It sees nothing of a rule that is not evaluated.
    let missing = own + silentRules(seenBy: checked)
    if missing.isEmpty { rules.append(checked) } else { unevaluated.append(UnevaluatedRule(rule: checked, missing: missing)) }
    addVerdicts(of: checked, named: named)
  }

  /// The rule, and what this version lacks of it; nil: it has mistakes.
  private mutating func checked(_ rule: RuleDeclaration) -> (CheckedRule, missing: [(what: String, span: SourceSpan)])? {
    let documentation = rule.declaration.documentation
    var checker = RuleChecker(rule.name, owner: "\(rule.what) `\(rule.name.text)`", in: context)
    swap(&checker.expressions.letValues, &letValues)
    let checked: CheckedRule? =
      switch rule.declaration.kind {
      case .rule(let syntax): checker.check(syntax, documentation: documentation, span: rule.name.span)
      case .kpi(let syntax): checker.check(syntax, documentation: documentation, span: rule.name.span)
      case .lifecycle(let syntax): checker.check(syntax, documentation: documentation, span: rule.name.span)
      default: preconditionFailure("a rule, KPI or lifecycle was declared")
      }
    swap(&checker.expressions.letValues, &letValues)
    checker.checkGlobal(rule.notes)
    checker.checkBelow(mode: checked?.notes.mode)
    if let checked { checker.checkLookups(of: checked) }
    diagnostics += allowing(rule.notes, checker.allDiagnostics)
    guard let checked, !checker.allDiagnostics.hasErrors else { return nil }
    return (checked, checker.missing)
  }

  private func silentRules(seenBy rule: CheckedRule) -> [(what: String, span: SourceSpan)] {
    let silent = Set(unevaluated.flatMap(\.rule.verdictNames))
    return rule.patterns.flatMap { pattern in
      pattern.kinds.filter { $0.stream >= context.topicStreams }.map { context.streams[$0.stream].name }.filter(silent.contains)
        .map { (what: "`\($0)`", span: pattern.span) }
    }
  }

  /// The violations of a rule are events for the rules that name it.
  private mutating func addVerdicts(of rule: CheckedRule, named: Set<String>) {
    var names = [rule.name]
    switch rule.form {
    case .lifecycle:
      context.silent.insert(rule.name)
      names = Self.lifecycleRules.map { "\(rule.name).\($0)" }
    case .kpi(let measure): if measure.target == nil { context.silent.insert(rule.name) }
    default: break
    }
    for name in names where named.contains(name) && !context.silent.contains(name) {
      context.add(verdicts: CheckedStream(verdictsOf: rule, name: name))
      if rule.notes.mode == .shadow { context.shadows.insert(context.streams.count - 1) }
    }
  }

  /// Without the warnings that a rule's `allow` silences.
  private func allowing(_ notes: [NoteSyntax], _ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let codes = Self.allowed(notes)
    return diagnostics.filter { $0.severity == .error || !codes.contains($0.code.description) }
  }

  static func allowed(_ notes: [NoteSyntax]) -> Set<String> {
    Set(notes.compactMap { note in if case .allow(let code, _) = note.content { code.text } else { nil } })
  }
}

extension RuleChecker {
  /// A rule that runs in the shadow is seen by such rules alone (language.md 22.2).
  mutating func checkBelow(mode: CheckedNotes.Mode?) {
    guard let mode, mode != .shadow, mode != .off else { return }
    for pattern in patterns {
      for kind in pattern.kinds where context.shadows.contains(kind.stream) {
        let stream = context.streams[kind.stream]
        diagnostics.append(.shadowBelow(pattern.syntax.span, stream.name, rule: stream.span))
      }
    }
  }
}
