import CRdKafka
internal import Dispatch
internal import Glibc
package import StreamRuntime

/// librdkafka's Kafka within the process (protocol.md 14): it lives as long as this object, stores no offsets of transactions, and shows aborted records.
package final class MockCluster: Sendable {
  private let owner: KafkaHandle
  private nonisolated(unsafe) let mock: OpaquePointer
  /// `host:port`, comma between brokers.
  package let bootstrap: String
  private let log: KafkaLog

  package init(brokers: Int = 1, log: @escaping KafkaLog = { _, _, _ in }) throws(KafkaFault) {
    let cluster: KafkaCluster
    do {
      cluster = try KafkaCluster(properties: ["bootstrap.servers": "127.0.0.1:1"], application: "mock", capabilities: .mock, log: log)
    } catch {
      preconditionFailure("the mock cluster's own properties are known: \(error)")
    }
    owner = try KafkaHandle(.mockOwner(brokers: brokers), of: cluster, callbacks: HandleCallbacks(of: cluster))
    guard let mock = rd_kafka_handle_mock_cluster(owner.pointer), let servers = rd_kafka_mock_cluster_bootstraps(mock) else {
      preconditionFailure("a handle with test.mock.num.brokers has a mock cluster")
    }
    self.mock = mock
    bootstrap = String(cString: servers)
    self.log = log
  }

  /// The cluster as clients see it.
  package func cluster(
    application: String, properties: [String: String] = [:], statistics: KafkaStatisticsSink? = nil
  ) throws(KafkaPropertyFault) -> KafkaCluster {
    try KafkaCluster(
      properties: properties.merging(["bootstrap.servers": bootstrap]) { $1 }, application: application, capabilities: .mock,
      statistics: statistics, log: log)
  }

  package func createTopic(_ name: String, partitions: Int32) throws(KafkaFault) {
    let knocking = Knocking(at: bootstrap)
    let code = rd_kafka_mock_topic_create(mock, name, partitions, 1)
    knocking.stop()
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaErrors.fault(code, during: .admin, name) }
  }

  /// The next requests of this kind (Kafka's number of the API: 0 produce, 22 init producer id, 26 end transaction, 28 offsets in a transaction)
  /// are answered with these error codes of Kafka's, one after the other.
  package func refuse(request: Int16, with codes: [Int32]) {
    var errors = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
    rd_kafka_mock_push_request_errors_array(mock, request, errors.count, &errors)
  }

  /// Ends it; clients that are still there find no broker.
  package func close() { owner.destroy() }
}

/// The mock cluster's thread now and then sleeps over a question, for a second: measured once in thirty topics. A connection wakes it.
private struct Knocking {
  private let timer: any DispatchSourceTimer

  init(at bootstrap: String) {
    timer = DispatchSource.makeTimerSource()
    let port = bootstrap.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
    timer.schedule(deadline: .now() + .milliseconds(10), repeating: .milliseconds(10))
    timer.setEventHandler {
      let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      defer { Glibc.close(handle) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
      }
    }
    timer.activate()
  }

  func stop() { timer.cancel() }
}
