internal import EventModel
internal import RuleEngine
internal import RuleLanguage
internal import Settings
internal import StreamRuntime

/// What calls that replay recorded events have in common: rules, schemas, region, and how long the time passes at the end.
struct ReplayCall {
  let invocation: Invocation
  var settings: Settings
  let until: EventTime?
  /// Of the engine, and of records that say none.
  var region: String

  static let options = [
    Option("rules", "PATH", "rule files", standard: "rules.path of tenet.yaml, else Rules"),
    Option("schemas", "DIR", "JSON Schemas", standard: "schemas of tenet.yaml, else Schemas"),
    Option("until", "TIME", "let the time pass to then at the end, so that what is due by then falls due"),
    Option("region", "REGION", "the region whose events these are", standard: "us-east-1"),
    Option("config", "FILE", "the configuration", standard: "tenet.yaml if there is one"),
  ]

  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    settings = try Configuration.loadIfThere(invocation)
    until = try invocation.time("until")
    region = invocation["region"] ?? "us-east-1"
  }

  var rules: String { invocation["rules"] ?? settings.rulesPath }
  var schemas: String { invocation["schemas"] ?? settings.schemas }
  var topics: TopicNames { TopicNames(application: "replay", prefix: settings.outputPrefix) }

  /// Checks rules, and tells which of them are not evaluated.
  func load(_ path: String) throws -> Rulebook {
    let book = try Rulebook.load([path], schemas: schemas, invocation)
    if let notice = book.notice { invocation.console.note(notice + "\n") }
    return book
  }

  func replayer(_ program: CheckedProgram, output: @escaping (OutputRecord) -> Void) -> Replayer {
    Replayer(
      program,
      options: .init(
        region: region, slots: 1, maxSkew: settings.maxSkew, application: "replay", maxEvent: settings.maxEvent,
        privacyKey: Array((settings.privacyKey ?? "").utf8)), output: output)
  }

  /// All the events go to all the replays, and the time passes at the end.
  func run(_ feed: inout EventFeed, _ replayers: [Replayer]) throws {
    try feed.feed(replayers)
    for replayer in replayers {
      if let until { replayer.pass(to: until) }
      replayer.finish()
    }
  }
}
