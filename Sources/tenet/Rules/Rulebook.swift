internal import Diagnostics
internal import RuleLanguage

/// The rules of a call, checked and without an error.
struct Rulebook: Sendable {
  var program: CheckedProgram

  /// One line about rules that are right and not evaluated; nil: there are none.
  var notice: String? {
    guard !program.unevaluated.isEmpty else { return nil }
    let rules = program.unevaluated.map { "`\($0.rule.name)` (" + $0.needs.joined(separator: ", ") + ")" }
    let count = program.rules.count + rules.count
    return "\(rules.count) of \(count) rules \(rules.count == 1 ? "is" : "are") not evaluated by this version: "
      + rules.joined(separator: ", ")
  }

  /// Rules that are evaluated, KPIs left out.
  var ruleCount: Int { program.rules.count { if case .kpi = $0.form { false } else { $0.notes.mode != .off } } }
  var kpiCount: Int { program.rules.count { if case .kpi = $0.form { $0.notes.mode != .off } else { false } } }

  /// Checks rules and schemas. Mistakes and warnings are told on standard error, and mistakes end the call (exit code 1).
  static func load(_ paths: [String], schemas: String, _ invocation: Invocation) throws -> Rulebook {
    let result = try check(paths, schemas: schemas)
    // What is not evaluated is told by the verb, in its own way: a line.
    let mistakes = result.diagnostics.filter { !(800...899).contains($0.code.number) }
    if !mistakes.isEmpty {
      let colored = isColored(invocation.color, isTerminal: invocation.console.errorIsTerminal)
      invocation.console.note(TextRenderer(sources: result.sources, isColored: colored).render(mistakes) + "\n")
    }
    guard let program = result.program else {
      let errors = result.diagnostics.count { $0.severity == .error }
      throw InputFault("the rules have \(errors == 1 ? "a mistake" : "\(errors) mistakes")")
    }
    return Rulebook(program: program)
  }

  static func check(_ paths: [String], schemas: String) throws(EnvironmentFault) -> RuleProgram.Result {
    RuleProgram.check(files: try RuleFiles.read(paths)) { RuleFiles.schema($0, in: schemas) }
  }
}
