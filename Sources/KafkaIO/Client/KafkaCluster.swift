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
package final class KafkaCluster: Cluster {
  package let capabilities: ClusterCapabilities
  let application: String
  let properties: [String: String]
  let log: KafkaLog
  let statistics: KafkaStatisticsSink?

  /// - Parameters:
  ///   - properties: any librdkafka property; they go over the defaults of each role.
  ///   - application: names the group whose coordinator data consumers look for (librdkafka wants one; they never join it).
  ///   - statistics: told of each handle, from within its polls.
  /// - Throws: the first mistake, in order of name: an unknown property, a value out of range, one that the protocol fixes, no `bootstrap.servers`.
  package init(
    properties: [String: String], application: String, capabilities: ClusterCapabilities = .kafka,
    statistics: KafkaStatisticsSink? = nil, log: @escaping KafkaLog = { _, _, _ in }
  ) throws(KafkaPropertyFault) {
    try Self.check(properties)
    self.properties = properties
    self.application = application
    self.capabilities = capabilities
    self.statistics = statistics
    self.log = log
  }

  package func dataConsumer(prefetch: Int?) throws(KafkaFault) -> any DataConsumer {
    let name = "queued.max.messages.kbytes"
    guard let prefetch, properties[name] == nil else { return try dataConsumer(readCommitted: true) }
    return try dataConsumer(readCommitted: true, settings: [name: String(prefetch >> 10)])
  }

  package func uncommittedConsumer() throws(KafkaFault) -> any DataConsumer { try dataConsumer(readCommitted: false) }

  package func dataConsumer(readCommitted: Bool, settings: [String: String] = [:]) throws(KafkaFault) -> KafkaDataConsumer {
    try KafkaDataConsumer(of: self, group: application, readCommitted: readCommitted, settings: settings)
  }

  package func transactionalProducer(id: String, timeouts: Int) throws(KafkaFault) -> any TransactionalProducer {
    let role = HandleRole.transactionalProducer(id: id)
    let usual = settings(for: role, [:])
    var longer: [String: String] = [:]
    for name in timeouts > 1 ? ["transaction.timeout.ms", "message.timeout.ms"] : [] {
      if let milliseconds = usual[name].flatMap({ Int($0) }) { longer[name] = String(min(milliseconds * timeouts, 900_000)) }
    }
    return try transactionalProducer(id: id, settings: longer)
  }

  /// - Parameter id: the transactional id; who initializes a producer with it fences the one before.
  package func transactionalProducer(id: String, settings: [String: String]) throws(KafkaFault) -> KafkaTransactionalProducer {
    try KafkaTransactionalProducer(of: self, id: id, settings: settings)
  }

  package func membership(group: String, instance: String) throws(KafkaFault) -> any GroupMembership {
    try membership(group: group, instance: instance, settings: [:])
  }

  /// - Parameter instance: `group.instance.id`, unique in the group and the same after a restart.
  package func membership(group: String, instance: String, settings: [String: String]) throws(KafkaFault) -> KafkaGroupMembership {
    try KafkaGroupMembership(of: self, group: group, instance: instance, settings: settings)
  }

  package func admin() throws(KafkaFault) -> any ClusterAdmin { try KafkaAdmin(of: self) }

  /// A producer without transactions.
  package func producer(settings: [String: String] = [:]) throws(KafkaFault) -> KafkaProducer {
    try KafkaProducer(of: self, settings: settings)
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
