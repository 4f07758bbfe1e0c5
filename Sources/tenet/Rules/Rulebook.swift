internal import Diagnostics
internal import RuleLanguage

/// The rules of a call, checked and without an error.
struct Rulebook: Sendable {
  var program: CheckedProgram

  /// Rules that are evaluated, KPIs left out.
  var ruleCount: Int { program.rules.count { if case .kpi = $0.form { false } else { $0.notes.mode != .off } } }
  var kpiCount: Int { program.rules.count { if case .kpi = $0.form { $0.notes.mode != .off } else { false } } }

  /// Checks rules and schemas. Mistakes and warnings are told on standard error, and mistakes end the call (exit code 1).
  static func load(_ paths: [String], schemas: String, _ invocation: Invocation) throws -> Rulebook {
    let result = try check(paths, schemas: schemas)
    if !result.diagnostics.isEmpty {
      let colored = isColored(invocation.color, isTerminal: invocation.console.errorIsTerminal)
      invocation.console.note(TextRenderer(sources: result.sources, isColored: colored).render(result.diagnostics) + "\n")
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
