internal import EventModel

/// Every setting there is, in the order of the documentation.
package enum SettingsTable {
  package static let all: [Setting] = identity + rules + processing + outputs + regions + services

  private static let identity: [Setting] = [
    .name(
      "application", \.application, .required,
      "The name of the application, the same in all regions: its consumer group, and the prefix of its internal topics and transactional ids."
    ),
    .name("region", \.region, .required, "The region whose events this process evaluates or serves."),
    .name(
      "instance", \.instance, .computed("host name"),
      "The name of this worker: it stays the same over restarts, and is the only one in the application."),
  ]

  private static let rules: [Setting] = [
    .path("rules.path", \.rulesPath, .value("Rules"), "A rule file, or a folder with all `*.tenet` files below it."),
    .choice("rules.from", \.rulesFrom, .value("files"), "Where rules come from: the files of `rules.path`, or the rules topic.").notYet(),
    .path("schemas", \.schemas, .value("Schemas"), "The folder of the JSON Schemas that streams name."),
  ]

  private static let processing: [Setting] = [
    Setting(
      name: "kafka.*", type: "text", fallback: .none,
      help: "Any property of librdkafka, with its default, such as `bootstrap.servers`.", isSecret: true
    ) { star, value, settings in settings.kafka[star] = value },
    .whole(
      "slots", \.slots, in: 1...1_000, .value("12"),
      "Into how many parts keys and state are divided, fixed for the life of the application. Inputs have a multiple of it as partitions."),
    .whole("shards", \.shards, in: 1...256, .value("1"), "How many threads evaluate, each with some slots.").notYet(),
    .custom(
      "start", \.start, type: "earliest, latest or a time", .value("latest"),
      "Where a new application begins to read. A rule's own `start` may ask for more."
    ) { (text) throws(SettingMistake) in
      switch text {
      case "earliest": return .earliest
      case "latest": return .latest
      default:
        guard let time = EventTime(rfc3339: text) else {
          throw SettingMistake("`\(text)` is none of earliest, latest or a time", help: "a time is written `2026-01-05T10:00:00Z`")
        }
        return .time(time)
      }
    },
    .duration(
      "max_skew", \.maxSkew, in: .zero...(.seconds(86_400)), .value("5m"),
      "An event dated more than this after its Kafka timestamp goes to the dead letters."),
    .duration(
      "idle_margin", \.idleMargin, in: .zero...(.seconds(600)), .value("2s"),
      "How far apart the clocks of brokers and workers may be where a silent partition is proven read to its end."),
    .duration(
      "heartbeat", \.heartbeat, in: .milliseconds(50)...(.seconds(60)), .value("500ms"), "How often slots say how far they have come."
    ).notYet(),
    .size("max_event", \.maxEvent, in: 1_024...(64 << 20), .value("1MB"), "A larger event goes to the dead letters."),
    .size("memory.state", \.stateMemory, in: (1 << 20)...(1 << 44), .value("4GB"), "How much memory the state of the rules may take."),
    .size(
      "memory.prefetch", \.prefetchMemory, in: (1 << 20)...(1 << 40), .value("256MB"),
      "How much memory events fetched ahead may take: less than two seconds of them makes reading wait."
    ),
    .custom(
      "standbys", \.standbys, type: "number or all", .value("0"),
      "How many other workers keep a copy of each slot's state, to take over at once."
    ) { (text) throws(SettingMistake) in
      if text == "all" { return .all }
      guard let count = Int(text), (0...100).contains(count) else {
        throw SettingMistake("`\(text)` is neither `all` nor a number from 0 to 100")
      }
      return .count(count)
    }.notYet(),
  ]

  private static let outputs: [Setting] = [
    .name("outputs.prefix", \.outputPrefix, .value("tenet"), "The prefix of the topics of violations, KPIs, corrections and letters."),
    .whole("outputs.partitions", \.outputPartitions, in: 1...1_000, .value("4"), "Partitions of an output topic that is created."),
    .duration(
      "outputs.retention", \.outputRetention, in: .seconds(60)...(.seconds(100 * 366 * 86_400)), .value("30d"),
      "How long an output topic that is created keeps its records."),
  ]

  private static let regions: [Setting] = [
    Setting(
      name: "residency.*", type: "list of regions", fallback: .none,
      help: "The regions of a zone of `x-residency`: values may not leave them.", isSupported: false
    ) { (star, value, settings) throws(SettingMistake) in
      let regions = value.split(separator: ",").map { String($0.drop { $0 == " " }) }
      if regions.isEmpty { throw SettingMistake("a zone has at least one region", help: "write a list, as in `[eu-west-1, eu-central-1]`") }
      settings.residency[star] = regions
    },
    .optional(
      "privacy.key", \.privacyKey, type: "text", isSecret: true,
      "The key of the hashes that stand for personal keys, the same in all regions."
    ),
    Setting(
      name: "relay.peers.*", type: "text", fallback: .none,
      help: "The cluster of each other region: `relay.peers.REGION.PROPERTY`, properties as in `kafka`.", isSecret: true, isOnlyInFile: true
    ) { (star, value, settings) throws(SettingMistake) in
      guard let dot = star.firstIndex(of: "."), dot != star.startIndex, star.index(after: dot) != star.endIndex else {
        throw SettingMistake("a peer is a region and its Kafka properties", help: "as in `eu-west-1: { bootstrap.servers: … }`")
      }
      settings.peers[String(star[..<dot]), default: [:]][String(star[star.index(after: dot)...])] = value
    },
  ]

  private static let services: [Setting] = [
    .address("feed.listen", \.feedListen, .value("127.0.0.1:8080"), "Where `tenet feed` serves its page and API."),
    .path("feed.history", \.feedHistory, .value("feed.sqlite"), "The SQLite file in which the feed keeps what it has read."),
    .address(
      "metrics.listen", \.metricsListen, .value("127.0.0.1:9464"), "Where `tenet run` and `tenet relay` serve `/metrics` and their health."),
    .optional("traces.endpoint", \.tracesEndpoint, type: "URL", "Where traces go, by OTLP over HTTP.") { text in
      text.hasPrefix("http://") || text.hasPrefix("https://")
        ? nil : SettingMistake("`\(text)` is no URL", help: "as in `http://localhost:4318/v1/traces`")
    }.notYet(),
    .choice("log.level", \.logLevel, .value("info"), "The least important message that is logged."),
    .choice("log.format", \.logFormat, .value("logfmt"), "The form of a log line."),
  ]

  /// The setting that a dotted name means, and what stands for the star of a free group.
  package static func find(_ name: String) -> (setting: Setting, star: String)? {
    for setting in all {
      if setting.isFree {
        if name.hasPrefix(setting.prefix), name.utf8.count > setting.prefix.utf8.count {
          return (setting, String(name.dropFirst(setting.prefix.count)))
        }
      } else if setting.name == name {
        return (setting, "")
      }
    }
    return nil
  }

  /// The setting of an environment variable, and the dotted name it stands for; nil where there is none, or where only the file may say it.
  static func find(variable: String) -> (setting: Setting, name: String)? {
    for setting in all where !setting.isOnlyInFile {
      if setting.isFree {
        let prefix = Setting.variable(for: setting.prefix)
        guard variable.hasPrefix(prefix), variable.utf8.count > prefix.utf8.count else { continue }
        let star = variable.dropFirst(prefix.count).lowercased()
        let dotted = setting.name == "kafka.*" ? star.map { $0 == "_" ? "." : $0 } : star.map { $0 == "_" ? "-" : $0 }
        return (setting, setting.prefix + String(dotted))
      } else if setting.variable == variable {
        return (setting, setting.name)
      }
    }
    return nil
  }
}
