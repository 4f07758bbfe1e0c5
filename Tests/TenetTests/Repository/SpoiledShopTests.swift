import Commerce
import EventModel
import RuleEngine
import RuleLanguage
import TestKit
import Testing

/// The shop's events with mistakes in them, through the engine with the rules of the repository.
@Suite("A shop whose records are spoiled")
struct SpoiledShopTests {
  @Test("every record is an event, counted, or a dead letter, whatever its bytes are", arguments: 1...6 as ClosedRange<UInt64>)
  func conservation(seed: UInt64) throws {
    let program = try #require(rulePack.program)
    let opening = try #require(EventTime(rfc3339: "2026-03-02T08:00:00Z"))
    var mutator = ByteMutator(seed: seed)
    var shop = Shop(ShopOptions(seed: seed, region: "eu-west-1", opening: opening, traffic: .steady(0.3)))
    let driver = EngineDriver(
      program, options: .init(region: "eu-west-1", slots: 3),
      partitions: Dictionary(uniqueKeysWithValues: Shop.topics.map { ($0, 3) }))
    var (sent, letters) = (0, 0)
    for minute in 1...60 {
      let now = opening.advanced(byMicroseconds: Int64(minute) * 60_000_000)
      var records: [EngineDriver.Record] = []
      shop.advance(to: now) { record in
        let partition = Int32(record.key.first.map { Int($0) % 3 } ?? 0)
        let value = record.value.map { Self.spoiled($0, &mutator) }
        records.append(.init(topic: record.topic, partition: partition, timestamp: record.published, key: record.key, value: value))
      }
      sent += records.count
      driver.read(records, provenAt: now)
      letters += driver.commit().count { $0.topic == .deadLetters }
    }
    // Long after the last event all falls due that can.
    driver.prove(at: opening.advanced(byMicroseconds: 400 * 86_400_000_000))
    driver.commit()
    let counters = driver.engine.counters
    #expect(counters.records == sent && sent > 800)
    #expect(counters.unexplained == 0)
    #expect(counters.deadLetters.values.reduce(0, +) == letters && letters > 100)
    #expect(counters.invalidFields.values.reduce(0, +) > 0)
  }

  /// A third of the records with mistakes in the text, and some with a time at which nothing happened.
  private static func spoiled(_ value: [UInt8], _ mutator: inout ByteMutator) -> [UInt8] {
    if mutator.random.chance(0.3) { return mutator.mutate(value) }
    guard mutator.random.chance(0.02), case .object(let members)? = try? JSONValue.parse(value) else { return value }
    let odd = mutator.random.pick([
      "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-03-02T08:00:00.000000001Z", "2038-01-19T03:14:08Z",
    ])
    return Array(JSONValue.object(members.map { ($0.key, $0.key == "occurred_at" ? .string(odd) : $0.value) }).compact.utf8)
  }
}
