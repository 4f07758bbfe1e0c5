import CRdKafka
import RuleEngine
import StreamRuntime
import TestKit
import Testing

@testable import KafkaIO

/// What brokers answer within a transaction, and what librdkafka makes of it: the columns of protocol.md 5 by example.
@Suite(.serialized) struct TransactionRefusalTests {
  /// Numbers of Kafka's requests.
  private static let endTransaction: Int16 = 26
  private static let offsetsOfTransaction: Int16 = 28

  /// Begins a transaction with a record, on a cluster in this process.
  private func withOpenTransaction(_ body: (MockCluster, KafkaTransactionalProducer) throws -> Void) throws {
    let mock = try MockCluster()
    defer { mock.close() }
    try mock.createTopic("outputs", partitions: 1)
    let producer = try mock.cluster(application: "shop").transactionalProducer(id: "shop-1", settings: [:])
    defer { producer.close() }
    try producer.initialize(timeout: .seconds(10))
    try producer.begin()
    try producer.produce(ProducedRecord("outputs", 0, "something", token: 1))
    try body(mock, producer)
  }

  private func sendOffsets(_ producer: KafkaTransactionalProducer) throws(KafkaFault) {
    guard let pointer = rd_kafka_consumer_group_metadata_new("shop") else { preconditionFailure("a group has a name") }
    let position = CommittedPosition(source: Source(topic: "outputs", partition: 0), offset: 3, metadata: "tenet1 1 0 1 shop.0")
    try producer.sendOffsets([position], under: KafkaGroupMetadata(pointer), timeout: .seconds(10))
  }

  @Test(
    "offsets that the group's coordinator refuses",
    arguments: [
      // UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, FENCED_INSTANCE_ID: the lease check decides.
      (Int32(25), KafkaFault.Disposition.refusedMember), (22, .refusedMember), (82, .refusedMember),
      // GROUP_AUTHORIZATION_FAILED, INVALID_PRODUCER_EPOCH.
      (30, .hold), (47, .fatal),
    ])
  func refusedOffsets(code: Int32, expected: KafkaFault.Disposition) async throws {
    try await onThread {
      try withOpenTransaction { mock, producer in
        mock.refuse(request: Self.offsetsOfTransaction, with: [code])
        let refused = fault { () throws(KafkaFault) in try sendOffsets(producer) }
        #expect(refused?.disposition == expected)
        guard expected != .fatal else { return }
        // The same again in the next transaction.
        try producer.abort(timeout: .seconds(10))
        try producer.begin()
        try producer.produce(ProducedRecord("outputs", 0, "something", token: 1))
        try sendOffsets(producer)
        try producer.commit(timeout: .seconds(10))
        #expect(producer.storedOffset(of: 1) != nil)
      }
    }
  }

  @Test(
    "a coordinator that loads, moves or is busy is asked again, and the commit stands",
    arguments: [[Int32(14)], [15, 16], [51, 51]])
  func busyCoordinator(codes: [Int32]) async throws {
    try await onThread {
      try withOpenTransaction { mock, producer in
        mock.refuse(request: Self.offsetsOfTransaction, with: codes)
        try sendOffsets(producer)
        mock.refuse(request: Self.endTransaction, with: codes)
        var attempts = 0
        while let refused = fault({ () throws(KafkaFault) in try producer.commit(timeout: .seconds(5)) }) {
          attempts += 1
          guard refused.disposition == .retry, attempts < 5 else {
            Issue.record("\(refused.code): \(refused)")
            return
          }
        }
        #expect(producer.storedOffset(of: 1) == 0)
      }
    }
  }

  @Test(
    "a commit that is refused for good ends the producer: what stands is read from the marks",
    arguments: [Int32(47), 90, 53])
  func refusedCommit(code: Int32) async throws {
    try await onThread {
      try withOpenTransaction { mock, producer in
        mock.refuse(request: Self.endTransaction, with: [code])
        let refused = fault { () throws(KafkaFault) in try producer.commit(timeout: .seconds(10)) }
        #expect(refused?.disposition == .fatal)
      }
    }
  }

  @Test("a commit that the coordinator could not finish in time asks for an abort, and the marks decide what stands")
  func unfinishedCommit() async throws {
    try await onThread {
      try withOpenTransaction { mock, producer in
        mock.refuse(request: Self.endTransaction, with: [7])
        let refused = fault { () throws(KafkaFault) in try producer.commit(timeout: .seconds(10)) }
        #expect(refused?.disposition == .abort)
        try producer.abort(timeout: .seconds(10))
      }
    }
  }

  @Test("replicas that are too few for a moment are waited for within the transaction")
  func tooFewReplicas() async throws {
    try await onThread {
      try withOpenTransaction { mock, producer in
        mock.refuse(request: 0, with: [19, 20, 6])
        try producer.commit(timeout: .seconds(10))
        #expect(producer.storedOffset(of: 1) == 0)
      }
    }
  }
}
