internal import EventModel
internal import RuleEngine
internal import RuleLanguage
internal import Settings

extension Verb {
  /// What an edit of the rules does to what they remember.
  static let plan = Verb(
    name: "plan", summary: "Says what an edit of the rules does to state: what is kept, new or dropped, and from when it is sure.",
    operands: "OLD NEW",
    options: [
      Option("schemas", "DIR", "JSON Schemas of both", standard: "schemas of tenet.yaml, else Schemas"),
      Option("old-schemas", "DIR", "JSON Schemas of OLD", standard: "those of both"),
      Option("region", "REGION", "the region whose values the params have", standard: "region of tenet.yaml, else us-east-1"),
      Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
      .format("text", "json"),
    ],
    example: "tenet plan deployed/Rules Rules"
  ) { invocation in
    guard invocation.operands.count == 2 else {
      throw CallMistake("`plan` takes two folders or files of rules: as they are, and as they shall be", help: "tenet plan --help")
    }
    let settings = try Configuration.loadIfThere(invocation)
    let schemas = invocation["schemas"] ?? settings.schemas
    let old = try Rulebook.load([invocation.operands[0]], schemas: invocation["old-schemas"] ?? schemas, invocation)
    let new = try Rulebook.load([invocation.operands[1]], schemas: schemas, invocation)
    if let notice = new.notice { invocation.console.note(notice + "\n") }
    let region = invocation["region"] ?? (settings.region.isEmpty ? "us-east-1" : settings.region)
    let report = StatePlanReport(plan: StatePlan(from: old.program, to: new.program, region: region))
    invocation.console.print(invocation.wantsJSON ? report.json : report.text)
    return .good
  }
}
