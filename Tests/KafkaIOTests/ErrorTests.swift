import CRdKafka
import StreamRuntime
import Testing

@testable import KafkaIO

@Suite struct ErrorTests {
  @Test(
    "a code asks for the same everywhere if it names a lost right, a fenced producer, a refused member or a full queue",
    arguments: [
      (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, KafkaFault.Disposition.hold), (RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, .hold),
      (RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, .hold), (RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, .hold),
      (RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, .hold), (RD_KAFKA_RESP_ERR__FENCED, .fatal), (RD_KAFKA_RESP_ERR_PRODUCER_FENCED, .fatal),
      (RD_KAFKA_RESP_ERR__FATAL, .fatal), (RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, .refusedMember),
      (RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, .refusedMember), (RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, .refusedMember),
      (RD_KAFKA_RESP_ERR__QUEUE_FULL, .queueFull),
    ])
  func everywhere(code: rd_kafka_resp_err_t, expected: KafkaFault.Disposition) {
    for call in KafkaCall.allCases { #expect(KafkaErrors.disposition(of: code, during: call, needsAbort: true) == expected) }
  }

  @Test(
    "what may pass by itself is tried again, but a record that was not delivered aborts its transaction",
    arguments: [
      RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
      RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
    ])
  func passing(code: rd_kafka_resp_err_t) {
    for call in KafkaCall.allCases {
      #expect(KafkaErrors.disposition(of: code, during: call) == (call == .delivery ? .abort : .retry))
    }
  }

  @Test(
    "a record that the broker refuses for itself aborts the transaction",
    arguments: [
      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
      RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
    ])
  func refusedRecord(code: rd_kafka_resp_err_t) {
    #expect(KafkaErrors.disposition(of: code, during: .delivery) == .abort)
    #expect(KafkaErrors.fault(code, during: .delivery, token: 7).token == 7)
  }

  @Test("fatal goes before everything, and a needed abort before trying again")
  func flags() {
    let timedOut = RD_KAFKA_RESP_ERR__TIMED_OUT
    #expect(KafkaErrors.disposition(of: timedOut, during: .commit, fatal: true, needsAbort: true, retriable: true) == .fatal)
    #expect(KafkaErrors.disposition(of: timedOut, during: .sendOffsets, needsAbort: true, retriable: true) == .abort)
    #expect(KafkaErrors.disposition(of: RD_KAFKA_RESP_ERR__BAD_MSG, during: .commit, retriable: true) == .retry)
  }

  @Test(
    "what nobody knows ends the producer outside an open transaction, aborts it inside, and holds a question",
    arguments: [
      (KafkaCall.initialize, KafkaFault.Disposition.fatal), (.begin, .fatal), (.commit, .fatal), (.abort, .fatal), (.produce, .abort),
      (.sendOffsets, .abort), (.delivery, .abort), (.admin, .hold), (.poll, .retry),
    ])
  func unknown(call: KafkaCall, expected: KafkaFault.Disposition) {
    #expect(KafkaErrors.disposition(of: RD_KAFKA_RESP_ERR__BAD_MSG, during: call) == expected)
  }

  @Test("a fault names its code as librdkafka does")
  func name() {
    #expect(KafkaErrors.fault(RD_KAFKA_RESP_ERR__TIMED_OUT, during: .admin).code == "_TIMED_OUT")
    #expect(KafkaErrors.fault(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, during: .admin).code == "TOPIC_AUTHORIZATION_FAILED")
  }
}
