import CRdKafka
import Glibc
package import StreamRuntime

extension KafkaAdmin {
  package func members(of group: String, timeout: Duration) throws(KafkaFault) -> [String] {
    guard capabilities.members else { return [] }
    return try AdminRequest(handle, timeout: timeout).answer(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS) { options, queue in
      let name = strdup(group)
      defer { free(name) }
      var groups: [UnsafePointer<CChar>?] = [UnsafePointer(name)]
      rd_kafka_DescribeConsumerGroups(handle.pointer, &groups, groups.count, options, queue)
    } read: { event in
      var count = 0
      guard let result = rd_kafka_event_DescribeConsumerGroups_result(event),
        let groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count), count == 1, let group = groups[0]
      else { return .success([]) }
      if let error = rd_kafka_ConsumerGroupDescription_error(group), rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR {
        return .failure(KafkaErrors.fault(rd_kafka_error_code(error), during: .admin, String(cString: rd_kafka_error_string(error))))
      }
      return .success(
        (0..<rd_kafka_ConsumerGroupDescription_member_count(group)).compactMap { index in
          rd_kafka_ConsumerGroupDescription_member(group, index).flatMap(rd_kafka_MemberDescription_group_instance_id)
            .map { String(cString: $0) }
        })
    }
  }
}
