internal import Commerce
internal import EventModel
internal import KafkaIO
internal import StreamRuntime

/// Lets the shop's records into Kafka: its past at once, then as time goes on.
final class ShopFloor {
  private var shop: Shop
  private let producer: KafkaProducer
  private let clock: any WorkerClock
  /// Told of faults as they are planted, before their events can be read.
  private let planted: ([PlantedFault]) -> Void
  private var toldOf = 0

  init(_ options: ShopOptions, producer: KafkaProducer, clock: any WorkerClock, planted: @escaping ([PlantedFault]) -> Void) {
    shop = Shop(options)
    (self.producer, self.clock, self.planted) = (producer, clock, planted)
  }

  var counts: ShopCounts { shop.counts }

  /// Publishes what is due by now, and says how many records that were.
  @discardableResult
  func publish() throws(KafkaFault) -> Int {
    var records: [ShopRecord] = []
    shop.advance(to: clock.now) { records.append($0) }
    return try send(records)
  }

  /// Closes the shop, and waits until its last record is in Kafka.
  func close() throws(KafkaFault) {
    var records: [ShopRecord] = []
    shop.close(at: clock.now) { records.append($0) }
    try send(records)
    try producer.flush(timeout: .seconds(4))
    producer.close()
  }

  @discardableResult
  private func send(_ records: [ShopRecord]) throws(KafkaFault) -> Int {
    if shop.planted.count > toldOf {
      planted(Array(shop.planted[toldOf...]))
      toldOf = shop.planted.count
    }
    for record in records {
      try producer.produce(
        ProducedRecord(
          topic: record.topic, partition: nil, key: record.key, value: record.value, timestamp: record.published))
    }
    try producer.poll()
    return records.count
  }
}
