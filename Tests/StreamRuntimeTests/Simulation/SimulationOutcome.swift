import EventModel
import RuleEngine
import TestKit

/// What came out of a run, and what should have.
extension Simulation {
  static func records(of topic: String, in kafka: SimulatedKafka) -> [NaiveRecord] {
    kafka.committedRecords(topic).map {
      NaiveRecord(topic: topic, partition: $0.source.partition, offset: $0.offset, timestamp: $0.timestamp, value: $0.value)
    }
  }

  /// But for the rule that was deployed in several forms.
  var standing: (expected: Standing, published: Standing, doubled: [String]) {
    let records = retained + SimulatedShop.topics.flatMap { Self.records(of: $0, in: kafka) }
    let order = SimulatedShop.topics
    let sorted = records.sorted { a, b in
      let (x, y) = (order.firstIndex(of: a.topic) ?? 0, order.firstIndex(of: b.topic) ?? 0)
      return (x, a.partition, a.offset) < (y, b.partition, b.offset)
    }
    let model = NaiveModel(program: SimulatedShop.program, region: "here")
    var expected = model.standing(sorted, clock: SimulatedShop.start.advanced(byMicroseconds: 86_400_000_000))
    var said = PublishedStanding()
    for record in kafka.committedRecords("tenet.violations.v1") where !SimulatedShop.isVaried(record.value ?? []) {
      said.take(violation: record.value ?? [])
    }
    for record in kafka.committedRecords("tenet.kpis.v1") { said.take(kpi: record.value ?? []) }
    var published = said.standing
    // What the broker refused is told instead.
    for letter in kafka.committedRecords("tenet.dead-letters.v1") {
      let headers = Dictionary(letter.headers.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) }) { first, _ in first }
      guard headers["tenet-reason"] == "unpublishable", let detail = headers["tenet-detail"] else { continue }
      counts["unpublishable", default: 0] += 1
      expected.remove(detail, key: letter.key ?? [])
      published.remove(detail, key: letter.key ?? [])
    }
    return (expected, published, said.doubled)
  }
}

extension Standing {
  /// Without the violation of an id, or the KPI's value of a record key.
  fileprivate mutating func remove(_ detail: String, key: [UInt8]) {
    violations.removeAll { detail.hasPrefix($0.id) }
    guard let parts = (try? JSONValue.parse(key))?.elements, parts.count == 4, let part = parts[2].elements?.first?.compact else { return }
    kpis.removeAll { parts[0].text == $0.kpi && parts[3].text == $0.start && $0.key.hasSuffix(":\(part)}") }
  }
}
