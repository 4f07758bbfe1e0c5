import EventModel
import Testing

@testable import Commerce

private let opening = EventTime(rfc3339: "2026-03-02T08:00:00Z") ?? .distantPast

/// The records of some hours.
func records(seed: UInt64 = 7, region: String = "eu-west-1", hours: Int64 = 4, _ change: (inout ShopOptions) -> Void = { _ in }) -> (
  records: [ShopRecord], shop: Shop
) {
  var options = ShopOptions(seed: seed, region: region, opening: opening, traffic: .steady(2))
  change(&options)
  var shop = Shop(options)
  var records: [ShopRecord] = []
  shop.advance(to: opening.advanced(byMicroseconds: hours * 3_600_000_000)) { records.append($0) }
  return (records, shop)
}

@Suite("The shop")
struct ShopTests {
  @Test("the same seed gives the same records, another one others")
  func deterministic() {
    let (a, b, c) = (records(), records(), records(seed: 8))
    #expect(a.records.map(\.value) == b.records.map(\.value))
    #expect(a.records.map(\.published) == b.records.map(\.published))
    #expect(a.shop.planted == b.shop.planted)
    #expect(a.records.map(\.value) != c.records.map(\.value))
  }

  @Test("how often it is asked makes no difference")
  func inSteps() {
    let whole = records(hours: 2)
    var shop = Shop(whole.shop.options)
    var parts: [ShopRecord] = []
    for minute in 1...120 { shop.advance(to: opening.advanced(byMicroseconds: Int64(minute) * 60_000_000)) { parts.append($0) } }
    #expect(parts.map(\.value) == whole.records.map(\.value))
  }

  @Test("records come in order of publication, none before the shop opens, at about the rate that was asked for")
  func order() {
    let (records, shop) = records()
    #expect(zip(records, records.dropFirst()).allSatisfy { $0.published <= $1.published })
    #expect(records.allSatisfy { $0.published >= opening })
    #expect((20_000...40_000).contains(records.count), "\(records.count)")
    #expect(shop.counts.records == records.count)
    #expect(shop.counts.doubled > 40 && shop.counts.late > 40 && shop.counts.malformed > 10 && shop.counts.lost > 1)
  }

  @Test("every fault is planted within a few hours, each once for its rule, key and time", arguments: ["eu-west-1", "us-east-1"])
  func faults(_ region: String) {
    let planted = records(region: region, hours: 8).shop.planted
    #expect(Set(planted.map(\.rule)).count == 19, "\(Set(planted.map(\.rule)).sorted())")
    #expect(Set(planted).count == planted.count)
  }

  @Test("without faults and noise it publishes what its schemas say, and plants nothing")
  func clean() throws {
    let (records, shop) = records { ($0.faults, $0.late, $0.doubled, $0.malformed) = (0, 0, 0, 0) }
    #expect(shop.planted.isEmpty)
    #expect(shop.counts.late + shop.counts.doubled + shop.counts.malformed + shop.counts.lost == 0)
    var ids: Set<String> = []
    for record in records {
      let event = try #require(record.value.flatMap { try? JSONValue.parse($0) })
      guard case .string(let id) = event["event_id"] else {
        Issue.record("an event without id")
        return
      }
      #expect(ids.insert(id).inserted, "\(id) twice")
      guard case .string(let time) = event["occurred_at"], let at = EventTime(rfc3339: time) else {
        Issue.record("an event without time")
        return
      }
      #expect((0...800_000).contains(record.published.microseconds - at.microseconds))
    }
  }

  @Test("a sale begins when it is meant to")
  func sale() {
    let sale = opening.advanced(byMicroseconds: 3_600_000_000)
    var shop = Shop(ShopOptions(seed: 3, region: "eu-west-1", opening: opening, traffic: .sale(from: sale, quiet: 0.5, busy: 400)))
    var quiet = 0
    var busy = 0
    shop.advance(to: sale) { _ in quiet += 1 }
    shop.advance(to: sale.advanced(byMicroseconds: 60_000_000)) { _ in busy += 1 }
    #expect((1_000...3_500).contains(quiet), "\(quiet)")
    #expect((8_000...28_000).contains(busy), "\(busy)")
  }

  @Test("when it closes, nothing that happened is left unpublished, and nothing that has not happened is published")
  func closing() {
    var (before, shop) = records(hours: 1)
    let end = opening.advanced(byMicroseconds: 3_600_000_000)
    let count = before.count
    shop.close(at: end) { before.append($0) }
    #expect(before.count > count)
    #expect(before.allSatisfy { $0.published <= end })
  }

  @Test("runs of different openings and regions share no order")
  func sessions() {
    let keys = { (run: [ShopRecord]) in Set(run.filter { $0.topic == "orders.v1" }.map { String(decoding: $0.key, as: UTF8.self) }) }
    let (a, b) = (keys(records(hours: 1).records), keys(records(region: "us-east-1", hours: 1).records))
    let later = keys(records(hours: 1) { $0.opening = opening.advanced(byMicroseconds: 1_000_000) }.records)
    #expect(a.isDisjoint(with: b) && a.isDisjoint(with: later))
  }
}
