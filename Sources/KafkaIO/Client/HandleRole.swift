/// What a handle is for, and the settings that follow (protocol.md 2).
enum HandleRole: Sendable {
  case data(group: String, readCommitted: Bool)
  case membership(group: String, instance: String)
  case transactionalProducer(id: String)
  case producer
  case admin
  /// Holds a mock cluster and never speaks to it.
  case mockOwner(brokers: Int)

  var isProducer: Bool {
    switch self {
    case .transactionalProducer, .producer, .mockOwner: true
    case .data, .membership, .admin: false
    }
  }

  /// What a user may choose otherwise.
  var defaults: [String: String] {
    var settings = ["client.id": "tenet", "log.connection.close": "false", "reconnect.backoff.max.ms": "1000"]
    switch self {
    case .data:
      settings["socket.timeout.ms"] = "6000"
      settings["topic.metadata.refresh.interval.ms"] = "10000"
      // Who finds the queue full, which all partitions share, fetches again after 1 s: it holds more than is read in that time. From 2.2.0 on
      // it need not wait so long.
      settings["queued.min.messages"] = "500000"
      if PropertyCatalog.shared.knows("fetch.queue.backoff.ms") { settings["fetch.queue.backoff.ms"] = "20" }
    case .membership:
      settings["session.timeout.ms"] = "10000"
      settings["heartbeat.interval.ms"] = "1000"
      settings["max.poll.interval.ms"] = "60000"
    case .transactionalProducer:
      settings["transaction.timeout.ms"] = "10000"
      settings["message.timeout.ms"] = "5000"
      // At librdkafka's 100 a transaction takes 150 ms instead of 35: the coordinator is busy with the markers of the one before.
      settings["retry.backoff.ms"] = "5"
      settings["linger.ms"] = "2"
      settings["compression.codec"] = "lz4"
    case .producer:
      settings["linger.ms"] = "5"
      settings["compression.codec"] = "lz4"
    case .admin, .mockOwner: break
    }
    return settings
  }

  /// What the protocol depends on.
  var fixed: [String: String] {
    switch self {
    case .data(let group, let readCommitted):
      [
        // Manual assignment needs a group by name; it is never joined.
        "group.id": group, "enable.auto.commit": "false", "enable.auto.offset.store": "false", "auto.offset.reset": "error",
        "isolation.level": readCommitted ? "read_committed" : "read_uncommitted", "enable.partition.eof": "true",
        "allow.auto.create.topics": "false",
      ]
    case .membership(let group, let instance):
      [
        "group.id": group, "group.instance.id": instance, "partition.assignment.strategy": "cooperative-sticky",
        "enable.auto.commit": "false", "enable.auto.offset.store": "false", "auto.offset.reset": "latest",
        "allow.auto.create.topics": "false",
      ]
    case .transactionalProducer(let id): ["transactional.id": id, "partitioner": "murmur2_random"]
    case .producer: ["enable.idempotence": "true", "partitioner": "murmur2_random"]
    case .admin: ["isolation.level": "read_uncommitted", "allow.auto.create.topics": "false"]
    case .mockOwner(let brokers): ["test.mock.num.brokers": String(brokers)]
    }
  }

  /// Every property that some role fixes, and those that would make another kind of client of it.
  static let fixedProperties: Set<String> = {
    let roles: [HandleRole] = [
      .data(group: "", readCommitted: true), .membership(group: "", instance: ""), .transactionalProducer(id: ""), .producer, .admin,
      .mockOwner(brokers: 1),
    ]
    return roles.reduce(into: ["group.protocol"]) { $0.formUnion($1.fixed.keys) }
  }()
}
