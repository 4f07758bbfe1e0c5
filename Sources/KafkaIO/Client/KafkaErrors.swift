import CRdKafka
import StreamRuntime

/// Which call an error answers: the same code asks for another reaction where a transaction is open and where none is.
enum KafkaCall: Sendable, CaseIterable {
  /// Consuming, membership.
  case poll
  /// Questions and changes without a transaction.
  case admin
  case initialize, begin, produce, delivery, sendOffsets, commit, abort
}

/// The one place where librdkafka's errors become the columns of protocol.md 5. Inside a transaction `hold` and `refusedMember` mean: abort first.
enum KafkaErrors {
  /// By code, for any call, unless the error itself says that it is fatal.
  static let dispositions: [rd_kafka_resp_err_t.RawValue: KafkaFault.Disposition] = {
    let fenced = [
      RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
      RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED,
    ]
    let member = [
      RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
    ]
    let missing = [
      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
      RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR_SECURITY_DISABLED,
      RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
      RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
      RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT,
    ]
    let again = [
      RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
      RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__WAIT_CACHE,
      RD_KAFKA_RESP_ERR__IN_PROGRESS, RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS, RD_KAFKA_RESP_ERR__CONFLICT, RD_KAFKA_RESP_ERR__RETRY,
      RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
      RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
      RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
      RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,
    ]
    var table: [rd_kafka_resp_err_t.RawValue: KafkaFault.Disposition] = [RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue: .queueFull]
    for code in fenced { table[code.rawValue] = .fatal }
    for code in member { table[code.rawValue] = .refusedMember }
    for code in missing { table[code.rawValue] = .hold }
    for code in again { table[code.rawValue] = .retry }
    return table
  }()

  /// What to do. The flags are those of `rd_kafka_error_t`; errors without such an object have none.
  static func disposition(
    of code: rd_kafka_resp_err_t, during call: KafkaCall, fatal: Bool = false, needsAbort: Bool = false, retriable: Bool = false
  ) -> KafkaFault.Disposition {
    let known = dispositions[code.rawValue]
    // librdkafka calls a missing right fatal: the next producer finds it missing again, in `initialize`, and there it is waited for.
    if fatal { return call == .initialize && known == .hold ? .hold : .fatal }
    if let known, known != .retry { return known }
    if needsAbort { return .abort }
    switch call {
    case .delivery: return .abort  // A record of the transaction is missing, whatever the cause.
    case .produce, .sendOffsets: return retriable || known == .retry ? .retry : .abort
    case .initialize, .begin, .commit, .abort: return retriable || known == .retry ? .retry : .fatal
    case .poll: return .retry  // librdkafka goes on by itself from all that is not fatal.
    case .admin: return retriable || known == .retry ? .retry : .hold
    }
  }

  /// The fault for a bare code.
  static func fault(
    _ code: rd_kafka_resp_err_t, during call: KafkaCall, _ detail: String? = nil, token: Int? = nil
  ) -> KafkaFault {
    KafkaFault(
      disposition(of: code, during: call), code: String(cString: rd_kafka_err2name(code)),
      detail ?? String(cString: rd_kafka_err2str(code)), token: token)
  }

  /// Throws what an error object says, and frees it; nil is success.
  static func check(_ error: OpaquePointer?, during call: KafkaCall) throws(KafkaFault) {
    guard let error else { return }
    defer { rd_kafka_error_destroy(error) }
    let code = rd_kafka_error_code(error)
    throw KafkaFault(
      disposition(
        of: code, during: call, fatal: rd_kafka_error_is_fatal(error) != 0, needsAbort: rd_kafka_error_txn_requires_abort(error) != 0,
        retriable: rd_kafka_error_is_retriable(error) != 0),
      code: String(cString: rd_kafka_err2name(code)), String(cString: rd_kafka_error_string(error)))
  }
}
