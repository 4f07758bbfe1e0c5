internal import Diagnostics
internal import RuleLanguage
internal import Settings

extension Verb {
  /// A rule in words and as a plan, a violation with what led to it, or what a diagnostic's code means.
  static let explain = Verb(
    name: "explain",
    summary: "Says a rule, lifecycle or KPI in words and as a plan; what led to a violation; or what a code of a mistake means.",
    operands: "NAME|ID",
    options: [
      Option("events", "FILE", "recorded events to find the violation in, as `replay` reads them", standard: "the topics of --config")
    ] + ReplayCall.options + [.format("text", "json")],
    example: "tenet explain payments.capture_timeout"
  ) { invocation in
    guard let name = invocation.operands.first, invocation.operands.count == 1 else {
      throw CallMistake(
        "`explain` takes the name of a rule, lifecycle or KPI, the id of a violation, or a code", help: "tenet explain --help")
    }
    if name.wholeMatch(of: /(?i)TN[0-9]{4}/) != nil {
      guard let text = DiagnosticReference.text(of: name) else { throw CallMistake("there is no code `\(name)`") }
      invocation.console.print(text)
      return .good
    }
    if name.wholeMatch(of: /[0-9a-f]{32}/) != nil { return try ViolationCall(id: name, invocation: invocation).run() }
    let settings = try Configuration.loadIfThere(invocation)
    let result = try Rulebook.check([invocation["rules"] ?? settings.rulesPath], schemas: invocation["schemas"] ?? settings.schemas)
    guard let program = result.program ?? result.rightPart else { throw InputFault("the rules have mistakes: `tenet check` shows them") }
    guard let explanation = RuleExplanation(of: name, in: program, sources: result.sources) else {
      if result.program == nil {
        throw InputFault("there is no rule, lifecycle or KPI `\(name)` among those that are right: `tenet check` shows the mistakes")
      }
      let near = nearestName(to: name, among: RuleExplanation.names(in: program)).map { "did you mean `\($0)`?" }
      throw CallMistake("there is no rule, lifecycle or KPI `\(name)`", help: near ?? "`tenet check` lists all")
    }
    let report = ExplanationReport(explanation: explanation, sources: result.sources)
    invocation.console.print(invocation.wantsJSON ? report.json : report.text)
    return .good
  }
}
