import Foundation
package import RuleEngine

/// What a handle says about itself every `statistics.interval.ms`.
package struct KafkaStatistics: Sendable, Equatable {
  /// librdkafka's name of the handle: `tenet#consumer-3`.
  package var handle: String
  /// Records waiting in the producer's queues.
  package var queuedRecords: Int
  package var queuedBytes: Int
  package var brokers: [Broker]
  /// The partitions that this handle reads, in order.
  package var partitions: [Partition]

  package struct Broker: Sendable, Equatable {
    package var id: Int
    package var connected: Bool
    /// Round trip in microseconds over the interval; 0 where nothing was asked.
    package var roundTrip: (median: Int, p99: Int)
    package var requestTimeouts: Int

    package static func == (a: Broker, b: Broker) -> Bool {
      (a.id, a.connected, a.roundTrip.median, a.roundTrip.p99, a.requestTimeouts)
        == (b.id, b.connected, b.roundTrip.median, b.roundTrip.p99, b.requestTimeouts)
    }
  }

  package struct Partition: Sendable, Equatable {
    package var source: Source
    /// The next offset that the application is going to get.
    package var position: Int64
    /// Records between the position and the last stable offset; nil: not known yet.
    package var lag: Int64?
    package var prefetchedRecords: Int
    package var prefetchedBytes: Int
  }

  /// Reads librdkafka's JSON; nil where it is none.
  init?(json: [UInt8]) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)) else { return nil }
    handle = document.name
    queuedRecords = document.msg_cnt
    queuedBytes = document.msg_size
    brokers = document.brokers.values.filter { $0.nodeid >= 0 }.map { broker in
      Broker(
        id: broker.nodeid, connected: broker.state == "UP", roundTrip: (broker.rtt?.p50 ?? 0, broker.rtt?.p99 ?? 0),
        requestTimeouts: broker.req_timeouts)
    }.sorted { $0.id < $1.id }
    partitions = document.topics.values.flatMap { topic in
      topic.partitions.values.filter { $0.partition >= 0 && $0.fetch_state == "active" }.map { partition in
        Partition(topic: topic.topic, partition)
      }
    }.sorted { $0.source < $1.source }
  }
}

extension KafkaStatistics.Partition {
  fileprivate init(topic: String, _ read: KafkaStatistics.Document.Partition) {
    source = Source(topic: topic, partition: read.partition)
    position = read.app_offset >= 0 ? read.app_offset : read.next_offset
    // librdkafka's own `consumer_lag` stays at -1 where offsets are committed in transactions.
    lag = read.ls_offset >= 0 && position >= 0 ? max(0, read.ls_offset - position) : nil
    prefetchedRecords = read.fetchq_cnt
    prefetchedBytes = read.fetchq_size
  }
}

extension KafkaStatistics {
  /// The part of librdkafka's statistics that is used, by its names.
  fileprivate struct Document: Decodable {
    struct Broker: Decodable {
      var nodeid: Int
      var state: String
      var req_timeouts: Int
      var rtt: Window?
    }
    struct Window: Decodable {
      var p50: Int
      var p99: Int
    }
    struct Topic: Decodable {
      var topic: String
      var partitions: [String: Partition]
    }
    struct Partition: Decodable {
      var partition: Int32
      var fetch_state: String
      var fetchq_cnt: Int
      var fetchq_size: Int
      var next_offset: Int64
      var app_offset: Int64
      var ls_offset: Int64
    }
    var name: String
    var msg_cnt: Int
    var msg_size: Int
    var brokers: [String: Broker]
    var topics: [String: Topic]
  }
}

/// Who is told of statistics, and how often.
package struct KafkaStatisticsSink: Sendable {
  package var interval: Duration
  package var report: @Sendable (KafkaStatistics) -> Void
  package init(every interval: Duration, _ report: @escaping @Sendable (KafkaStatistics) -> Void) {
    self.interval = interval
    self.report = report
  }
}
