import CRdKafka
package import StreamRuntime

/// What librdkafka has to say: syslog level (0 emergency … 7 debug), facility, message. Called from librdkafka's own threads.
package typealias KafkaLog = @Sendable (_ level: Int, _ facility: String, _ message: String) -> Void

/// A mistake in the `kafka` properties of the configuration.
package struct KafkaPropertyFault: Error, Sendable, Equatable, CustomStringConvertible {
  package var property: String
  package var description: String
  /// The property that was probably meant.
  package var suggestion: String?
}

/// A cluster as its users name it, by librdkafka's properties: makes the handles, each with the settings of its role (protocol.md 2).
package struct KafkaCluster: Sendable {
  package let capabilities: ClusterCapabilities
  let properties: [String: String]
  let log: KafkaLog
  var statistics: StatisticsSink?

  /// - Parameter properties: any librdkafka property; they go over the defaults of each role.
  /// - Throws: the first mistake, in order of name: an unknown property, a value out of range, one that the protocol fixes, no `bootstrap.servers`.
  package init(
    properties: [String: String], capabilities: ClusterCapabilities = .kafka, log: @escaping KafkaLog = { _, _, _ in }
  ) throws(KafkaPropertyFault) {
    try Self.check(properties)
    self.properties = properties
    self.capabilities = capabilities
    self.log = log
  }

  /// The same cluster, whose handles report statistics every `interval`, from within their polls.
  package func reportingStatistics(
    every interval: Duration, to sink: @escaping @Sendable (KafkaStatistics) -> Void
  ) -> KafkaCluster {
    var copy = self
    copy.statistics = StatisticsSink(interval: interval, report: sink)
    return copy
  }

  /// The version of the librdkafka that is loaded: `2.0.2`.
  package static var libraryVersion: String { String(cString: rd_kafka_version_str()) }

  static func check(_ properties: [String: String]) throws(KafkaPropertyFault) {
    let configuration = rd_kafka_conf_new()
    defer { rd_kafka_conf_destroy(configuration) }
    for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
      if HandleRole.fixedProperties.contains(name) {
        throw KafkaPropertyFault(property: name, description: "`\(name)` cannot be chosen: exactly-once depends on it")
      }
      if name == "sasl.mechanism" || name == "sasl.mechanisms", value.uppercased() == "AWS_MSK_IAM" {
        throw KafkaPropertyFault(property: name, description: "`\(value)` is not supported yet")
      }
      var text = [CChar](repeating: 0, count: 512)
      switch rd_kafka_conf_set(configuration, name, value, &text, text.count) {
      case RD_KAFKA_CONF_OK: continue
      case RD_KAFKA_CONF_UNKNOWN:
        throw KafkaPropertyFault(
          property: name, description: "`\(name)` is not a property of librdkafka \(libraryVersion)",
          suggestion: PropertyCatalog.shared.nearest(to: name))
      default: throw KafkaPropertyFault(property: name, description: string(of: text))
      }
    }
    if properties["bootstrap.servers"] == nil, properties["metadata.broker.list"] == nil {
      throw KafkaPropertyFault(property: "bootstrap.servers", description: "`bootstrap.servers` is missing")
    }
  }

  /// All properties of a handle: the role's defaults, the user's, what the role fixes, what this one handle wants.
  func settings(for role: HandleRole, _ own: [String: String]) -> [String: String] {
    var settings = role.defaults
    for (name, value) in properties where PropertyCatalog.shared.applies(name, toProducer: role.isProducer) { settings[name] = value }
    settings.merge(own) { $1 }
    settings.merge(role.fixed) { $1 }
    if let statistics { settings["statistics.interval.ms"] = String(max(1, statistics.interval.wholeMilliseconds)) }
    return settings
  }
}
