import EventModel
import RuleEngine

/// Orders as a shop publishes them, one after the other in memory, one a millisecond of event time. The same on every run.
final class OrderEvents {
  static let first = EventTime(microseconds: 1_767_606_000_000_000)  // 2026-01-05T09:40:00Z
  let count: Int
  let bytes: Int
  private let memory: UnsafeMutableRawBufferPointer
  private let ends: [Int]

  init(count: Int) {
    self.count = count
    var all: [UInt8] = []
    var ends: [Int] = []
    var random: UInt64 = 42
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    for number in 0..<count {
      all += Self.text(number, next).utf8
      ends.append(all.count)
    }
    memory = .allocate(byteCount: all.count, alignment: 16)
    memory.copyBytes(from: all)
    (bytes, self.ends) = (all.count, ends)
  }

  deinit { memory.deallocate() }

  /// When event `number` happened, which is when it was published.
  static func time(_ number: Int) -> EventTime { EventTime(microseconds: first.microseconds + Int64(number) * 1_000) }

  subscript(number: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[(number == 0 ? 0 : ends[number - 1])..<ends[number]])
  }

  /// As a record of a source; its offset is its number if nothing else is said.
  func record(_ number: Int, source: Int, offset: Int? = nil) -> SourceRecord {
    SourceRecord(source: source, offset: Int64(offset ?? number), timestamp: Self.time(number), key: nil, value: self[number])
  }

  private static func text(_ number: Int, _ next: (Int) -> Int) -> String {
    let kind = ["placed", "placed", "placed", "amended", "cancelled"][next(5)]
    let country = ["DE", "FR", "IE", "US", "JP"][next(5)]
    let lines = (0...next(2)).map { _ in
      #"{"sku":"SKU-\#(10_000 + next(9_999))","quantity":\#(1 + next(4)),"price":"\#(1 + next(99)).\#(10 + next(89))"}"#
    }
    let milliseconds = number % 1_000
    let (minutes, seconds) = (number / 60_000, number / 1_000 % 60)
    let time = "2026-01-05T\(two(9 + (minutes + 40) / 60)):\(two((minutes + 40) % 60)):\(two(seconds)).\(three(milliseconds))Z"
    return #"{"event_id":"\#(1_000_000_000_000 + number)-\#(10_000_000 + next(9_999_999))","type":"\#(kind)","occurred_at":"\#(time)","#
      + #""order_id":"o-\#(number)","currency":"\#(["EUR", "USD", "JPY"][next(3)])","#
      + #""customer":{"id":"c-\#(next(100_000))","name":"Ana María","tier":"gold","email":"user\#(next(10_000))@example.com"},"#
      + #""total":"\#(next(900)).\#(10 + next(89))","tax":\#(next(90)).\#(10 + next(89)),"items":\#(1 + next(9)),"gift":\#(next(9) == 0),"#
      + #""channel":"\#(["web", "ios", "android"][next(3)])","ship_to":{"name":"Ana María","street":"Calle Mayor \#(next(90))","#
      + #""city":"Madrid","country":"\#(country)","postcode":"\#(10_000 + next(89_999))"},"lines":[\#(lines.joined(separator: ","))],"#
      + #""source":"checkout-\#(next(40))","trace_id":"\#(1_000_000_000_000_000 + next(999_999_999))"}"#
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  private static func three(_ number: Int) -> String { number < 100 ? "0" + two(number) : "\(number)" }
}
