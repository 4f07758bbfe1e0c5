import CRdKafka
package import StreamRuntime

extension KafkaAdmin {
  package func partitionCounts(of topics: [String], timeout: Duration) throws(KafkaFault) -> [String: Int32] {
    guard capabilities.members else {
      // The mock cluster creates whatever topic it is asked for by name.
      let wanted = Set(topics)
      return try metadata(only: nil, timeout: timeout).topics.filter { wanted.contains($0.key) }
    }
    let deadline = ContinuousClock.now + timeout
    var counts: [String: Int32] = [:]
    for topic in topics {
      guard let pointer = rd_kafka_topic_new(handle.pointer, topic, nil) else {
        throw KafkaErrors.fault(rd_kafka_last_error(), during: .admin)
      }
      defer { rd_kafka_topic_destroy(pointer) }
      counts.merge(try metadata(only: pointer, timeout: max(.zero, deadline - .now)).topics) { $1 }
    }
    return counts
  }

  package func describeCluster(timeout: Duration) throws(KafkaFault) -> (topics: [String: Int32], brokers: Int) {
    try metadata(only: nil, timeout: timeout)
  }

  private func metadata(only topic: OpaquePointer?, timeout: Duration) throws(KafkaFault) -> (topics: [String: Int32], brokers: Int) {
    var answer: UnsafePointer<rd_kafka_metadata>?
    let code = rd_kafka_metadata(handle.pointer, topic == nil ? 1 : 0, topic, &answer, timeout.wholeMilliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else { throw KafkaErrors.fault(code, during: .admin) }
    defer { rd_kafka_metadata_destroy(answer) }
    var topics: [String: Int32] = [:]
    for entry in UnsafeBufferPointer(start: answer.pointee.topics, count: Int(answer.pointee.topic_cnt)) {
      let name = String(cString: entry.topic)
      switch entry.err {
      case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: continue
      case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        if entry.partition_cnt > 0 { topics[name] = entry.partition_cnt }
      case let code: throw KafkaErrors.fault(code, during: .admin, "\(name): \(String(cString: rd_kafka_err2str(code)))")
      }
    }
    return (topics, Int(answer.pointee.broker_cnt))
  }

  /// Creates the topics and waits until a broker names them all with leaders. One that is there already is left as it is.
  package func createTopics(_ topics: [TopicToCreate], timeout: Duration) throws(KafkaFault) {
    guard !topics.isEmpty else { return }
    let deadline = ContinuousClock.now + timeout
    var requests: [OpaquePointer?] = []
    defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
    for topic in topics { requests.append(try newTopic(topic)) }
    try AdminRequest(handle, timeout: timeout).answer(RD_KAFKA_ADMIN_OP_CREATETOPICS) { options, queue in
      rd_kafka_CreateTopics(handle.pointer, &requests, requests.count, options, queue)
    } read: { event in
      var count = 0
      guard let result = rd_kafka_event_CreateTopics_result(event), let answers = rd_kafka_CreateTopics_result_topics(result, &count)
      else { return .success(()) }
      for index in 0..<count {
        let code = rd_kafka_topic_result_error(answers[index])
        if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
        let name = rd_kafka_topic_result_name(answers[index]).map { String(cString: $0) } ?? ""
        let text = rd_kafka_topic_result_error_string(answers[index]).map { String(cString: $0) } ?? ""
        return .failure(KafkaErrors.fault(code, during: .admin, "\(name): \(text)"))
      }
      return .success(())
    }
    let names = topics.map(\.name)
    while try partitionCounts(of: names, timeout: max(.zero, deadline - .now)).count < Set(names).count {
      guard ContinuousClock.now < deadline else { throw KafkaErrors.fault(RD_KAFKA_RESP_ERR__TIMED_OUT, during: .admin) }
      rd_kafka_poll(handle.pointer, 20)  // A bounded wait between two questions.
    }
  }

  private func newTopic(_ topic: TopicToCreate) throws(KafkaFault) -> OpaquePointer {
    var text = [CChar](repeating: 0, count: 512)
    guard
      let request = rd_kafka_NewTopic_new(topic.name, topic.partitions, Int32(topic.replication ?? -1), &text, text.count)
    else { throw KafkaFault(.hold, code: "_INVALID_ARG", "\(topic.name): \(string(of: text))") }
    for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) { rd_kafka_NewTopic_set_config(request, name, value) }
    return request
  }

  package func settings(of topics: [String], timeout: Duration) throws(KafkaFault) -> [String: [String: String]] {
    guard !topics.isEmpty else { return [:] }
    var resources = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
    defer { for resource in resources { rd_kafka_ConfigResource_destroy(resource) } }
    return try AdminRequest(handle, timeout: timeout).answer(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS) { options, queue in
      rd_kafka_DescribeConfigs(handle.pointer, &resources, resources.count, options, queue)
    } read: { event in
      var count = 0
      guard let result = rd_kafka_event_DescribeConfigs_result(event),
        let answers = rd_kafka_DescribeConfigs_result_resources(result, &count)
      else { return .success([:]) }
      var settings: [String: [String: String]] = [:]
      for resource in UnsafeBufferPointer(start: answers, count: count) {
        let name = rd_kafka_ConfigResource_name(resource).map { String(cString: $0) } ?? ""
        let code = rd_kafka_ConfigResource_error(resource)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
          let text = rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) } ?? ""
          return .failure(KafkaErrors.fault(code, during: .admin, "\(name): \(text)"))
        }
        settings[name] = entries(of: resource)
      }
      return .success(settings)
    }
  }
}

private func entries(of resource: OpaquePointer?) -> [String: String] {
  var count = 0
  guard let entries = rd_kafka_ConfigResource_configs(resource, &count) else { return [:] }
  var settings: [String: String] = [:]
  for entry in UnsafeBufferPointer(start: entries, count: count) {
    guard let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry) else { continue }
    settings[String(cString: name)] = String(cString: value)
  }
  return settings
}
