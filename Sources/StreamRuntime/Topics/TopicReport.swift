/// What a cluster has, compared with what a plan needs.
package struct TopicReport: Equatable, Sendable {
  package struct Finding: Hashable, Sendable, CustomStringConvertible {
    package var topic: String
    /// In words: what is, and what should be.
    package var text: String
    package var description: String { "topic `\(topic)` \(text)" }
  }

  package var missing: [PlannedTopic] = []
  /// What loses data or keeps the application from working: a worker refuses to start.
  package var wrong: [Finding] = []
  package var warnings: [Finding] = []

  package var isFit: Bool { missing.isEmpty && wrong.isEmpty }
}

extension TopicPlan {
  /// Asks the cluster. Settings are left out where it does not tell them.
  package func report(from admin: any ClusterAdmin, timeout: Duration = .seconds(10)) throws(KafkaFault) -> TopicReport {
    let (existing, brokers) = try admin.describeCluster(timeout: timeout)
    let names = topics.map(\.name).filter { existing[$0] != nil }
    let settings = admin.capabilities.storedOffsets && !names.isEmpty ? try admin.settings(of: names, timeout: timeout) : [:]
    return report(partitions: existing, brokers: brokers, settings: settings)
  }

  /// `settings`: by topic and name, as the broker has them.
  package func report(partitions: [String: Int32], brokers: Int, settings: [String: [String: String]]) -> TopicReport {
    var report = TopicReport()
    for topic in topics {
      guard let count = partitions[topic.name] else {
        report.missing.append(topic)
        continue
      }
      check(topic, count: count, &report)
      if let settings = settings[topic.name] { check(topic, settings: settings, brokers: brokers, &report) }
    }
    if brokers < 3, !topics.isEmpty, settings.isEmpty == false {
      let text = "has fewer than 3 replicas: the cluster has \(brokers) broker\(brokers == 1 ? "" : "s")"
      report.warnings.append(.init(topic: topics[0].name, text: text + ", and losing one can lose data"))
    }
    return report
  }

  private func check(_ topic: PlannedTopic, count: Int32, _ report: inout TopicReport) {
    switch topic.role {
    case .slots, .state:
      if count != slots {
        report.wrong.append(.init(topic: topic.name, text: "has \(count) partitions, but the application has \(slots) slots"))
      }
    case .region:
      if count != 1 { report.wrong.append(.init(topic: topic.name, text: "has \(count) partitions, and must have 1")) }
    case .input:
      if Int(count) % slots != 0 {
        let text = "has \(count) partitions, which is no multiple of the \(slots) slots: they do not get equal shares"
        report.warnings.append(.init(topic: topic.name, text: text))
      }
    case .output, .table: break
    }
  }

  private func check(_ topic: PlannedTopic, settings: [String: String], brokers: Int, _ report: inout TopicReport) {
    func differs(_ name: String, _ why: String) {
      guard let found = settings[name], let wanted = topic.settings[name], found != wanted else { return }
      report.wrong.append(.init(topic: topic.name, text: "has `\(name)=\(found)` instead of `\(wanted)`: \(why)"))
    }
    func warns(_ name: String, _ why: String) {
      guard let found = settings[name], let wanted = topic.settings[name], Self.normal(found) != Self.normal(wanted) else { return }
      report.warnings.append(.init(topic: topic.name, text: "has `\(name)=\(found)` instead of `\(wanted)`: \(why)"))
    }
    switch topic.role {
    case .state:
      differs("cleanup.policy", "state would be lost")
      checkRetention(topic, settings, &report)
      differs("retention.bytes", "state would be lost")
      differs("message.timestamp.type", "the broker's clock could not be compared with the worker's")
      differs("unclean.leader.election.enable", "committed state could be lost")
    case .slots: differs("unclean.leader.election.enable", "committed positions could be lost")
    case .region:
      differs("cleanup.policy", "positions would be lost, or never forgotten")
      warns("segment.bytes", "a relay that starts has more to read")
      warns("min.cleanable.dirty.ratio", "a relay that starts has more to read")
    case .output:
      warns("cleanup.policy", "records go sooner or later than they should")
      warns("unclean.leader.election.enable", "published records could be lost")
    case .table:
      checkTable(topic, settings, &report)
      warns("unclean.leader.election.enable", "rows could be lost")
    case .input:
      if let policy = settings["cleanup.policy"], policy.contains("compact") {
        report.warnings.append(.init(topic: topic.name, text: "is compacted: events of a key that follow one another may go unread"))
      }
      warns("unclean.leader.election.enable", "events could be lost")
    }
    if topic.role != .input, topic.role != .table, let limit = settings["max.message.bytes"].flatMap({ Int($0) }), limit < 1 << 20 {
      report.wrong.append(.init(topic: topic.name, text: "has `max.message.bytes=\(limit)`: records have up to 1048576 bytes"))
    }
    if brokers >= 3, let inSync = settings["min.insync.replicas"].flatMap({ Int($0) }), inSync < 2 {
      let text = "has `min.insync.replicas=\(inSync)` instead of `2`: losing a broker can lose what was acknowledged"
      report.warnings.append(.init(topic: topic.name, text: text))
    }
  }

  /// A table is read whole at each start: what its topic has lost by then, it has lost.
  private func checkTable(_ topic: PlannedTopic, _ settings: [String: String], _ report: inout TopicReport) {
    let policy = settings["cleanup.policy"] ?? "compact"
    let limits = ["retention.ms", "retention.bytes"].filter { settings[$0].map { $0 != "-1" } ?? false }
    if policy.contains("delete"), let limit = limits.first {
      let text = "has `cleanup.policy=\(policy)` and `\(limit)=\(settings[limit] ?? "")`: rows that hold would be lost"
      report.wrong.append(.init(topic: topic.name, text: text))
    }
    guard policy.contains("compact") else {
      let text = "has `cleanup.policy=\(policy)` instead of `compact`: each start reads all rows that there ever were"
      return report.warnings.append(.init(topic: topic.name, text: text))
    }
    guard let found = settings["min.compaction.lag.ms"].flatMap({ Int64($0) }),
      let wanted = topic.settings["min.compaction.lag.ms"].flatMap({ Int64($0) }), found < wanted
    else { return }
    let text = "has `min.compaction.lag.ms=\(found)`, and `keep` is \(wanted): a start finds no row where one was that was replaced since"
    report.warnings.append(.init(topic: topic.name, text: text))
  }

  /// Where a log cannot be kept for ever, a week will do: what is needed of it is written anew every day.
  private func checkRetention(_ topic: PlannedTopic, _ settings: [String: String], _ report: inout TopicReport) {
    guard let found = settings["retention.ms"], found != topic.settings["retention.ms"] else { return }
    let week: Int64 = 7 * 86_400_000
    if let kept = Int64(found), kept >= week {
      let text = "has `retention.ms=\(found)` instead of `-1`: an outage of \(kept / 86_400_000 - 1) days loses state"
      report.warnings.append(.init(topic: topic.name, text: text))
    } else {
      report.wrong.append(.init(topic: topic.name, text: "has `retention.ms=\(found)` instead of `-1`: state would be lost"))
    }
  }

  /// A list in any order.
  private static func normal(_ setting: String) -> [Substring] { setting.split(separator: ",").sorted() }
}
