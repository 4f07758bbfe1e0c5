import RuleEngine
import Testing

@testable import KafkaIO

@Suite struct StatisticsTests {
  private func statistics(appOffset: Int, stable: Int) -> KafkaStatistics? {
    KafkaStatistics(
      json: Array(
        """
        {"name": "tenet#consumer-2", "type": "consumer", "replyq": 0, "msg_cnt": 3, "msg_size": 120, "brokers": {
          "127.0.0.1:19092/1": {"nodeid": 1, "state": "UP", "req_timeouts": 2, "rtt": {"p50": 900, "p99": 5100}},
          "127.0.0.1:19092/bootstrap": {"nodeid": -1, "state": "UP", "req_timeouts": 0}},
         "topics": {"orders": {"topic": "orders", "partitions": {
          "1": {"partition": 1, "fetch_state": "active", "fetchq_cnt": 4, "fetchq_size": 512, "next_offset": 50, "app_offset": \(appOffset),
                "ls_offset": \(stable), "consumer_lag": -1},
          "-1": {"partition": -1, "fetch_state": "none", "fetchq_cnt": 0, "fetchq_size": 0, "next_offset": -1001, "app_offset": -1001,
                "ls_offset": -1001, "consumer_lag": -1}}}}}
        """.utf8))
  }

  @Test("lag is counted from what the application got to the last stable offset")
  func lag() {
    let partition = statistics(appOffset: 46, stable: 60)?.partitions.first
    #expect(partition?.source == Source(topic: "orders", partition: 1))
    #expect(partition?.lag == 14)
    #expect(partition?.prefetchedRecords == 4)
  }

  @Test("before the first record the position is where reading begins, and an unknown end is no lag")
  func start() {
    #expect(statistics(appOffset: -1001, stable: 60)?.partitions.first?.lag == 10)
    #expect(statistics(appOffset: -1001, stable: -1001)?.partitions.first?.lag == nil)
  }

  @Test("brokers are those with a number, with the round trip in microseconds")
  func brokers() {
    let read = statistics(appOffset: 0, stable: 0)
    #expect(read?.brokers.map(\.id) == [1])
    #expect(read?.brokers.first?.roundTrip.p99 == 5100)
    #expect(read?.queuedRecords == 3)
  }

  @Test("what is no JSON is no statistics")
  func malformed() { #expect(KafkaStatistics(json: Array("{".utf8)) == nil) }
}
