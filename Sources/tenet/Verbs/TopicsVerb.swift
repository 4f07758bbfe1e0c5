internal import EventModel
internal import KafkaIO
internal import Settings
internal import StreamRuntime

extension Verb {
  /// The topics that an application needs.
  static let topics = Verb(
    name: "topics", summary: "Prints, makes or checks the topics that the rules and settings need.",
    options: [
      Configuration.option,
      Option("create", nil, "make what is missing; inputs get `slots` partitions"),
      Option("check", nil, "say what is missing or wrong in the cluster (exit code 1)"),
      .format("text", "json"),
    ],
    readsSettings: true, example: "tenet topics --config tenet.yaml --create"
  ) { invocation in
    let settings = try Configuration.load(invocation)
    let book = try Rulebook.load([settings.rulesPath], schemas: settings.schemas, invocation)
    let plan = Clusters.plan(settings, book.program, storesOffsets: true)
    let topics = TopicsVerb(invocation: invocation, settings: settings, plan: plan)
    if invocation.isSet("create") { return try topics.create() }
    if invocation.isSet("check") { return try topics.check() }
    topics.list()
    return .good
  }
}

private struct TopicsVerb {
  let invocation: Invocation
  let settings: Settings
  let plan: TopicPlan

  private func withAdmin<Result>(_ body: (any ClusterAdmin) throws(KafkaFault) -> Result) throws -> Result {
    let cluster = try Clusters.own(settings, log: Logs.logger(settings, verb: "topics"))
    do throws(KafkaFault) {
      let admin = try cluster.admin()
      defer { admin.close() }
      return try body(admin)
    } catch {
      throw EnvironmentFault(error, "the cluster cannot be asked")
    }
  }

  /// What is needed; asks nobody.
  func list() {
    for topic in plan.topics {
      if invocation.wantsJSON {
        var json = JSONWriter()
        json.object {
          $0.member("topic", topic.name)
          $0.member("role", topic.role.rawValue)
          $0.member("partitions", Int(topic.partitions))
          $0.key("settings")
          $0.object { object in for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) { object.member(name, value) } }
        }
        invocation.console.print(json.text + "\n")
      } else {
        let settings = topic.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        invocation.console.print("\(topic.name)  \(topic.role.rawValue)  \(topic.partitions) partitions  \(settings)\n")
      }
    }
    let partitions = plan.topics.reduce(0) { $0 + Int($1.partitions) }
    invocation.console.note("\(plan.topics.count) topics, \(partitions) partitions (inputs counted with \(settings.slots) each)\n")
  }

  func create() throws -> ExitCode {
    let made = try withAdmin { (admin) throws(KafkaFault) -> [PlannedTopic] in
      let (existing, brokers) = try admin.describeCluster(timeout: .seconds(10))
      let missing = plan.topics.filter { existing[$0.name] == nil }
      if !missing.isEmpty { try admin.createTopics(missing.map { plan.creation(of: $0, brokers: brokers) }, timeout: .seconds(30)) }
      return missing
    }
    for topic in made { invocation.console.print("created \(topic.name) with \(topic.partitions) partitions\n") }
    if made.isEmpty { invocation.console.note("nothing is missing\n") }
    return .good
  }

  func check() throws -> ExitCode {
    let report = try withAdmin { (admin) throws(KafkaFault) in try plan.report(from: admin) }
    for topic in report.missing { say("missing", "topic `\(topic.name)` is missing", topic.name) }
    for finding in report.wrong { say("wrong", finding.description, finding.topic) }
    for finding in report.warnings { say("warning", finding.description, finding.topic) }
    if report.isFit { invocation.console.note("\(plan.topics.count) topics are as they must be\n") }
    return report.isFit ? .good : .input
  }

  private func say(_ kind: String, _ text: String, _ topic: String) {
    guard invocation.wantsJSON else { return invocation.console.print("\(kind): \(text)\n") }
    var json = JSONWriter()
    json.object {
      $0.member("finding", kind)
      $0.member("topic", topic)
      $0.member("message", text)
    }
    invocation.console.print(json.text + "\n")
  }
}
